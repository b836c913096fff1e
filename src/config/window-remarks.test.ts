import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { firingsOf } from '../../test/support/engine-run.ts';
import { remarksOn } from './condition-remarks.ts';
import { loadRules } from './rule-files.ts';
import type { LoadedRule } from './rule-read.ts';
import { windowRemarks } from './window-remarks.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-windows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const is = (value: number) => ({ all: [{ fact: 'kind', operator: 'equal', value }] });
const others = ['a', 'b', 'c'].map((id, kind) => ({ id, conditions: is(kind) }));

function load(text: string, name = 'rule.json'): readonly LoadedRule[] {
  const file = join(folder, name);
  writeFileSync(file, text);
  const { rules, faults } = loadRules([file]);
  expect(faults).toEqual([]);
  return rules;
}

/** A rule of that window and the rules it may name. */
const rulesOf = (window: object, groupBy: readonly string[] = []): readonly LoadedRule[] => {
  const conditions = 'rules' in window ? {} : { conditions: { any: [0, 1, 2].map(is) } };
  return load(JSON.stringify([...others, { id: 'r', groupBy, ...conditions, window }]));
};

const remarks = (window: object, groupBy: readonly string[] = []): readonly string[] =>
  rulesOf({ timespan: '5m', ...window }, groupBy).flatMap(({ rule }) =>
    windowRemarks(rule).map(({ at, message }) => `${at} ${message}`),
  );

const rules = ['a', 'b', 'c'];
const seen = 'window.condition never holds: a group is counted once it was seen: 1, 2 or more';
const share = 'window.condition never holds: a share is between 0 and 1';
const three =
  'window.condition never holds: a group is judged once one of the rules matched, and there are 3';
const ofGroup = 'window.condition never holds: the rule groups by the field, so a group has one value of it';
const allOfIt = 'window.condition never holds: the numerator is all of the rules, so the share is always 1';
const same =
  'window.field never fires: the rule groups by this field, so within a group it is always the same';
const errors = { type: 'ratio', numerator: is(1) };

