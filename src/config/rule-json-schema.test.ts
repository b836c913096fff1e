import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { knownMembers, ruleJsonSchema } from './rule-json-schema.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(ruleJsonSchema());

const rule = { id: 'a', conditions: { all: [{ fact: 'a', operator: 'equal', value: 1 }] } };

describe('the JSON Schema of rule files', () => {
  test('is committed as it is generated (npm run schemas writes it)', () => {
    expect(read('schemas/rule.schema.json')).toEqual(ruleJsonSchema());
  });

  test.each(readdirSync(join(root, 'rules')))('accepts the sample rule %s', (file) => {
    const isValid = validate(read(join('rules', file)));
    expect(validate.errors).toBeNull();
    expect(isValid).toBe(true);
  });

  test.each([
    { title: 'an array of rules', value: [rule, { ...rule, id: 'b' }], valid: true },
    {
      title: 'a rule of json-rules-engine',
      value: { conditions: { any: [] }, event: { type: 'x' } },
      valid: true,
    },
    { title: 'named conditions', value: { namedConditions: { x: { all: [] } }, rules: [rule] }, valid: true },
    { title: 'a reference', value: { ...rule, conditions: { condition: 'x' } }, valid: true },
    { title: 'a misspelt member', value: { ...rule, severty: 'high' }, valid: false },
    {
      title: 'a comparison without value',
      value: { id: 'a', conditions: { all: [{ fact: 'a', operator: 'equal' }] } },
      valid: false,
    },
    { title: 'a comparison alone', value: { ...rule, conditions: rule.conditions.all[0] }, valid: false },
    { title: 'a duration in words', value: { ...rule, dedup: '5 minutes' }, valid: false },
    {
      title: 'an unknown window',
      value: { ...rule, window: { type: 'evnt_count', timespan: '5m' } },
      valid: false,
    },
    { title: 'neither id nor event', value: { conditions: { all: [] } }, valid: false },
  ])('$title: $valid', ({ value, valid }) => {
    expect(validate(value)).toBe(valid);
  });

  test('knows the members of a rule at a path, for "did you mean"', () => {
    expect(knownMembers([])).toContain('falsePositives');
    expect(knownMembers(['window'])).toEqual(
      expect.arrayContaining(['type', 'timespan', 'condition', 'reset', 'field']),
    );
    expect(knownMembers(['tests', 0, 'events', 3])).toEqual(['event', 'at', 'repeat', 'every']);
    expect(knownMembers(['no', 'such', 3])).toEqual([]);
  });
});
