import { describe, expect, test } from 'vitest';
import { isSigmaConditions } from '../detect/sigma/sigma-rule.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import { hashRule, type RuleMeaning, sigmaJson } from './rule-hash.ts';
import { loadSigma } from './sigma-files.ts';

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

describe('what stands for conditions in Sigma in a hash', () => {
  const items = [
    "{ Image: 'a*b?c', Other: '', More: null, EventID: 7, Flag: true }",
    "{ 'a|contains|all': [x, y], 'b|startswith|cased': x, 'c|endswith': 7, 'd|neq': x }",
    "{ 'a|re': 'x.*', 'b|re|i|m|s': 'y', 'c|cidr': 10.0.0.0/8, 'd|exists': true }",
    "{ 'a|wide|base64offset|contains': abc, 'b|utf16|base64': abc, 'c|utf16le': abc, 'd|base64': abc }",
    "{ 'a|fieldref': b, 'b|fieldref|contains': c, 'c|fieldref|cased': d }",
    "{ 'a|windash|contains': ' -x', 'b|expand': '%names%', 'c|gte': 5, 'd|minute': 5, 'e|hour|lt': 6 }",
    "[{ z: 1, a: 2 }, { 'b|contains': c }]",
    '[keyword, 7]',
  ];

  test.each([
    ...items.map((item) => ({ selection: item, condition: 'z' })),
    { selection: '{ a: b }', condition: 'not (z or 1 of y_*) and all of them' },
    { selection: '{ a: b }', condition: '[z, y_1]' },
  ])('is its canonical JSON: $selection $condition', ({ selection, condition }) => {
    const text = `title: x
logsource: { service: sysmon, product: windows, category: process_creation }
detection:
  z: ${selection}
  y_10: { c: d }
  y_1: { e: f }
  10: { g: h }
  condition: ${condition}
`;
    const { loaded, faults } = loadSigma([{ file: 'x.yml', text }], {
      placeholders: { names: ['one', 'two*'] },
    });
    expect([loaded.length, faults]).toEqual([1, []]);
    for (const { rule } of loaded) {
      const { conditions } = rule;
      if (isSigmaConditions(conditions)) expect(sigmaJson(conditions)).toBe(canonicalJson(conditions));
    }
  });
});