describe('a window that never fires', () => {
  test.each<{ window: object; groupBy?: string[]; remark: string }>([
    { window: { type: 'event_count', condition: { lt: 1 } }, remark: seen },
    { window: { type: 'event_count', condition: { lte: 0.5 } }, remark: seen },
    { window: { type: 'event_count', condition: { eq: 2.5 } }, remark: seen },
    { window: { type: 'event_count', condition: { gt: 2, lt: 3 } }, remark: seen },
    { window: { type: 'event_count', condition: { lte: 1, neq: 1 } }, remark: seen },
    { window: { type: 'event_count', rules, condition: { eq: 0 } }, remark: seen },
    {
      window: { type: 'value_count', field: 'user', condition: { lt: 0 } },
      remark: 'window.condition never holds: values are counted: 0, 1 or more',
    },
    {
      window: { type: 'value_count', field: 'user', condition: { gte: 2 } },
      groupBy: ['user'],
      remark: ofGroup,
    },
    {
      window: { type: 'value_count', field: ['user', 'ip'], condition: { gt: 1 } },
      groupBy: ['ip', 'user'],
      remark: ofGroup,
    },
    { window: { ...errors, condition: { gt: 1 } }, remark: share },
    { window: { ...errors, condition: { lt: 0 } }, remark: share },
    { window: { ...errors, condition: { gte: 50 } }, remark: share },
    { window: { type: 'ratio', rules, numerator: rules, condition: { lt: 1 } }, remark: allOfIt },
    { window: { type: 'temporal', rules, condition: { gte: 5 } }, remark: three },
    { window: { type: 'temporal', rules, condition: { gt: 3 } }, remark: three },
    { window: { type: 'temporal', rules, condition: { lt: 1 } }, remark: three },
    { window: { type: 'temporal', rules, condition: { eq: 1.5 } }, remark: three },
    { window: { type: 'change', field: 'user' }, groupBy: ['user', 'ip'], remark: same },
  ])('has a remark: $window', ({ window, groupBy, remark }) => {
    expect(remarks(window, groupBy)).toEqual([remark]);
  });

  test.each<{ window: object; groupBy?: string[] }>([
    { window: { type: 'event_count', condition: { lt: 2 } } },
    { window: { type: 'event_count', condition: { neq: 1 } } },
    { window: { type: 'event_count', condition: { gt: 2, lt: 4 } } },
    { window: { type: 'value_count', field: 'user', condition: { lt: 1 } } },
    { window: { type: 'value_count', field: ['user', 'ip'], condition: { gte: 2 } }, groupBy: ['ip'] },
    { window: { type: 'value_count', field: 'user', condition: { gte: 1 } }, groupBy: ['user'] },
    { window: { type: 'value_sum', field: 'bytes', condition: { lt: -1 } } },
    { window: { ...errors, condition: { gt: 0.3, lt: 0.31 } } },
    { window: { ...errors, condition: { neq: 1 } } },
    { window: { type: 'ratio', rules, numerator: ['a'], condition: { lt: 1 } } },
    { window: { type: 'temporal', rules } },
    { window: { type: 'temporal', rules, condition: { gte: 3 } } },
    { window: { type: 'change', field: 'user' }, groupBy: ['ip'] },
    { window: { type: 'new_term', field: 'user', history: '1d', timespan: undefined }, groupBy: ['user'] },
  ])('is not one that may: $window', ({ window, groupBy }) => {
    expect(remarks(window, groupBy)).toEqual([]);
  });

  test('is told by the kinds themselves: where there is a remark, nothing fires', () => {
    const comparison = fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'neq');
    const condition = fc.dictionary(comparison, fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 3, 4), {
      minKeys: 1,
      maxKeys: 2,
    });
    const windows = fc.constantFrom<object>(
      { type: 'event_count' },
      { type: 'value_count', field: 'kind' },
      { type: 'value_count', field: 'user' },
      { type: 'temporal', rules },
      { type: 'ratio', rules, numerator: rules },
      errors,
    );
    const event = fc.record({ at: fc.nat(60), kind: fc.nat(2), user: fc.constantFrom('jo', 'mo', null) });
    let silent = 0;
    fc.assert(
      fc.property(windows, condition, fc.array(event, { maxLength: 8 }), (window, asked, events) => {
        const text = JSON.stringify([
          ...others,
          {
            id: 'r',
            groupBy: ['user'],
            ...('rules' in window ? {} : { conditions: { any: [0, 1, 2].map(is) } }),
            window: { timespan: '20s', ...window, condition: asked },
          },
        ]);
        const file = join(folder, 'any.json');
        writeFileSync(file, text);
        const loaded = loadRules([file]);
        const remarked = loaded.rules.flatMap(({ rule }) => windowRemarks(rule));
        if (loaded.faults.length > 0 || remarked.length === 0) return;
        silent += 1;
        const fired = firingsOf(
          loaded.rules.map(({ rule }) => rule),
          events.toSorted((a, b) => a.at - b.at).map(({ at, ...fields }) => ({ at, fields })),
        );
        expect(fired.filter((line) => line.startsWith('r '))).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(silent, 'windows with remarks were tried').toBeGreaterThan(20);
  });
});

test('a remark stands where the condition does, in JSON by its line', () => {
  const rule = {
    id: 'r',
    conditions: is(1),
    window: { type: 'event_count', timespan: '5m', condition: { lt: 1 } },
  };
  const [remark] = remarksOn(load(JSON.stringify(rule, null, 1)));
  expect(remark).toMatchObject({ path: '$.window.condition', line: 15, ruleId: 'r' });
});

test('a window of a rule in Sigma has remarks where it stands', () => {
  const text = `title: base
logsource: { product: linux }
detection: { sel: { kind: 1 }, condition: sel }
tocsin:
  window:
    type: event_count
    timespan: 5m
    condition: { lt: 1 }
`;
  const found = remarksOn(load(text, 'rule.yml'));
  expect(found).toMatchObject([{ path: 'document 1 $.tocsin.window.condition', line: 8 }]);
});

test('a correlation in Sigma has remarks, too', () => {
  const text = `title: base
name: base
logsource: { product: linux }
detection: { sel: { kind: 1 }, condition: sel }
---
title: few
correlation: { type: event_count, rules: [base], group-by: [user], timespan: 5m, condition: { lt: 1 } }
`;
  const found = remarksOn(load(text, 'rule.yml'));
  expect(found).toMatchObject([{ path: 'document 2 $.correlation.condition', line: 7, ruleId: 'few' }]);
});
