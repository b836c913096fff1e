import { applyingFilters, type Filtered, names } from '../detect/sigma/applying-filters.ts';
import { covers } from '../detect/sigma/log-source.ts';
import { isSigmaConditions, type SigmaCorrelation, type SigmaFilter } from '../detect/sigma/sigma-rule.ts';
import { inOneGo, type Steps } from '../shared/steps.ts';
import type { RuleFault } from './rule-fault.ts';
import { hashRule } from './rule-hash.ts';
import type { LoadedRule } from './rule-read.ts';
import { correlationMeaning, missingRule, type NamedRule } from './sigma-correlation.ts';
import type { SigmaMemory } from './sigma-memory.ts';
import { type Placeholders, placeholderValues } from './sigma-placeholders.ts';
import {
  convertedFaults,
  type Placed,
  placedFault,
  type ReadSigmaRule,
  readSigmaFile,
  type SigmaFile,
  type SigmaReading,
} from './sigma-reading.ts';
import { type SigmaPlace, sigmaToRule } from './sigma-to-rule.ts';

export interface LoadSigmaOptions {
  /** What `expand` puts in the place of `%name%`. A rule with a placeholder that is not here is refused. */
  readonly placeholders?: Placeholders;
  /** What is known of files that were read before; left out: nothing. */
  readonly memory?: SigmaMemory;
}

/** What came of reading files in Sigma. */
export interface LoadedSigma {
  readonly loaded: readonly LoadedRule[];
  readonly faults: readonly RuleFault[];
  /** By rule that alerts only through correlations: these. */
  readonly spokenFor: ReadonlyMap<string, readonly string[]>;
}

/** All that the files say. */
interface Collected {
  readonly rules: readonly ReadSigmaRule[];
  readonly filters: readonly Placed<SigmaFilter>[];
  readonly correlations: readonly Placed<SigmaCorrelation>[];
  readonly faults: RuleFault[];
  /** Ids and names of rules with faults. */
  readonly refused: ReadonlySet<string>;
}

/** `loadSigmaInSteps`, all of them at once. */
export const loadSigma = (files: readonly SigmaFile[], options: LoadSigmaOptions = {}): LoadedSigma =>
  inOneGo(loadSigmaInSteps(files, options));

/**
 * Reads rules, filters and correlations of all files together: filters and correlations name rules wherever those
 * stand. All faults come at once, and what has one stops nothing else. A step for each file. Never throws.
 */
export function* loadSigmaInSteps(
  files: readonly SigmaFile[],
  { placeholders = {}, memory }: LoadSigmaOptions,
): Steps<LoadedSigma> {
  const placeholder = placeholderValues(placeholders);
  const reading = memory?.begin(placeholder);
  const read: (() => SigmaReading)[] = [];
  for (const file of files) {
    read.push(reading === undefined ? readSigmaFile(file, placeholder) : reading.read(file));
    yield;
  }
  const readings: SigmaReading[] = [];
  for (const convert of read) {
    readings.push(convert());
    yield;
  }
  reading?.end();
  return link(readings);
}

function link(readings: readonly SigmaReading[]): LoadedSigma {
  const collected: Collected = {
    rules: readings.flatMap(({ rules }) => rules),
    filters: readings.flatMap(({ filters }) => filters),
    correlations: readings.flatMap(({ correlations }) => correlations),
    faults: readings.flatMap(({ faults }) => faults),
    refused: new Set(readings.flatMap(({ refused }) => refused)),
  };
  checkFilters(collected);
  const filters = collected.filters.map(({ what }) => what);
  const loaded = collected.rules.flatMap((rule) => {
    collected.faults.push(...rule.faults);
    return rule.loaded === undefined ? [] : [withFilters(rule.loaded, applyingFilters(rule, filters))];
  });
  const correlated = correlate(collected);
  const all = [...loaded, ...correlated.loaded];
  return { loaded: all, faults: collected.faults, spokenFor: correlated.spokenFor };
}

/** A rule of which filters leave out some events is another rule. */
function withFilters(loaded: LoadedRule, filters: readonly SigmaFilter[]): LoadedRule {
  const { rule, tests } = loaded;
  if (filters.length === 0 || !isSigmaConditions(rule.conditions)) return loaded;
  const added = filters.map(({ detection }) => detection);
  const sigma = rule.conditions.sigma.map((search) => ({
    ...search,
    filters: [...search.filters, ...added],
  }));
  const filtered = { ...rule, conditions: { sigma } };
  return { rule: { ...filtered, hash: hashRule(filtered) }, tests };
}

/** A filter that changes nothing is a mistake: a rule's id misspelt, or a log source that does not cover the rule's. */
function checkFilters({ rules, filters, faults, refused }: Collected): void {
  if (filters.length === 0) return;
  const named = new Map<string, Filtered>(
    rules.flatMap((rule) => namesOf(rule).map((name) => [name, rule] as const)),
  );
  for (const placed of filters)
    for (const [index, name] of (placed.what.rules ?? []).entries()) {
      const rule = named.get(name);
      const path = ['filter', 'rules', index];
      if (rule === undefined) faults.push(placedFault(missingRule(name, path, { named, refused }), placed));
      else if (names(placed.what, rule) && !covers(placed.what.logsource, rule.logsource))
        faults.push(
          placedFault(
            { path: ['logsource'], message: `the log source does not cover that of rule "${name}"` },
            placed,
          ),
        );
    }
}

interface Named {
  readonly name?: string | undefined;
  readonly place: SigmaPlace;
}

const namesOf = ({ name, place }: Named): readonly string[] =>
  name === undefined ? [place.id] : [place.id, name];

function correlate({
  rules,
  correlations,
  faults,
  refused,
}: Collected): Pick<LoadedSigma, 'loaded' | 'spokenFor'> {
  if (correlations.length === 0) return { loaded: [], spokenFor: new Map() };
  const named = new Map<string, NamedRule>();
  const others = correlations.map(({ what, place }) => ({ name: what.name, place }));
  for (const each of [...others, ...rules])
    for (const name of namesOf(each)) named.set(name, { id: each.place.id });
  const spokenFor = new Map<string, string[]>();
  const loaded = correlations.flatMap((placed): readonly LoadedRule[] => {
    const { what, place } = placed;
    const meaning = correlationMeaning(what, { named, refused });
    if (!meaning.ok) {
      for (const fault of meaning.failure) faults.push(placedFault(fault, placed));
      return [];
    }
    const converted = sigmaToRule(what, meaning.value.meaning, place);
    if (!converted.ok) {
      faults.push(...convertedFaults(converted.failure, placed));
      return [];
    }
    for (const id of what.generate ? [] : meaning.value.ruleIds)
      spokenFor.set(id, [...(spokenFor.get(id) ?? []), place.id]);
    return [converted.value];
  });
  return { loaded, spokenFor };
}
