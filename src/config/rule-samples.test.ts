import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporalReference } from '../../test/support/temporal-references.ts';
import { compileMatcher } from '../detect/match/matcher.ts';
import type { Match } from '../shared/model/match.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { TemporalSpec } from '../shared/model/window-spec.ts';
import { withInputs } from './link-rules.ts';
import { loadRules } from './rule-files.ts';
import { expandTestEvents, type RuleTest } from './rule-tests.ts';

// The sample rules against their own tests, with the plainest windows and incidents there can be (docs/semantics.md);
// `tocsin rules test` runs them through the real ones.

const folder = join(import.meta.dirname, '../../rules');
const { rules, faults } = loadRules([folder], { lists: { has: () => false, names: () => [] } });

interface Outcome {
  readonly firings: number;
  readonly groups: readonly Readonly<Record<string, unknown>>[];
}

function run(rule: Rule, ruleTest: RuleTest): Outcome {
  const { matcher } = compileMatcher(withInputs(rule, rules));
  const matches = expandTestEvents(ruleTest, 1_700_000_000_000)
    .flatMap(({ timeMs, fields }, offset) =>
      matcher.match({
        fields,
        timeMs,
        timeOrigin: 'field',
        source: 'test',
        position: { topic: 'test', partition: 0, offset, index: 0 },
        weight: 1,
      }),
    )
    .filter(({ ruleId }) => ruleId === rule.id);
  const { window } = rule;
  if (window?.type === 'temporal_ordered') return runInOrder(window, matches);
  const fires = (group: string, nowMs: number): boolean => {
    if (window === undefined) return true;
    expect(window.type).toBe('event_count');
    if (window.type !== 'event_count') return false;
    const inside = matches.filter(
      ({ group: { key }, event: { timeMs } }) =>
        key === group && timeMs <= nowMs && timeMs > nowMs - window.timespanMs,
    );
    return inside.length >= (window.condition.gte ?? Number.NaN);
  };
  const firings = matches.filter(({ group, event }) => fires(group.key, event.timeMs));
  const opening = firings.filter(({ group, event }, index) => {
    const before = firings.slice(0, index).findLast((other) => other.group.key === group.key);
    return before === undefined || event.timeMs - before.event.timeMs >= rule.dedupMs;
  });
  return { firings: firings.length, groups: rule.alert ? opening.map(({ group }) => group.values) : [] };
}

/** The tests of these have one group, and one incident at most. */
function runInOrder(window: TemporalSpec, matches: readonly Match[]): Outcome {
  const byGroup = [...Map.groupBy(matches, ({ group }) => group.key).values()].map((each) => {
    const events = each.map(({ event, inputs }) => ({ ...event, fields: { inputs } }));
    const span = { firstMs: 0, lastMs: events.at(-1)?.timeMs ?? 0 };
    return { values: each[0]?.group.values ?? {}, firings: temporalReference(window, events, span).length };
  });
  const fired = byGroup.filter(({ firings }) => firings > 0);
  return {
    firings: fired.reduce((sum, { firings }) => sum + firings, 0),
    groups: fired.map(({ values }) => values),
  };
}

describe('the sample rules', () => {
  test('load without a fault, one a file, named after it', () => {
    expect(faults).toEqual([]);
    expect(rules.length).toBeGreaterThanOrEqual(10);
    expect(rules.map(({ rule }) => `${rule.id}.json`).sort()).toEqual(readdirSync(folder).sort());
  });

  test.each(rules.map(({ rule }) => ({ id: rule.id, rule })))(
    '$id says what to do, and what it means',
    ({ rule }) => {
      expect(rule.description.length).toBeGreaterThan(40);
      expect(rule.runbook.length).toBeGreaterThan(40);
      expect(rule.falsePositives).not.toEqual([]);
      expect(rule.references).not.toEqual([]);
      expect(rule.tags.some((tag) => /^attack\.t\d{4}(?:\.\d{3})?$/.test(tag))).toBe(true);
    },
  );

  test.each(rules.map(({ rule, tests }) => ({ id: rule.id, tests })))(
    '$id is tested both ways',
    ({ tests }) => {
      const fires = ({ expect: { incidents, firings = incidents } }: RuleTest): boolean => firings > 0;
      expect(tests.some(fires)).toBe(true);
      expect(tests.every(fires)).toBe(false);
    },
  );

  const cases = rules.flatMap(({ rule, tests }) =>
    tests.map((ruleTest) => ({ id: rule.id, name: ruleTest.name, rule, ruleTest })),
  );
  test.each(cases)('$id: $name', ({ rule, ruleTest }) => {
    const { firings, groups } = run(rule, ruleTest);
    expect(groups.length).toBe(ruleTest.expect.incidents);
    if (ruleTest.expect.group !== undefined) expect(groups).toContainEqual(ruleTest.expect.group);
    if (ruleTest.expect.firings !== undefined) expect(firings).toBe(ruleTest.expect.firings);
  });
});
