import { withInputs } from '../config/link-rules.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import { expandTestEvents, type RuleTest, type RuleTestExpectation } from '../config/rule-tests.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { Rule } from '../shared/model/rule.ts';
import { sourceDefaults } from '../shared/model/source-config.ts';
import { assembleEngine, type EngineSetup } from './assemble-engine.ts';
import type { Engine } from './engine.ts';

/** What came of one of a rule's own tests; no problems means that it passed. */
export interface RuleTestResult {
  readonly ruleId: string;
  readonly test: string;
  readonly problems: readonly string[];
}

/** Tests begin at this event time: 2026-01-01T00:00:00Z. Offsets count from it. */
const baseMs = 1_767_225_600_000;

/** What rules may name beside fields. */
type Names = Pick<EngineSetup, 'lists' | 'operators' | 'facts'> & {
  /** Among them those that the rule's window names. */
  readonly rules?: readonly LoadedRule[];
};

/**
 * Runs a rule's own tests, each in an engine of its own: the one that runs in production. Own facts are not asked:
 * `askAndRunRuleTests` does that.
 */
export function runRuleTests(loaded: LoadedRule, names: Names = {}): readonly RuleTestResult[] {
  return loaded.tests.map((test) => openTest(loaded, test, names).run());
}

/** As `runRuleTests`, own facts asked before. */
export async function askAndRunRuleTests(
  loaded: LoadedRule,
  names: Names,
): Promise<readonly RuleTestResult[]> {
  const results: RuleTestResult[] = [];
  for (const test of loaded.tests) {
    const opened = openTest(loaded, test, names);
    await opened.ask();
    results.push(opened.run());
  }
  return results;
}

interface OpenTest {
  ask(): Promise<void>;
  run(): RuleTestResult;
}

function openTest({ rule }: LoadedRule, test: RuleTest, { rules: others = [], ...names }: Names): OpenTest {
  const source = 'test';
  const { engine, faults } = assembleEngine({
    rules: withInputs(rule, others).map(fromAnywhere),
    ...names,
    sources: [{ ...sourceDefaults, name: source, topics: [] }],
  });
  const events = expandTestEvents(test, baseMs).map(({ timeMs, fields }, offset) =>
    testEvent({ timeMs, fields, source, offset }),
  );
  return {
    ask: () => engine.prepare(events),
    run: () => {
      const problems =
        faults.length > 0
          ? faults.map((fault) => `${fault.path}: ${fault.message}`)
          : judge(test.expect, play(engine, events, rule.id));
      return { ruleId: rule.id, test: test.name, problems };
    },
  };
}

/** The events of a test come from no source in particular: rules over several sources can be tested, too. */
function fromAnywhere({ sources: _, ...rule }: Rule): Rule {
  return rule;
}

interface Played {
  readonly incidents: readonly Incident[];
  readonly firings: number;
}

function play(engine: Engine, events: readonly LogEvent[], ruleId: string): Played {
  const incidents = new Map<string, Incident>();
  let firings = 0;
  const settle = (): void => {
    const outcome = engine.settle();
    for (const { incident } of outcome.changes) incidents.set(incident.id, incident);
    firings += outcome.settled.filter((settled) => settled.ruleId === ruleId).length;
  };
  engine.watermarks.assigned({
    source: 'test',
    partitions: [{ topic: 'test', partition: 0, caughtUp: false }],
    nowMs: null,
  });
  for (const event of events) engine.observe(event, null);
  settle();
  engine.watermarks.finish();
  settle();
  const standing = [...incidents.values()].filter(
    ({ rule, status, reason }) => rule.id === ruleId && status !== 'merged' && reason !== 'revised',
  );
  return { incidents: standing, firings };
}

function testEvent(of: {
  timeMs: number;
  fields: LogEvent['fields'];
  source: string;
  offset: number;
}): LogEvent {
  const { timeMs, fields, source, offset } = of;
  return {
    fields,
    timeMs,
    timeOrigin: 'field',
    source,
    position: { topic: 'test', partition: 0, offset, index: 0 },
    weight: weightOf(fields),
  };
}

/** As a decoder sets it from "message repeated N times". */
function weightOf(fields: LogEvent['fields']): number {
  const event = Object.hasOwn(fields, 'event') ? fields['event'] : undefined;
  const repeat =
    typeof event === 'object' && event !== null && Object.hasOwn(event, 'repeat')
      ? (event as { repeat: unknown }).repeat
      : 1;
  return typeof repeat === 'number' && Number.isInteger(repeat) && repeat > 0 ? repeat : 1;
}

function judge(expected: RuleTestExpectation, { incidents, firings }: Played): readonly string[] {
  const problems: string[] = [];
  if (incidents.length !== expected.incidents) {
    const groups = incidents.map((incident) => canonicalJson(incident.group)).join(', ');
    problems.push(
      `expected ${expected.incidents} incidents, got ${incidents.length}${groups === '' ? '' : `: ${groups}`}`,
    );
  }
  if (expected.firings !== undefined && firings !== expected.firings) {
    problems.push(`expected ${expected.firings} firings, got ${firings}`);
  }
  const { group } = expected;
  if (
    group !== undefined &&
    !incidents.some((incident) => canonicalJson(incident.group) === canonicalJson(group))
  ) {
    problems.push(`expected an incident of the group ${canonicalJson(group)}`);
  }
  return problems;
}
