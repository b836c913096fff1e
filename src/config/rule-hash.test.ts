import { describe, expect, test } from 'vitest';
import { hashRule, type RuleMeaning } from './rule-hash.ts';

const meaning: RuleMeaning = {
  conditions: { all: [{ fact: 'a', operator: 'equal', value: 1 }] },
  exceptions: [{ conditions: { all: [] }, reason: 'r', author: 'a', expiresAtMs: 5 }],
  groupBy: ['a', 'b'],
  missingGroup: 'null',
  window: { type: 'event_count', timespanMs: 1_000, condition: { gte: 3 }, reset: false },
  dedupMs: 5_000,
  sources: ['x', 'y'],
};

describe('the hash of a rule', () => {
  test('is stable: a change here would restart the windows of every rule', () => {
    expect(hashRule(meaning)).toBe('3fa229e8e02ee0db');
  });

  test.each<{ title: string; change: Partial<RuleMeaning> }>([
    {
      title: 'the order of members',
      change: { conditions: { all: [{ value: 1, operator: 'equal', fact: 'a' }] } },
    },
    { title: 'the order of sources', change: { sources: ['y', 'x'] } },
    {
      title: 'why an exception was made',
      change: { exceptions: [{ conditions: { all: [] }, reason: 'other', expiresAtMs: 5 }] },
    },
  ])('does not change with $title', ({ change }) => {
    expect(hashRule({ ...meaning, ...change })).toBe(hashRule(meaning));
  });

  test.each<{ title: string; change: Partial<RuleMeaning> }>([
    { title: 'a value', change: { conditions: { all: [{ fact: 'a', operator: 'equal', value: 2 }] } } },
    { title: 'an exception', change: { exceptions: [] } },
    { title: 'the end of an exception', change: { exceptions: [{ conditions: { all: [] }, reason: 'r' }] } },
    { title: 'the group, and its order', change: { groupBy: ['b', 'a'] } },
    { title: 'missing groups', change: { missingGroup: 'skip' } },
    {
      title: 'the window',
      change: { window: { type: 'event_count', timespanMs: 1_000, condition: { gte: 4 }, reset: false } },
    },
    { title: 'the quiet time', change: { dedupMs: 6_000 } },
    { title: 'the sources', change: { sources: ['x'] } },
  ])('changes with $title', ({ change }) => {
    expect(hashRule({ ...meaning, ...change })).not.toBe(hashRule(meaning));
  });
});
