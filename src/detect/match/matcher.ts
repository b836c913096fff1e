import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule, RuleEvent } from '../../shared/model/rule.ts';
import { inOneGo, type Steps } from '../../shared/steps.ts';
import { inputsOf } from '../rule-inputs.ts';
import {
  createSigmaCompiler,
  type SigmaCompiler,
  type SigmaSource,
} from '../sigma/compile/compile-conditions.ts';
import type { Candidates } from './columns/column-index.ts';
import { type CompiledRule, compileRule, type MatcherFault } from './compile-rule.ts';
import { compileListeners, deriveMatches, type Listeners, missingInputs } from './derived-matches.ts';
import { createOperatorTable, type OperatorOptions } from './operator-table.ts';
import { askEvents } from './own-facts/ask-events.ts';
import { Almanacs } from './own-facts/event-almanac.ts';
import type { ConditionContext } from './parse-condition.ts';
import { fillRuleEvent } from './rule-event.ts';
import type { AlwaysTried, SourceIndex } from './source-index.ts';
import { type PlanKeeper, SourceIndexes } from './source-indexes.ts';

export type { MatcherFault } from './compile-rule.ts';
export type { AlwaysTried } from './source-index.ts';

/** Says which rules an event matches. Stateless: it knows nothing of windows, of other events, or of a clock. */
export interface Matcher {
  /**
   * The matches, in the order of the rules, and behind them those of rules that name these rules; the same empty array
   * whenever there are none.
   */
  match(event: LogEvent): readonly Match[];
  /**
   * Asks own facts about events that are to be matched next. Undefined where no rule has any: then there is nothing to
   * wait for. Without it rules with own facts match nothing. Never rejects.
   */
  readonly prepare?: (events: readonly LogEvent[]) => Promise<void>;
}

/** What a matcher reports beside its matches. Each is called during `match`, and must not throw. */
export interface MatcherEvents {
  /** A condition threw: the rule does not match this event. An exception that throws excludes nothing. */
  readonly onError?: (ruleId: string, error: unknown) => void;
  /** An event matched, but lacks a field of `groupBy`, and the rule says `missingGroup: skip`. */
  readonly onMissingGroup?: (ruleId: string) => void;
}

export interface MatcherOptions extends OperatorOptions, MatcherEvents {
  /** Named conditions, for references that were not resolved when the rules were read. */
  readonly conditions?: Readonly<Record<string, unknown>>;
  /** What rules in Sigma must know of the sources: their log source, and how they name fields. */
  readonly sources?: readonly SigmaSource[];
  /** Where the plans of indexes are kept; left out: nowhere. */
  readonly plans?: PlanKeeper;
  /** Own facts are asked about so many events at a time. */
  readonly eventsAtOnce?: number;
}

export interface CompiledMatcher {
  readonly matcher: Matcher;
  readonly faults: readonly MatcherFault[];
  /** The rules that cost something with every event of some source, and why. */
  readonly alwaysTried: () => readonly AlwaysTried[];
  /**
   * What json-rules-engine emits for a match of a rule in its own form, the facts in its params replaced; undefined for
   * other rules. Rejects with what an own fact throws.
   */
  readonly fillEvent: (match: Match) => Promise<RuleEvent | undefined>;
  /** What the matcher asks which rules to try. */
  readonly indexes: SourceIndexes;
  /** Builds now what the first event of each of the sources would wait for. */
  readonly buildIndexes: () => Steps<void>;
}

/** `compileMatcherInSteps`, all of them at once. */
export const compileMatcher = (rules: readonly Rule[], options: MatcherOptions = {}): CompiledMatcher =>
  inOneGo(compileMatcherInSteps(rules, options));

/** Compiles rules once, a step for each. A rule with a fault is left out and reported; the others work. */
export function* compileMatcherInSteps(
  rules: readonly Rule[],
  options: MatcherOptions = {},
): Steps<CompiledMatcher> {
  const context: ConditionContext = {
    operators: createOperatorTable(options),
    ...(options.facts === undefined ? {} : { facts: options.facts }),
    ...(options.conditions === undefined ? {} : { conditions: options.conditions }),
  };
  const sigma = createSigmaCompiler(options.sources ?? []);
  const faults: MatcherFault[] = [];
  const compiled: CompiledRule[] = [];
  for (const rule of rules) {
    if (inputsOf(rule) !== undefined) continue;
    const result = compileRule(rule, context, sigma);
    if (result.ok) compiled.push({ ...result.value, place: compiled.length });
    else faults.push(...result.failure);
    yield;
  }
  faults.push(...missingInputs(rules, faults));
  const faulty = new Set(faults.map(({ ruleId }) => ruleId));
  const listeners = compileListeners(
    rules.filter(({ id }) => !faulty.has(id)),
    sigma,
  );
  const indexes = new SourceIndexes(compiled, sigma, options.plans);
  const named = (options.sources ?? []).map(({ name }) => name);
  const almanacs = new Almanacs(options.facts ?? {});
  return {
    matcher: {
      ...createMatcher(indexes, { ...options, listeners }),
      ...prepareFor(compiled, sigma, { almanacs, atOnce: options.eventsAtOnce }),
    },
    faults,
    fillEvent: eventFiller(rules, almanacs),
    indexes,
    buildIndexes: () => indexes.build(named),
    alwaysTried: () => {
      const tried = (named.length === 0 ? [''] : named).flatMap((source) => indexes.of(source).alwaysTried());
      return [...new Map(tried.map((each) => [`${each.ruleId} ${each.reason}`, each])).values()];
    },
  };
}

