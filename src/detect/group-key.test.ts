import { expect, test } from 'vitest';
import { compileGroup } from './group-key.ts';

test('a rule without groupBy has one group', () => {
  expect(compileGroup([], 'skip')({ a: 1 })).toEqual({ key: '[]', values: {} });
});

test.each([
  { title: 'texts and numbers differ', fields: { a: '1', b: 1 }, key: '["1",1]' },
  { title: 'a missing field is null', fields: { b: 1 }, key: '[null,1]' },
  { title: 'a null field is null', fields: { a: null, b: 1 }, key: '[null,1]' },
  { title: 'arrays count as a whole', fields: { a: ['x', 'y'], b: 1 }, key: '[["x","y"],1]' },
  {
    title: 'objects count by content, whatever the order',
    fields: { a: { z: 1, a: 2 }, b: 1 },
    key: '[{"a":2,"z":1},1]',
  },
  { title: 'quotes cannot forge another group', fields: { a: 'x","y', b: 1 }, key: '["x\\",\\"y",1]' },
])('$title', ({ fields, key }) => {
  expect(compileGroup(['a', 'b'], 'null')(fields)?.key).toBe(key);
});

test('values are named after the fields, in their order', () => {
  const group = compileGroup(['source.ip', 'a'], 'null')({ source: { ip: 'x' } });
  expect(Object.entries(group?.values ?? {})).toEqual([
    ['source.ip', 'x'],
    ['a', null],
  ]);
});

test('an event without a field of the group is left out where the rule says so', () => {
  expect(compileGroup(['a', 'b'], 'skip')({ a: 1 })).toBeNull();
  expect(compileGroup(['a', 'b'], 'skip')({ a: 1, b: 0 })?.key).toBe('[1,0]');
});
