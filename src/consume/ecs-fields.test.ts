import { describe, expect, test } from 'vitest';
import { addField, type MutableFields, ownText, ownValue, wholeNumber } from './ecs-fields.ts';

describe('adding a field', () => {
  test.each([
    { title: 'makes the levels it needs', before: {}, after: { a: { b: { c: 1 } } } },
    {
      title: 'goes into levels that are there',
      before: { a: { x: 2 } },
      after: { a: { x: 2, b: { c: 1 } } },
    },
    { title: 'keeps a value that is there', before: { a: { b: { c: 0 } } }, after: { a: { b: { c: 0 } } } },
    {
      title: 'keeps a null that is there',
      before: { a: { b: { c: null } } },
      after: { a: { b: { c: null } } },
    },
    {
      title: 'stands beside a text that has the name of a level',
      before: { a: 'x' },
      after: { a: 'x', 'a.b.c': 1 },
    },
    { title: 'stands beside a list', before: { a: { b: [7] } }, after: { a: { b: [7], 'b.c': 1 } } },
    { title: 'stands beside null', before: { a: null }, after: { a: null, 'a.b.c': 1 } },
    {
      title: 'keeps a dotted key that is there',
      before: { a: 'x', 'a.b.c': 0 },
      after: { a: 'x', 'a.b.c': 0 },
    },
  ])('$title', ({ before, after }) => {
    const fields: MutableFields = structuredClone(before);
    addField(fields, ['a', 'b', 'c'], 1);
    expect(fields).toEqual(after);
  });

  test.each([undefined, null])('%s is not added', (value) => {
    const fields: MutableFields = {};
    addField(fields, ['a', 'b'], value);
    expect(fields).toEqual({});
  });
});

test('only own properties are read', () => {
  const fields = JSON.parse('{"a":"x","n":7,"__proto__":{"b":"y"}}') as MutableFields;
  expect([
    ownText(fields, 'a'),
    ownText(fields, 'n'),
    ownText(fields, 'toString'),
    ownValue(fields, 'b'),
  ]).toEqual(['x', undefined, undefined, undefined]);
});

test.each([
  ['200', 200],
  [200, 200],
  ['0', 0],
  ['-', undefined],
  ['2.5', undefined],
  [2.5, undefined],
  ['9'.repeat(30), undefined],
  [null, undefined],
  ['-1', undefined],
])('%o as a whole number is %o', (value, expected) => {
  expect(wholeNumber(value)).toBe(expected);
});
