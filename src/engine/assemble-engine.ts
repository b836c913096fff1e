import { hash } from 'node:crypto';
import type { Lists } from '../detect/match/lists.ts';
import { compileMatcherInSteps, type MatcherEvents, type MatcherFault } from '../detect/match/matcher.ts';
import type { OperatorOptions } from '../detect/match/operator-table.ts';
import type { PlanKeeper, SourceIndexes } from '../detect/match/source-indexes.ts';
import { RepeatedEvents } from '../detect/repeated-events.ts';
import { Watermarks } from '../detect/window/watermarks.ts';
import { type WindowLimits, WindowStage } from '../detect/window/window-stage.ts';
import { IncidentStage } from '../incident/incident-stage.ts';
import { Integrity } from '../incident/integrity.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import { inOneGo, type Steps } from '../shared/steps.ts';
import { parseTemplate, type Template } from '../shared/template.ts';
import { Engine, type EngineRules } from './engine.ts';

export interface EngineSetup {
  readonly rules: readonly Rule[];
  readonly sources: readonly SourceConfig[];
  readonly lists?: Lists;
  readonly operators?: OperatorOptions['operators'];
  readonly facts?: OperatorOptions['facts'];
  /** Own facts are asked about so many events at a time. */
  readonly eventsAtOnce?: number;
  readonly events?: MatcherEvents;
  /** Where plans of the matcher's indexes are kept. */
  readonly plans?: PlanKeeper;
  /** Ids of the remediation commands that a rule proposes for an incident. */
  readonly commandIds?: (rule: Rule, incidentId: string) => readonly string[];
  /** Bounds of the windows; the defaults are for a service. */
  readonly limits?: WindowLimits;
}

/** The digest behind every deterministic id: 20 hexadecimal digits of SHA-256 (80 bits). */
export const digest = (text: string): string => hash('sha256', text, 'hex').slice(0, 20);

/** Rules ready to run, and what was wrong with those that were left out. */
export interface CompiledRules extends EngineRules {
  readonly faults: readonly MatcherFault[];
  readonly indexes: SourceIndexes;
}

/** Compiles rules for the sources. Those whose conditions are faulty are left out and reported. */
export const compileRules = (setup: Omit<EngineSetup, 'commandIds'>): CompiledRules =>
  inOneGo(compileRulesInSteps(setup));

/** The same, a few steps for each rule. `before`: the rules that ran until now, whose events the new ones will see. */
export function* compileRulesInSteps(
  setup: Omit<EngineSetup, 'commandIds'> & { readonly before?: Pick<CompiledRules, 'indexes'> },
): Steps<CompiledRules> {
  const { matcher, faults, indexes, buildIndexes } = yield* compileMatcherInSteps(setup.rules, {
    ...(setup.lists === undefined ? {} : { lists: setup.lists }),
    sources: setup.sources,
    ...(setup.operators === undefined ? {} : { operators: setup.operators }),
    ...(setup.facts === undefined ? {} : { facts: setup.facts }),
    ...(setup.plans === undefined ? {} : { plans: setup.plans }),
    ...(setup.eventsAtOnce === undefined ? {} : { eventsAtOnce: setup.eventsAtOnce }),
    ...setup.events,
  });
  yield* buildIndexes();
  if (setup.before !== undefined) yield* indexes.warmLike(setup.before.indexes);
  const faulty = new Set(faults.map((fault) => fault.ruleId));
  return { rules: setup.rules.filter((rule) => !faulty.has(rule.id)), matcher, faults, indexes };
}

/** Builds the engine over rules that were compiled, and their sources. */
export function engineOver(
  { rules, matcher }: EngineRules,
  { sources, commandIds, limits = {} }: Pick<EngineSetup, 'sources' | 'commandIds' | 'limits'>,
): Engine {
  const latenessOf = new Map(sources.map(({ name, latenessMs }) => [name, latenessMs]));
  const templateOf = parsedOnce();
  return new Engine({
    rules,
    sources: sources.map((source) => source.name),
    matcher,
    watermarks: new Watermarks(sources.map(({ name, ...timing }) => ({ source: name, ...timing }))),
    windows: new WindowStage(rules, limits),
    incidents: new IncidentStage(rules, {
      hash: digest,
      render: (template, fields, group) => templateOf(template).render({ fields, group }),
      ...(commandIds === undefined ? {} : { commandIds }),
    }),
    repeats: new RepeatedEvents(sources),
    integrity: new Integrity(
      (source) => latenessOf.get(source) ?? 0,
      new Map(
        sources.flatMap(({ name, silentAfterMs }) =>
          silentAfterMs === undefined ? [] : [[name, silentAfterMs]],
        ),
      ),
    ),
  });
}

/** Templates kept parsed; at the bound all are parsed anew, which titles of rules never come to but by reloads. */
const templatesMax = 10_000;

/** Titles of rules are few, and incidents with each of them many. */
function parsedOnce(): (text: string) => Template {
  const parsed = new Map<string, Template>();
  return (text) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    if (parsed.size >= templatesMax) parsed.clear();
    const template = parseTemplate(text, { empty: '(empty)' });
    parsed.set(text, template);
    return template;
  };
}

/** Compiles rules and builds the engine over them. Rules whose conditions are faulty are left out and reported. */
export function assembleEngine(setup: EngineSetup): { engine: Engine; faults: readonly MatcherFault[] } {
  const compiled = compileRules(setup);
  return { engine: engineOver(compiled, setup), faults: compiled.faults };
}
