import { describe, expect, test } from 'vitest';
import { windowedRule } from '../../../test/support/windowed-rules.ts';
import type { EventFields } from '../../shared/model/log-event.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { TemporalSpec, ValueCountSpec } from '../../shared/model/window-spec.ts';
import { compileMatcher } from './matcher.ts';

const plain = (id: string, fact: string, over: Partial<Rule> = {}): Rule =>
  windowedRule(undefined, {
    id,
    groupBy: [],
    conditions: { all: [{ fact, operator: 'equal', value: 1 }] },
    ...over,
  });

const together = (rules: readonly string[], more: Partial<TemporalSpec> = {}): TemporalSpec => ({
  type: 'temporal',
  rules,
  timespanMs: 1_000,
  sequences: [{ all: rules.map((_, at) => at), none: [] }],
  reset: false,
  ...more,
});

const over = (window: Rule['window'], more: Partial<Rule> = {}): Rule =>
  windowedRule(window, { id: 'both', conditions: null, groupBy: ['user'], ...more });

function matchesOf(rules: readonly Rule[], fields: EventFields): readonly unknown[] {
  const missing: string[] = [];
  const { matcher, faults } = compileMatcher(rules, { onMissingGroup: (ruleId) => missing.push(ruleId) });
  expect(faults).toEqual([]);
  const position = { topic: 't', partition: 0, offset: 0, index: 0 };
  const event = { fields, timeMs: 0, timeOrigin: 'record' as const, source: 's', position, weight: 1 };
  const found = matcher
    .match(event)
    .filter(({ ruleId }) => ruleId === 'both')
    .map(({ group, inputs, windowFields }) => [
      group.values,
      inputs,
      ...(windowFields === undefined ? [] : [windowFields]),
    ]);
  return [...found, ...missing];
}

describe('a rule that names others', () => {
  const rules = [plain('a', 'x'), plain('b', 'y'), over(together(['b', 'a']))];

  test('matches where one of them does, once an event, and says which', () => {
    expect(matchesOf(rules, { x: 1, user: 'u' })).toEqual([[{ user: 'u' }, [1]]]);
    expect(matchesOf(rules, { x: 1, y: 1, user: 'u' })).toEqual([[{ user: 'u' }, [0, 1]]]);
    expect(matchesOf(rules, { user: 'u' })).toEqual([]);
  });

  test('groups by its own fields', () => {
    expect(matchesOf(rules, { x: 1 })).toEqual([[{ user: null }, [1]]]);
    const skipping = [plain('a', 'x'), plain('b', 'y'), over(together(['a', 'b']), { missingGroup: 'skip' })];
    expect(matchesOf(skipping, { x: 1 })).toEqual(['both']);
  });

  test('groups by an alias: an event of two rules may be in two groups', () => {
    const aliases = { user: { a: 'from', b: 'to' } };
    const aliased = [plain('a', 'x'), plain('b', 'y'), over(together(['a', 'b'], { aliases }))];
    expect(matchesOf(aliased, { x: 1, y: 1, from: 'u', to: 'v' })).toEqual([
      [{ user: 'u' }, [0]],
      [{ user: 'v' }, [1]],
    ]);
    expect(matchesOf(aliased, { x: 1, y: 1, from: 'u', to: 'u' })).toEqual([[{ user: 'u' }, [0, 1]]]);
  });

  test('reads the field of its window by its alias', () => {
    const window: ValueCountSpec = {
      type: 'value_count',
      rules: ['a'],
      aliases: { host: { a: 'computer' } },
      field: 'host',
      timespanMs: 1_000,
      condition: { gte: 2 },
      reset: false,
    };
    const counting = [plain('a', 'x'), over(window, { groupBy: [] })];
    expect(matchesOf(counting, { x: 1, computer: 'pc' })).toEqual([[{}, [0], { host: 'pc' }]]);
  });

  test('does not hear of a rule with a window: its firings come later', () => {
    const counted = plain('a', 'x', {
      window: { type: 'event_count', timespanMs: 1, condition: { gte: 1 }, reset: false },
    });
    expect(
      matchesOf([counted, plain('b', 'y'), over(together(['a', 'b']))], { x: 1, y: 1, user: 'u' }),
    ).toEqual([[{ user: 'u' }, [1]]]);
  });

  test('is not loaded where one of them is not, or one of theirs', () => {
    const broken = plain('a', 'x', { conditions: { all: [{ fact: 'x', operator: 'no-such', value: 1 }] } });
    const further = { ...over(together(['both'])), id: 'further' };
    const { faults } = compileMatcher([further, broken, plain('b', 'y'), over(together(['b', 'a']))]);
    expect(faults.slice(1)).toEqual([
      { ruleId: 'both', path: '$.window.rules[1]', message: 'rule "a" is not loaded' },
      { ruleId: 'further', path: '$.window.rules[0]', message: 'rule "both" is not loaded' },
    ]);
  });
});
