import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { remarksOn } from './condition-remarks.ts';
import { loadRules } from './rule-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-remarks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function remarks(comparisons: readonly object[]): readonly (readonly [number | undefined, string])[] {
  const file = join(folder, 'rule.json');
  const leaves = comparisons.map((comparison) => ({ fact: 'a', ...comparison }));
  const conditions = { all: [{ any: leaves }, { not: { all: leaves } }] };
  writeFileSync(file, JSON.stringify({ id: 'r', conditions }));
  const { rules, faults } = loadRules([file]);
  expect(faults).toEqual([]);
  return remarksOn(rules).map(({ line, message }) => [line, message]);
}

test.each([
  [
    { operator: 'in', value: 'x' },
    'looks for the field within this text; one value of a list is written ["x"]',
  ],
  [
    { operator: 'not:in', value: 'x' },
    'looks for the field within this text; one value of a list is written ["x"]',
  ],
  [
    { operator: 'equal', value: ['x'] },
    'no field is equal to an array: for one of several values there is "in"',
  ],
  [{ operator: 'notEqual', value: { a: 1 } }, 'no field is equal to an object'],
  [
    { operator: 'equal', value: 'x', pth: '$.b' },
    'changes nothing: a comparison has no such member (did you mean "path"?)',
  ],
  [{ operator: 'greaterThan', value: 'five' }, 'orders numbers: no field is more or less than "five"'],
])('%j loads, with a remark wherever it stands', (comparison, message) => {
  expect(remarks([comparison])).toEqual([
    [1, message],
    [1, message],
  ]);
});

test('what is meant as it says gets none', () => {
  expect(
    remarks([
      { operator: 'in', value: ['x'] },
      { operator: 'equal', value: null },
      { operator: 'equal', value: { fact: 'b' } },
      { operator: 'someValue:equal', value: ['x'] },
      { operator: 'swap:in', value: 'x' },
      { operator: 'greaterThan', value: '5' },
      { operator: 'equal', value: 'x', path: '$.b', params: {}, priority: 2, name: 'n', comment: 'mine' },
    ]),
  ).toEqual([]);
});

test('a selection that the condition does not name gets one, at its line', () => {
  const file = join(folder, 'rule.yml');
  const detection = 'sel: { a: 1 }\n  filter_b: { b: 1 }\n  filter_c: { c: 1 }';
  const rule = `title: T\nlogsource: { product: x }\ndetection:\n  ${detection}\n  condition: sel and not filter_c`;
  const remarksOf = (text: string): readonly unknown[] => {
    writeFileSync(file, text);
    return remarksOn(loadRules([file]).rules).map(({ line, path }) => [line, path]);
  };
  expect(remarksOf(rule)).toEqual([[5, 'document 1 $.detection.filter_b']]);
  expect(remarksOf(rule.replace('not filter_c', 'not 1 of filter_*'))).toEqual([]);
});

test('the sample rules get none', () => {
  const { rules } = loadRules([join(import.meta.dirname, '../../rules')]);
  expect(rules.length).toBeGreaterThan(10);
  expect(remarksOn(rules)).toEqual([]);
});