/** Only the rules with own facts are looked for before events are matched, by an index of their own. */
function prepareFor(
  rules: readonly CompiledRule[],
  sigma: SigmaCompiler,
  { almanacs, atOnce }: { readonly almanacs: Almanacs; readonly atOnce: number | undefined },
): Pick<Matcher, 'prepare'> {
  const asking = rules.filter((rule) => rule.asked !== undefined);
  if (asking.length === 0) return {};
  const indexes = new SourceIndexes(asking, sigma);
  const candidates = (event: LogEvent): readonly CompiledRule[] =>
    indexes.of(event.source).candidates(event.fields);
  return {
    prepare: (events) =>
      askEvents(events, { almanacs, candidates, ...(atOnce === undefined ? {} : { atOnce }) }),
  };
}

function eventFiller(rules: readonly Rule[], almanacs: Almanacs): CompiledMatcher['fillEvent'] {
  const events = new Map(rules.flatMap(({ id, event }) => (event === undefined ? [] : [[id, event]])));
  return async ({ ruleId, event }) => {
    const written = events.get(ruleId);
    return written === undefined ? undefined : fillRuleEvent(written, almanacs.of(event.fields));
  };
}

const noMatches: readonly Match[] = Object.freeze([]);

function createMatcher(
  indexes: SourceIndexes,
  events: MatcherEvents & { readonly listeners: Listeners },
): Matcher {
  const sink: Sink = { events, matches: undefined, places: [] };
  return {
    match: (event) => {
      sink.matches = undefined;
      const matches = matchIndexed(indexes.of(event.source), event, sink);
      if (matches === undefined) return noMatches;
      if (events.listeners.size > 0) matches.push(...deriveMatches(matches, events));
      return matches;
    },
  };
}

/** Where a call of `match` puts what it finds; one a matcher, since most events match nothing and should cost no allocation. */
interface Sink {
  readonly events: MatcherEvents;
  matches: Match[] | undefined;
  /** The places of the rules of `matches`; what is behind those is of events before. */
  readonly places: number[];
}

function matchIndexed({ json, sigma }: SourceIndex, event: LogEvent, sink: Sink): Match[] | undefined {
  if (json !== undefined) takeAll(json.candidates(event.fields), event, sink);
  if (sigma !== undefined) takeAll(sigma.candidates(event.fields), event, sink);
  return sink.matches;
}

function takeAll({ sure, perhaps }: Candidates<CompiledRule>, event: LogEvent, sink: Sink): void {
  for (const rule of sure) takeIn(rule, event, sink);
  for (const rule of perhaps) tryRule(rule, event, sink);
}

function tryRule(rule: CompiledRule, event: LogEvent, sink: Sink): void {
  if (holds(rule, event, sink.events)) takeIn(rule, event, sink);
}

function holds(rule: CompiledRule, event: LogEvent, { onError }: MatcherEvents): boolean {
  try {
    return rule.matches(event.fields, event.source);
  } catch (error) {
    onError?.(rule.id, error);
    return false;
  }
}

/** Takes in a match of a rule whose conditions hold, if no exception does. */
function takeIn(rule: CompiledRule, event: LogEvent, sink: Sink): void {
  try {
    if (rule.exceptions.length > 0 && isExcluded(rule, event, sink.events)) return;
    const group = rule.readGroup(event.fields, event.source);
    if (group === null) {
      sink.events.onMissingGroup?.(rule.id);
      return;
    }
    const match: Match = { ruleId: rule.id, group, event };
    const isPlain = rule.isNumerator === undefined && rule.readWindow === undefined;
    addInOrder(isPlain ? match : withWindow(match, rule), rule.place, sink);
  } catch (error) {
    sink.events.onError?.(rule.id, error);
  }
}

/** Matches come nearly in order: those of rules that had to be tried after those of rules that are sure. */
function addInOrder(match: Match, place: number, sink: Sink): void {
  sink.matches ??= [];
  const { matches, places } = sink;
  let at = matches.length;
  for (; at > 0; at -= 1) {
    const [before, placeBefore] = [matches[at - 1], places[at - 1] ?? 0];
    if (before === undefined || placeBefore <= place) break;
    matches[at] = before;
    places[at] = placeBefore;
  }
  matches[at] = match;
  places[at] = place;
}

/** A match with what its rule's window asks of the event. */
function withWindow(match: Match, { isNumerator, readWindow }: CompiledRule): Match {
  const { fields, source } = match.event;
  const windowFields = readWindow?.(fields, source)?.values;
  return {
    ...match,
    ...(isNumerator?.(fields) === true ? { isNumerator: true } : {}),
    ...(windowFields === undefined ? {} : { windowFields }),
  };
}

/** An exception holds for events before its expiry; one that throws excludes nothing, since an alert too many is the lesser harm. */
function isExcluded(rule: CompiledRule, event: LogEvent, events: MatcherEvents): boolean {
  for (const { excludes, expiresAtMs } of rule.exceptions) {
    if (event.timeMs >= expiresAtMs) continue;
    try {
      if (excludes(event.fields, event.source)) return true;
    } catch (error) {
      events.onError?.(rule.id, error);
    }
  }
  return false;
}
