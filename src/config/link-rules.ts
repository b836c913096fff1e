import { fieldIn, inputsOf, windowFieldsOf } from '../detect/rule-inputs.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { RuleInputs } from '../shared/model/window-spec.ts';
import type { RuleFault } from './rule-fault.ts';
import { hashWithInputs } from './rule-hash.ts';
import { placeInFile } from './rule-place.ts';
import type { LoadedRule } from './rule-read.ts';

export interface LinkOptions {
  /** Takes the faults that are found, and knows of those found before. */
  readonly faults: RuleFault[];
  /** By rule that alerts only through others: these. Where none of them is loaded it alerts for itself again. */
  readonly spokenFor: ReadonlyMap<string, readonly string[]>;
}

/**
 * Connects the rules that name others with those, over all files: such a rule reads the sources that they read, and its
 * hash covers theirs. One that names what is not there, or itself, or a field that is not there, has a fault and is
 * left out, and so are those that name it.
 */
export function linkRules(loaded: readonly LoadedRule[], options: LinkOptions): readonly LoadedRule[] {
  // As of nearly all folders: then there is nothing to connect.
  if (options.spokenFor.size === 0 && loaded.every(({ rule }) => inputsOf(rule) === undefined)) return loaded;
  const linker = new Linker(loaded, options.faults);
  const linked = loaded.flatMap(({ rule, tests }) => {
    const found = linker.link(rule.id, []);
    return found === undefined ? [] : [{ rule: found, tests }];
  });
  const speaking = new Set(linked.filter(({ rule }) => rule.status !== 'draft').map(({ rule }) => rule.id));
  const isSpokenFor = ({ id }: Rule): boolean =>
    options.spokenFor.get(id)?.some((other) => speaking.has(other)) ?? false;
  return hashed(
    linked.map((each) => (isSpokenFor(each.rule) ? { ...each, rule: { ...each.rule, alert: false } } : each)),
  );
}

/**
 * The rules with hashes that cover those they name. Whether a rule with a window alerts is part of its hash, too: what it
 * holds was told of or was not, and what is not settled is neither told a second time nor withdrawn from nobody.
 */
function hashed(linked: readonly LoadedRule[]): readonly LoadedRule[] {
  const rules = new Map(linked.map(({ rule }) => [rule.id, rule]));
  const hashes = new Map<string, string>();
  const hashOf = (id: string): string => {
    const rule = rules.get(id);
    const known = hashes.get(id);
    if (known !== undefined || rule === undefined) return known ?? '';
    const own = rule.window === undefined || rule.alert ? rule.hash : hashWithInputs(rule.hash, ['silent']);
    const inputs = inputsOf(rule)?.rules;
    const hash = inputs === undefined ? own : hashWithInputs(own, inputs.map(hashOf));
    hashes.set(id, hash);
    return hash;
  };
  return linked.map((each) => ({ ...each, rule: { ...each.rule, hash: hashOf(each.rule.id) } }));
}

interface Place {
  readonly rule: Rule;
  readonly at: string;
}

/** Where a rule is named: in an expression, or in a list, which names some rules twice where it is of steps. */
function placeOf({ window }: Rule, index: number): string {
  if (window !== undefined && 'expression' in window) return 'window.condition';
  return window?.type === 'temporal_ordered' ? 'window.rules' : `window.rules[${index}]`;
}

class Linker {
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #faults: RuleFault[];
  /** Undefined for those with faults. */
  readonly #linked = new Map<string, Rule | undefined>();

  constructor(loaded: readonly LoadedRule[], faults: RuleFault[]) {
    this.#rules = new Map(loaded.map(({ rule }) => [rule.id, rule]));
    this.#faults = faults;
  }

