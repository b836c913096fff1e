import { describe, expect, test } from 'vitest';
import { compileField, isForbiddenName, readOwn } from './field-path.ts';

const hostile: unknown = JSON.parse(
  '{"__proto__": {"polluted": 1}, "constructor": {"name": "x"}, "a": {"__proto__": {"b": 1}}}',
);

interface Case {
  readonly title: string;
  readonly name: string;
  readonly fields: unknown;
  readonly value: unknown;
}

describe('a field', () => {
  test.each<Case>([
    { title: 'is a key', name: 'a', fields: { a: 1 }, value: 1 },
    { title: 'is a path', name: 'source.ip', fields: { source: { ip: 'x' } }, value: 'x' },
    { title: 'is a key with a dot', name: 'id.orig_h', fields: { 'id.orig_h': 'x' }, value: 'x' },
    { title: 'is the exact key before the path', name: 'a.b', fields: { 'a.b': 1, a: { b: 2 } }, value: 1 },
    {
      title: 'is the exact key at each level',
      name: 'zeek.id.orig_h',
      fields: { zeek: { 'id.orig_h': 1, id: { orig_h: 2 } } },
      value: 1,
    },
    { title: 'is three levels deep', name: 'a.b.c', fields: { a: { b: { c: 1 } } }, value: 1 },
    { title: 'is below a key with a dot', name: 'a.b.c', fields: { 'a.b': { c: 1 } }, value: 1 },
    {
      title: 'is found behind a key that leads nowhere',
      name: 'a.b.c',
      fields: { 'a.b': { x: 1 }, a: { b: { c: 2 } } },
      value: 2,
    },
    {
      title: 'is an item of an array',
      name: 'records.0.name',
      fields: { records: [{ name: 'x' }] },
      value: 'x',
    },
    { title: 'may be null', name: 'a.b', fields: { a: { b: null } }, value: null },
    { title: 'may be false', name: 'a.b.c', fields: { a: { b: { c: false } } }, value: false },
    { title: 'is missing', name: 'a', fields: {}, value: undefined },
    { title: 'is missing inside', name: 'a.b.c', fields: { a: { b: {} } }, value: undefined },
    { title: 'is missing in a text', name: 'a.length', fields: { a: 'text' }, value: undefined },
    { title: 'is missing in null', name: 'a.b', fields: { a: null }, value: undefined },
    { title: 'is not inherited', name: 'toString', fields: {}, value: undefined },
    { title: 'is not inherited inside', name: 'a.hasOwnProperty', fields: { a: {} }, value: undefined },
    {
      title: 'may have the name of an inherited one',
      name: 'toString',
      fields: { toString: 'x' },
      value: 'x',
    },
    { title: 'is never the prototype', name: '__proto__.polluted', fields: hostile, value: undefined },
    {
      title: 'is never the prototype, even as an own key',
      name: '__proto__',
      fields: hostile,
      value: undefined,
    },
    { title: 'is never the prototype inside', name: 'a.__proto__.b', fields: hostile, value: undefined },
    { title: 'is never the constructor', name: 'constructor.name', fields: hostile, value: undefined },
    { title: 'is not deeper than 32 levels', name: 'a.'.repeat(40), fields: {}, value: undefined },
  ])('$title: $name', ({ name, fields, value }) => {
    expect(compileField(name)(fields)).toEqual(value);
  });

  test('of something that is no object is missing', () => {
    for (const fields of [undefined, null, 5, 'text']) expect(compileField('a.b')(fields)).toBeUndefined();
  });
});

test('forbidden names are found in any place', () => {
  expect(['a.__proto__', 'constructor', 'a.prototype.b'].every(isForbiddenName)).toBe(true);
  expect(['a', 'a.constructors', 'my__proto__'].some(isForbiddenName)).toBe(false);
});

test('an own property that holds undefined counts as missing', () => {
  expect(readOwn({ a: undefined }, 'a')).toBeUndefined();
  expect(readOwn(Object.create({ a: 1 }), 'a')).toBeUndefined();
});
