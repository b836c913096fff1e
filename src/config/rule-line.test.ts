import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinPath } from './rule-fault.ts';
import { findLines, findTwice } from './rule-line.ts';

const text = `{
  "id": "a",
  "odd key": { "x": [1,
    { "y": "}],:\\"" } ] },
  "conditions": {
    "all": [
      { "fact": "a" },
      5
    ]
  }
}`;

describe('the line of a path', () => {
  test.each([
    { path: '$', line: 1 },
    { path: '$.id', line: 2 },
    { path: '$["odd key"].x[0]', line: 3 },
    { path: '$["odd key"].x[1].y', line: 4 },
    { path: '$.conditions.all[0].fact', line: 7 },
    { path: '$.conditions.all[1]', line: 8 },
    { path: '$.conditions.all[0].operator', line: 7 },
    { path: '$.missing.deeper[3]', line: 1 },
  ])('$path is $line', ({ path, line }) => {
    expect(findLines(text, [path]).get(path)).toBe(line);
  });

  test('is that of its member, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        const pretty = JSON.stringify(value, null, 1);
        const paths = pathsOf(value, '$');
        const lines = findLines(pretty, paths);
        // Written one to a line, paths have the lines of their order, closing brackets apart.
        const order = paths.map((path) => lines.get(path) ?? 0);
        expect(order).toEqual([...order].sort((a, b) => a - b));
        expect(new Set(order).size).toBe(order.length);
      }),
    );
  });
});

function pathsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((each, index) => [index, each])
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, each]) => pathsOf(each, joinPath(path, [key])))];
}

describe('what stands twice', () => {
  test.each([
    { json: '{ "a": 1, "b": 2 }', twice: [] },
    { json: '[{ "a": 1 }, { "a": 1 }]', twice: [] },
    { json: '{ "a": 1,\n "a": 2 }', twice: [{ path: '$.a', line: 2 }] },
    { json: '{ "a": { "b": 1 },\n "a": { "b": 1 } }', twice: [{ path: '$.a', line: 2 }] },
    { json: '{ "a": [{ "x": 1,\n\n "x": 2 }] }', twice: [{ path: '$.a[0].x', line: 3 }] },
    { json: '{ "a": 1, "\\u0061": 2 }', twice: [{ path: '$.a', line: 1 }] },
    { json: '{ "a": "\\"a\\": 1, \\"a\\"" }', twice: [] },
  ])('$json', ({ json, twice }) => {
    expect(findTwice(json)).toEqual(twice);
  });
});
