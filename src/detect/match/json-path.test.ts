import fc from 'fast-check';
import { JSONPath } from 'jsonpath-plus';
import { describe, expect, test } from 'vitest';
import { compileJsonPath } from './json-path.ts';

const library = (path: string, json: object): unknown => JSONPath({ path, json, wrap: false, eval: false });

const step = fc.oneof(
  fc.constantFrom('.a', '.b', '.a-b', '.length', '[0]', '[1]', "['a']", "['b']", '._x'),
  fc.constantFrom('.*', '..a', '[*]', '[0:2]', '[-1:]', "['a','b']", '^', '~', '["a.b"]', '.0'),
);
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, 1, 'text', '', true, undefined),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a-b', 'a.b', '_x', '0', 'length'), tie('any')),
  ),
})).any;

/** Some paths the library cannot take (`$^`): there both throw. */
function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'throws';
  }
}

test('a path reads what json-rules-engine reads', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), value, (steps, json) => {
      fc.pre(typeof json === 'object' && json !== null);
      const path = `$${steps.join('')}`;
      const compiled = compileJsonPath(path);
      if (!compiled.ok) throw new Error(compiled.failure);
      expect(outcome(() => compiled.value.read(json))).toEqual(outcome(() => library(path, json)));
    }),
    { numRuns: 3_000 },
  );
});

describe('a definite path', () => {
  test.each(['$.a', '$.a.b[0]', "$['a']['b']", '$[3]', '$.a-b._c'])('%s needs no library', (path) => {
    expect(compileJsonPath(path)).toMatchObject({ ok: true, value: { mayThrow: false } });
  });
});

describe('a path is refused', () => {
  test.each([
    '$.a[?(@.b)]',
    '$.a[?(@.b == 1)].c',
    '$[(@.length-1)]',
    "$['?(@.a)']",
    '$..[?(1)]',
    '$.a[? (@.b)]',
    '$.(x)',
    '$.a@other()',
    '$.__proto__',
    "$['constructor']",
    '$..prototype.x',
    `$${'.a'.repeat(1_000)}`,
  ])('%s', (path) => {
    expect(compileJsonPath(path).ok).toBe(false);
  });
});

test('names that only contain a forbidden one are allowed', () => {
  const compiled = compileJsonPath('$.constructorName');
  expect(compiled.ok && compiled.value.read({ constructorName: 1 })).toBe(1);
});
