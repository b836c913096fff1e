import { describe, expect, test } from 'vitest';
import { conditionFields } from './condition-fields.ts';

describe('the fields that conditions name', () => {
  test.each([
    {
      title: 'facts at every depth, each once, and those they are compared with',
      conditions: {
        all: [
          { fact: 'event.outcome', operator: 'equal', value: 'failure' },
          { any: [{ fact: 'user.name', operator: 'equal', value: { fact: 'user.target.name' } }] },
          { not: { fact: 'event.outcome', operator: 'equal', value: 'unknown' } },
        ],
      },
      fields: ['event.outcome', 'user.name', 'user.target.name'],
    },
    {
      title: "fields of Sigma's selections",
      conditions: { sigma: [{ selections: { s: [{ field: 'Image' }, { field: 'CommandLine' }] } }] },
      fields: ['Image', 'CommandLine'],
    },
    { title: 'none where there are no conditions', conditions: undefined, fields: [] },
    { title: 'none of a reference to conditions', conditions: { condition: 'shared' }, fields: [] },
  ])('are $title', ({ conditions, fields }) => {
    expect(conditionFields(conditions)).toEqual(fields);
  });

  test('are a bounded number', () => {
    const all = Array.from({ length: 500 }, (_, index) => ({ fact: `f${index}` }));
    expect(conditionFields({ all })).toHaveLength(50);
  });
});
