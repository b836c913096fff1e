import { createHash } from 'node:crypto';
import type { Lists } from './detect/match/lists.ts';
import { compileMatcher, type MatcherEvents, type MatcherFault } from './detect/match/matcher.ts';
import type { OperatorOptions } from './detect/match/operator-table.ts';
import { Watermarks } from './detect/window/watermarks.ts';
import { WindowStage } from './detect/window/window-stage.ts';
import { Engine } from './engine.ts';
import { IncidentStage } from './incident/incident-stage.ts';
import type { Rule } from './shared/model/rule.ts';
import type { SourceConfig } from './shared/model/source-config.ts';
import { parseTemplate } from './shared/template.ts';

export interface EngineSetup {
  readonly rules: readonly Rule[];
  readonly sources: readonly SourceConfig[];
  readonly lists?: Lists;
  readonly operators?: OperatorOptions['operators'];
  readonly events?: MatcherEvents;
  /** Ids of the remediation commands that a rule proposes for an incident. */
  readonly commandIds?: (rule: Rule, incidentId: string) => readonly string[];
}

/** The digest behind every deterministic id: 20 hexadecimal digits of SHA-256 (80 bits). */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 20);

/** Builds the engine over rules and sources. Rules whose conditions are faulty are left out and reported. */
export function assembleEngine(setup: EngineSetup): { engine: Engine; faults: readonly MatcherFault[] } {
  const { matcher, faults } = compileMatcher(setup.rules, {
    ...(setup.lists === undefined ? {} : { lists: setup.lists }),
    sources: setup.sources,
    ...(setup.operators === undefined ? {} : { operators: setup.operators }),
    ...setup.events,
  });
  const faulty = new Set(faults.map((fault) => fault.ruleId));
  const rules = setup.rules.filter((rule) => !faulty.has(rule.id));
  const engine = new Engine({
    rules,
    sources: setup.sources.map((source) => source.name),
    matcher,
    watermarks: new Watermarks(setup.sources.map(({ name, ...timing }) => ({ source: name, ...timing }))),
    windows: new WindowStage(rules, {}),
    incidents: new IncidentStage(rules, {
      hash: digest,
      render: (template, fields, group) => parseTemplate(template).render({ fields, group }),
      ...(setup.commandIds === undefined ? {} : { commandIds: setup.commandIds }),
    }),
  });
  return { engine, faults };
}
