import type { Group } from '../../shared/model/group.ts';
import type { EventFields, LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { RuleInputs } from '../../shared/model/window-spec.ts';
import { compileGroup } from '../group-key.ts';
import { fieldIn, inputsOf, windowFieldsOf } from '../rule-inputs.ts';
import type { SigmaCompiler } from '../sigma/compile/compile-conditions.ts';
import { isSigmaConditions } from '../sigma/sigma-rule.ts';
import type { MatcherFault } from './compile-rule.ts';

/** Reads values from an event of a source, under the names the reading rule has for them; null: leave the event out. */
type ReadValues = (fields: EventFields, source: string) => Group | null;

/** A rule that hears of the matches of another one, which has no window: every match of that one fires. */
interface Listener {
  readonly ruleId: string;
  /** The place of the other one among those it names. */
  readonly input: number;
  readonly readGroup: ReadValues;
  /** Undefined where the window reads the event's fields under their own names. */
  readonly readWindow: ReadValues | undefined;
}

/** By rule without window: who hears of its matches. */
export type Listeners = ReadonlyMap<string, readonly Listener[]>;

/** Finds out which rules hear of which. Firings of rules with a window reach theirs in `detect/window`. */
export function compileListeners(rules: readonly Rule[], sigma: SigmaCompiler): Listeners {
  const listeners = new Map<string, Listener[]>();
  const naming = rules.filter((rule) => inputsOf(rule) !== undefined);
  if (naming.length === 0) return listeners;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  for (const rule of naming) {
    const inputs = inputsOf(rule);
    for (const [place, id] of (inputs?.rules ?? []).entries()) {
      const heard = byId.get(id);
      if (inputs === undefined || heard === undefined || heard.window !== undefined) continue;
      const listener = { ruleId: rule.id, input: place, ...compileReaders({ rule, inputs, heard, sigma }) };
      listeners.set(id, [...(listeners.get(id) ?? []), listener]);
    }
  }
  return listeners;
}

interface Hearing {
  readonly rule: Rule;
  readonly inputs: RuleInputs;
  readonly heard: Rule;
  readonly sigma: SigmaCompiler;
}

function compileReaders({ rule, inputs, heard, sigma }: Hearing): Pick<Listener, 'readGroup' | 'readWindow'> {
  const isSigma = isSigmaConditions(heard.conditions);
  const readerOf = (names: readonly string[], missingGroup: 'null' | 'skip'): ReadValues => {
    const groupBy = names.map((name) => fieldIn(inputs, heard.id, name));
    const read: ReadValues = isSigma
      ? sigma.compileGroup({ groupBy, missingGroup })
      : compileGroup(groupBy, missingGroup);
    if (groupBy.every((field, at) => field === names[at])) return read;
    return (fields, source) => {
      const group = read(fields, source);
      if (group === null) return null;
      const named = names.map((name, at) => [name, group.values[groupBy[at] ?? name]] as const);
      return { key: group.key, values: Object.fromEntries(named) };
    };
  };
  const fields = windowFieldsOf(rule);
  const isPlain = !isSigma && fields.every((name) => fieldIn(inputs, heard.id, name) === name);
  return {
    readGroup: readerOf(rule.groupBy, rule.missingGroup),
    readWindow: fields.length === 0 || isPlain ? undefined : readerOf(fields, 'null'),
  };
}

/**
 * The matches that follow from those of an event for the rules that name their rules: one for each rule and group,
 * which says of which rules it is. An event is counted once, however many of the rules it satisfies.
 */
export function deriveMatches(
  matches: readonly Match[],
  {
    listeners,
    onMissingGroup,
  }: { readonly listeners: Listeners; readonly onMissingGroup?: (ruleId: string) => void },
): readonly Match[] {
  const derived = new Map<string, Match & { readonly inputs: number[] }>();
  for (const { ruleId, event } of matches)
    for (const listener of listeners.get(ruleId) ?? []) {
      const group = listener.readGroup(event.fields, event.source);
      if (group === null) {
        onMissingGroup?.(listener.ruleId);
        continue;
      }
      // A group's key is JSON and holds no line feed.
      const name = `${listener.ruleId}\n${group.key}`;
      const known = derived.get(name);
      if (known !== undefined) known.inputs.push(listener.input);
      else derived.set(name, { ...derivedMatch(listener, event), group, inputs: [listener.input] });
    }
  for (const { inputs } of derived.values()) inputs.sort((a, b) => a - b);
  return [...derived.values()];
}

function derivedMatch({ ruleId, readWindow }: Listener, event: LogEvent): Omit<Match, 'group'> {
  const windowFields = readWindow?.(event.fields, event.source)?.values;
  return windowFields === undefined ? { ruleId, event } : { ruleId, event, windowFields };
}

/**
 * The rules that name others, directly or through others again, which are not there: without them they would find
 * something else than what was written.
 */
export function missingInputs(
  rules: readonly Rule[],
  faulty: readonly MatcherFault[],
): readonly MatcherFault[] {
  const faults: MatcherFault[] = [];
  const naming = rules.filter((rule) => inputsOf(rule) !== undefined);
  if (naming.length === 0) return faults;
  const loaded = new Set(rules.map(({ id }) => id));
  for (const { ruleId } of faulty) loaded.delete(ruleId);
  for (let before = -1; before < faults.length; ) {
    before = faults.length;
    for (const rule of naming) {
      const named = inputsOf(rule)?.rules ?? [];
      const at = loaded.has(rule.id) ? named.findIndex((id) => !loaded.has(id)) : -1;
      if (at === -1) continue;
      loaded.delete(rule.id);
      const message = `rule "${named[at]}" is not loaded`;
      faults.push({ ruleId: rule.id, path: `$.window.rules[${at}]`, message });
    }
  }
  return faults;
}
