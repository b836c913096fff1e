import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { readPage } from '../../test/support/markdown.ts';
import { plainValue } from '../shared/plain-value.ts';
import { sigmaJsonSchema } from './sigma-json-schema.ts';
import { readYaml } from './sigma-yaml.ts';

const root = join(import.meta.dirname, '../..');
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(sigmaJsonSchema());
const isValid = (yaml: string): boolean => {
  const { documents } = readYaml(yaml);
  return documents.length > 0 && documents.every(({ value }) => validate(plainValue(value)));
};

const rule = `title: x
logsource: { product: linux }
detection: { sel: { 'Image|endswith': /sh }, condition: sel }
`;

describe('the JSON Schema of Sigma', () => {
  test('is committed as it is generated (npm run schemas writes it)', () => {
    expect(JSON.parse(readFileSync(join(root, 'schemas/sigma.schema.json'), 'utf8'))).toEqual(
      sigmaJsonSchema(),
    );
  });

  test.each(readPage('docs/sigma.md').blocks.filter(({ language }) => language === 'yaml'))(
    'accepts the example of docs/sigma.md, line $line, which names it',
    ({ text }) => {
      expect(text).toContain('# yaml-language-server: $schema=../schemas/sigma.schema.json');
      expect([isValid(text), validate.errors]).toEqual([true, null]);
    },
  );

  test.each([
    { title: 'a rule as Sigma has it', yaml: rule },
    {
      title: 'keywords and lists of maps',
      yaml: rule.replace('sel: {', 'k: [a, 5], m: [{a: 1}, {b: x}], sel: {'),
    },
    { title: 'members of tocsin', yaml: `${rule}tocsin: { status: shadow, groupBy: [User], dedup: 4h }` },
    {
      title: 'an exception with a detection',
      yaml: `${rule}tocsin: { exceptions: [{ detection: { a: { b: c }, condition: a }, reason: y, expires: 2026-12-31 }] }`,
    },
    {
      title: 'a correlation',
      yaml: 'title: x\ncorrelation: { type: temporal, rules: [a, b], group-by: [u], timespan: 5m, aliases: { u: { a: v } } }',
    },
  ])('accepts $title', ({ yaml }) => {
    expect([isValid(yaml), validate.errors]).toEqual([true, null]);
  });

  test.each([
    { title: 'a misspelt member of tocsin', yaml: `${rule}tocsin: { statsu: shadow }` },
    { title: 'a status that there is not', yaml: `${rule}tocsin: { status: shade }` },
    {
      title: 'an exception without reason',
      yaml: `${rule}tocsin: { exceptions: [{ detection: { condition: a } }] }`,
    },
    {
      title: 'conditions in an exception',
      yaml: `${rule}tocsin: { exceptions: [{ conditions: {}, reason: x }] }`,
    },
    { title: 'a modifier that there is not', yaml: rule.replace('endswith', 'endwith') },
    { title: 'an unknown level', yaml: `${rule}level: hihg` },
    {
      title: 'a misspelt member of a correlation',
      yaml: 'title: x\ncorrelation: { type: temporal, groupby: [u] }',
    },
  ])('refuses $title', ({ yaml }) => {
    expect(isValid(yaml)).toBe(false);
  });
});
