import type { Config } from '../config/config-model.ts';
import { type ListFault, type ReadLists, readLists } from '../config/read-lists.ts';
import type { RuleFault } from '../config/rule-fault.ts';
import { type LoadedRules, type LoadRulesOptions, loadRulesInSteps } from '../config/rule-files.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import type { SigmaMemory } from '../config/sigma-memory.ts';
import type { MatcherEvents } from '../detect/match/matcher.ts';
import type { PlanKeeper } from '../detect/match/source-indexes.ts';
import { type CompiledRules, compileRulesInSteps } from '../engine/assemble-engine.ts';
import type { Steps } from '../shared/steps.ts';
import type { GoodTexts } from './good-texts.ts';
import { keepLastGood, type LastGood } from './keep-last-good.ts';
import type { OwnModules } from './load-own-modules.ts';
import { type RulesWithTexts, recallRules } from './recall-rules.ts';

/** The rules that the service runs, compiled, and how they came to be. */
export interface ServiceRules extends RulesWithTexts {
  /** Those that run, with the last good version of each that has a fault now. */
  readonly loaded: readonly LoadedRule[];
  readonly drafts: readonly LoadedRule[];
  readonly compiled: CompiledRules;
  /** What is wrong in the files. */
  readonly faults: readonly RuleFault[];
  readonly listFaults: readonly ListFault[];
  /** Rules that run as they were before their files became faulty. */
  readonly kept: readonly LoadedRule[];
  readonly entries: ReadLists['entries'];
  /** By file that could be read: the SHA-256 of the text that was taken. */
  readonly digests: LoadedRules['digests'];
}

/**
 * Reads the configured lists and rules, and compiles them. A faulty one stops no other. `running`: what runs now; of a
 * rule or list that is faulty it stays. Nothing of `running` is changed. Some steps for each file and each rule, and for the
 * index.
 */
export function* loadServiceRules(
  config: Config,
  options: {
    readonly events?: MatcherEvents;
    readonly running?: ServiceRules;
    readonly own?: OwnModules;
    readonly memory?: SigmaMemory;
    readonly plans?: PlanKeeper;
    /** Knows what ran before this process did, for a start at which rules are faulty. */
    readonly goodTexts?: GoodTexts;
  } = {},
): Steps<ServiceRules> {
  const { running, events = {}, own, memory, plans, goodTexts } = options;
  const { lists, entries, faults: listFaults } = readLists(config.lists, running?.entries);
  const reading = { ...own, lists, placeholders: entries, ...(memory === undefined ? {} : { memory }) };
  const { good, faults, before } = yield* loadGood(config.rules, reading, { running, goodTexts });
  const { digests } = good;
  const compile = (loaded: readonly LoadedRule[]): Steps<CompiledRules> =>
    compileRulesInSteps({
      ...own,
      rules: loaded.map(({ rule }) => rule),
      sources: config.sources,
      lists,
      events,
      ...(plans === undefined ? {} : { plans }),
      ...(running === undefined ? {} : { before: running.compiled }),
    });
  const first = keepLastGood(before?.loaded ?? [], { ...good, faults });
  const compiled = yield* compile(first.loaded);
  const common = { drafts: good.drafts, listFaults, entries, digests, linking: withoutFaults(good) };
  if (compiled.faults.length === 0)
    return { ...common, ...first, compiled, faults, textOf: textsOf(first, digests, before) };
  // Rare: what is checked when rules are read is all that can be wrong with JSON rules.
  const told = new Set(faults.map(({ ruleId }) => ruleId));
  const more = compiled.faults
    .filter(({ ruleId }) => !told.has(ruleId))
    .map((fault) => placedFault(fault, first.loaded));
  const bad = new Set(compiled.faults.map(({ ruleId }) => ruleId));
  const rules = first.loaded.filter(({ rule }) => !bad.has(rule.id));
  const allFaults = [...faults, ...more];
  const second = keepLastGood(before?.loaded ?? [], { rules, drafts: good.drafts, faults: allFaults });
  const again = yield* compile(second.loaded);
  // What was kept may not do any more: the rules that a rule is over may be gone.
  const runs = new Set(again.rules.map(({ id }) => id));
  const isRun = ({ rule }: LoadedRule): boolean => runs.has(rule.id);
  return {
    ...common,
    loaded: second.loaded.filter(isRun),
    kept: second.kept.filter(isRun),
    compiled: again,
    faults: allFaults,
    textOf: textsOf(second, digests, before),
  };
}

function withoutFaults({ linking, faults }: LoadedRules): LoadedRules['linking'] {
  const faulty = new Set(faults.map(({ file }) => file));
  return new Map([...linking].filter(([file]) => !faulty.has(file)));
}

/** By rule that is to run: the text that it was read from, now or before. */
function textsOf(
  { loaded, kept }: LastGood,
  digests: LoadedRules['digests'],
  before: RulesWithTexts | undefined,
): ReadonlyMap<string, string> {
  const old = new Set(kept.map(({ rule }) => rule.id));
  return new Map(
    loaded.flatMap(({ rule: { id, origin } }) => {
      const digest = old.has(id) ? before?.textOf.get(id) : digests.get(origin.file);
      return digest === undefined ? [] : [[id, digest] as const];
    }),
  );
}

interface Good {
  readonly good: LoadedRules;
  /** What is wrong in the files as they are. */
  readonly faults: readonly RuleFault[];
  /** What ran until now; at a start only of files with faults. */
  readonly before: RulesWithTexts | undefined;
}

/**
 * A Sigma filter or correlation with a fault would change what rules of other files mean: a rule without its filter
 * alerts on what was excluded. In the place of such a file its last good text is taken.
 */
function* loadGood(
  paths: readonly string[],
  options: LoadRulesOptions,
  { running, goodTexts }: { running: ServiceRules | undefined; goodTexts: GoodTexts | undefined },
): Steps<Good> {
  const loaded = yield* loadRulesInSteps(paths, options);
  const { faults } = loaded;
  const recalled = running === undefined && faults.length > 0 ? (goodTexts?.recall(faults) ?? []) : [];
  const before = recalled.length === 0 ? running : yield* recallRules(recalled, paths, options);
  const faulty = new Set(faults.map(({ file }) => file));
  const texts = new Map([...(before?.linking ?? [])].filter(([file]) => faulty.has(file)));
  const good = texts.size === 0 ? loaded : yield* loadRulesInSteps(paths, { ...options, texts });
  return { good, faults, before };
}

function placedFault(
  { ruleId, path, message, hint }: CompiledRules['faults'][number],
  loaded: readonly LoadedRule[],
): RuleFault {
  const file = loaded.find(({ rule }) => rule.id === ruleId)?.rule.origin.file ?? '';
  return { file, path, message, ruleId, ...(hint === undefined ? {} : { hint }) };
}