  /** The rule with all it follows from; undefined where there is none without faults. `path` leads to it. */
  link(id: string, path: readonly string[]): Rule | undefined {
    if (this.#linked.has(id)) return this.#linked.get(id);
    const rule = this.#rules.get(id);
    const inputs = rule === undefined ? undefined : inputsOf(rule);
    const linked =
      rule === undefined || inputs === undefined
        ? rule
        : this.#linkInputs({ rule, inputs, path: [...path, id] });
    this.#linked.set(id, linked);
    return linked;
  }

  #linkInputs(of: { rule: Rule; inputs: RuleInputs; path: readonly string[] }): Rule | undefined {
    const { rule, inputs, path } = of;
    const before = this.#faults.length;
    const heard = inputs.rules.flatMap((id, index): readonly Rule[] => {
      const found = this.#find(id, { rule, at: placeOf(rule, index) }, path);
      return found === undefined ? [] : [found];
    });
    if (rule.sources !== undefined)
      this.#fault({ rule, at: 'sources' }, 'belongs to the rules that the window names');
    this.#checkAliases(rule, inputs);
    for (const each of heard) this.#checkFields({ rule, inputs, heard: each });
    if (this.#faults.length > before || heard.length < inputs.rules.length) return undefined;
    const sources = heard.some((each) => each.sources === undefined)
      ? undefined
      : [...new Set(heard.flatMap((each) => each.sources ?? []))];
    return { ...rule, ...(sources === undefined ? {} : { sources }) };
  }

  #find(id: string, place: Place, path: readonly string[]): Rule | undefined {
    if (path.includes(id)) {
      const ring = [...path.slice(path.indexOf(id)), id].map((each) => `"${each}"`).join(' names ');
      return this.#fault(place, `leads back to itself: ${ring}`);
    }
    const rule = this.#rules.get(id);
    if (rule === undefined) return this.#missing(id, place);
    if (rule.status === 'draft' && place.rule.status !== 'draft')
      return this.#fault(place, `rule "${id}" is a draft, and not loaded`);
    return this.link(id, path) ?? this.#fault(place, `rule "${id}" is not loaded, because of its own faults`);
  }

  #missing(id: string, place: Place): undefined {
    if (this.#faults.some(({ ruleId }) => ruleId === id))
      return this.#fault(place, `rule "${id}" is not loaded, because of its own faults`);
    const meant = didYouMean(id, [...this.#rules.keys()]);
    return this.#fault(
      place,
      `there is no rule "${id}"`,
      meant === undefined ? undefined : `did you mean "${meant}"?`,
    );
  }

  /** An alias that is used says what it is called in every rule, and none speaks of other rules. */
  #checkAliases(rule: Rule, { rules, aliases = {} }: RuleInputs): void {
    const used = new Set([...rule.groupBy, ...windowFieldsOf(rule)]);
    for (const [alias, fields] of Object.entries(aliases)) {
      const place = { rule, at: `window.aliases.${alias}` };
      for (const id of Object.keys(fields)) {
        if (rules.includes(id)) continue;
        const meant = didYouMean(id, rules);
        this.#fault(place, `rule "${id}" is not among the rules`, meant && `did you mean "${meant}"?`);
      }
      const without = rules.find((id) => !Object.hasOwn(fields, id));
      if (!used.has(alias)) this.#fault(place, 'is neither in groupBy nor a field of the window');
      else if (without !== undefined)
        this.#fault(place, `does not say what it is called in rule "${without}"`);
    }
  }

  /** Of a rule with a window only the group is known. */
  #checkFields({ rule, inputs, heard }: { rule: Rule; inputs: RuleInputs; heard: Rule }): void {
    if (heard.window === undefined) return;
    const { groupBy } = heard;
    const hint = groupBy.length === 0 ? 'it has no groupBy' : `there are: ${groupBy.join(', ')}`;
    const check = (name: string, at: string): void => {
      const field = fieldIn(inputs, heard.id, name);
      if (groupBy.includes(field)) return;
      this.#fault(
        { rule, at },
        `rule "${heard.id}" does not group by "${field}", so its firings lack it`,
        hint,
      );
    };
    for (const [index, name] of rule.groupBy.entries()) check(name, `groupBy[${index}]`);
    for (const name of windowFieldsOf(rule)) check(name, 'window.field');
  }

  #fault({ rule, at }: Place, message: string, hint?: string): undefined {
    this.#faults.push({
      file: rule.origin.file,
      path: placeInFile(rule, at),
      message,
      ...(hint === undefined ? {} : { hint }),
      ruleId: rule.id,
    });
    return undefined;
  }
}

/** A rule and all it follows from, as far as they are there: it first. */
export function withInputs(rule: Rule, loaded: readonly LoadedRule[]): readonly Rule[] {
  const byId = new Map(loaded.map((each) => [each.rule.id, each.rule]));
  const found = new Map([[rule.id, rule]]);
  for (const each of found.values())
    for (const id of inputsOf(each)?.rules ?? []) {
      const input = byId.get(id);
      if (input !== undefined && !found.has(id)) found.set(id, input);
    }
  return [...found.values()];
}
