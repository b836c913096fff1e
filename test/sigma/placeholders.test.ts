import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readLists } from '../../src/config/read-lists.ts';
import { loadRules } from '../../src/config/rule-files.ts';
import { readPlaceholders } from '../../src/config/sigma-placeholders.ts';
import { createSigmaCompiler } from '../../src/detect/sigma/compile/compile-conditions.ts';
import { sigmaOf, sigmaRule } from '../support/sigma-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-placeholders-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('a placeholder stands for the configured list of its name', () => {
  const { lists, entries } = readLists({
    Administrators: { file: write('admins.txt', '# ours\nroot\nadm-*\n') },
    Servers: { values: ['db-1'] },
  });
  const rule = write(
    'rule.yml',
    sigmaRule("sel:\n  u|expand: '%Administrators%'\n  h|expand: '%Servers%'\ncondition: sel"),
  );
  const { rules, faults } = loadRules([rule], { lists, placeholders: entries });
  expect(faults).toEqual([]);
  const matches = createSigmaCompiler([]).compile(sigmaOf(rules[0]?.rule.conditions));
  expect(matches({ u: 'ADM-1', h: 'db-1' }, '')).toBe(true);
  expect(matches({ u: '# ours', h: 'db-1' }, '')).toBe(false);
});

describe('a file of placeholders', () => {
  test.each([
    ["a: [x, 5]\n'%b%': y", { a: ['x', '5'], b: ['y'] }],
    ['{"a": ["x"]}', { a: ['x'] }],
  ])('%j', (text, value) => {
    expect(readPlaceholders(write('p.yml', text))).toEqual({ ok: true, value });
  });

  test.each([
    ['- x', 'must be one map of names to lists of values'],
    ['a: [{b: c}]', 'a: must be a list of texts'],
    ['a: []', 'a: must be a list of texts'],
    ['a: "x', 'line 1: '],
  ])('%j is refused', (text, message) => {
    const read = readPlaceholders(write('p.yml', text));
    expect(read.ok ? '' : read.failure).toContain(`p.yml: ${message}`);
  });
});
