import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { plainValue } from '../shared/plain-value.ts';
import { readPlainYaml } from './read-plain-yaml.ts';
import { readAnyYaml, readYaml } from './sigma-yaml.ts';

const valuesOf = (text: string): readonly unknown[] | undefined =>
  readPlainYaml(text)?.map(({ value }) => plainValue(value));

describe('plain YAML is read', () => {
  test.each<{ title: string; text: string; value: unknown }>([
    { title: 'a map', text: 'a: x y\nb:\n  c: 1\n  d: -1.5\n', value: { a: 'x y', b: { c: 1, d: -1.5 } } },
    { title: 'lists', text: 'a:\n  - x\n  - 2\nb:\n- y\nc: z\n', value: { a: ['x', 2], b: ['y'], c: 'z' } },
    {
      title: 'a list of maps',
      text: 'a:\n  - b: 1\n    c:\n      - 2\n  - d: 3\n',
      value: { a: [{ b: 1, c: [2] }, { d: 3 }] },
    },
    { title: 'a list at the root', text: '- a\n- b: 1\n', value: ['a', { b: 1 }] },
    {
      title: 'quotes',
      text: `a: 'it''s: #1'\n"b c": "\\\\x\\""\n'|all': ''\n`,
      value: { a: "it's: #1", 'b c': '\\x"', '|all': '' },
    },
    {
      title: 'comments',
      text: '# 1\na: x # 2\n  # 3\n\nb: #4\n  - y#5\n  #6\n',
      value: { a: 'x', b: ['y#5'] },
    },
    {
      title: 'nothing',
      text: 'a:\nb: ~\nc: null\nd: Nullable\n',
      value: { a: null, b: null, c: null, d: 'Nullable' },
    },
    {
      title: 'truth values',
      text: 'a: true\nb: FALSE\nc: yes\nd: tRue\n',
      value: { a: true, b: false, c: 'yes', d: 'tRue' },
    },
    {
      title: 'numbers that lose nothing',
      text: 'a: 0x10\nb: 007\nc: 1.50\nd: 1e3\ne: 0\n',
      value: { a: '0x10', b: '007', c: '1.50', d: '1e3', e: 0 },
    },
    {
      title: 'lines as they are',
      text: 'a: |\n  b:\n    - c # d\n\n  e\n\nf: |-\n  g\n',
      value: { a: 'b:\n  - c # d\n\ne\n', f: 'g' },
    },
    {
      title: 'folded lines',
      text: 'a: >\n  b\n  c\n\n\n  d\ne: >-\n\n  f\n  g\n',
      value: { a: 'b c\n\nd\n', e: '\nf g' },
    },
    {
      title: 'ends of lines as Windows has them',
      text: 'a: |\r\n  b\r\n  c\r\nd: e\r\n',
      value: { a: 'b\nc\n', d: 'e' },
    },
    {
      title: 'what begins like an indicator',
      text: 'a: -x\nb: :y\nc: ?z\nd: x"y\n',
      value: { a: '-x', b: ':y', c: '?z', d: 'x"y' },
    },
    { title: 'letters from everywhere', text: 'a: é ж 😀\n', value: { a: 'é ж 😀' } },
  ])('$title', ({ text, value }) => {
    expect(valuesOf(text)).toEqual([value]);
    expect(readAnyYaml(text).documents.map((document) => plainValue(document.value))).toEqual([value]);
  });

  test('documents, with or without a mark before the first', () => {
    expect(valuesOf('# c\n---\na: 1\n---\nb: |\n  c\n')).toEqual([{ a: 1 }, { b: 'c\n' }]);
    expect(valuesOf('a: 1\n---\nb: 2\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

describe('what is disputed or wrong is left to the library that tells faults', () => {
  test.each([
    ['an anchor', 'a: &b c\n'],
    ['an alias', 'a: *b\n'],
    ['a tag that nobody knows', 'a: !b c\n'],
    ['a key that stands twice', 'a: 1\na: 2\n'],
    ['a key that is null', 'a:\n  ~: b\n'],
    ['a scalar at the root', 'a\n'],
    ['a merge', '<<: a\n'],
    ['a map in a line', 'a: b: c\n'],
    ['an indentation that no level has', 'a:\n    b: 1\n  c: 2\n'],
    ['a tab', 'a:\tb\n'],
    ['a quote without an end', 'a: "b\n'],
    ['maps without end', `${Array.from({ length: 60 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')}`],
  ])('%s', (_, text) => {
    expect(valuesOf(text)).toBeUndefined();
  });
});

/** Pieces that mean something to YAML. */
const pieces = [
  'a',
  'b: ',
  'c:\n',
  '- ',
  '-',
  ' ',
  '  ',
  '\n',
  '\n  ',
  '\n    ',
  '\n- ',
  ': ',
  ' #',
  '#',
  "'",
  '"',
  '|',
  '>',
  '|-\n',
  '>\n',
  '\n---\n',
  '~',
  '1',
  '01',
  '.5',
  'true',
  '?',
  '&a',
  '*a',
  '!',
  '[',
  ']',
  '{',
  '}',
  ',',
  '%',
  '@',
  '\\',
  '\t',
  '\r\n',
  '\u00a0',
  '<<: ',
  '<<',
  '\n  # x\ty\n',
  '{&a b: c}',
  '& ',
];

const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'x',
      'a b',
      '',
      "it's",
      'C:\\x\\*',
      'two\nlines\n',
      'a: b',
      '- x',
      'null',
      '1',
      ' x ',
      '#',
    ),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b|all', 'c d', 'EventID', '|re'), tie('value'), { minKeys: 1 }),
  ),
})).value;

/** The paths of everything in a value, and one beyond each. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path, [...path, 'beyond']];
  const entries = Array.isArray(value) || value instanceof Map ? [...value.entries()] : [];
  return [path, [...path, 'beyond'], ...entries.flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

/** What is read without places is what the library that knows them reads; then its lines are told. */
function expectSame(text: string): boolean {
  if (readPlainYaml(text) === undefined) return false;
  const { documents, faults } = readAnyYaml(text);
  // Of some ten thousand damaged texts js-yaml rightly reads one that the other refuses.
  if (faults.length > 0) return false;
  const shown = (read: typeof documents): unknown =>
    read.map(({ number, value, lineOf }) => ({ number, value, lines: pathsOf(value).map(lineOf) }));
  expect({ text, documents: shown(readYaml(text).documents) }).toEqual({ text, documents: shown(documents) });
  return true;
}

describe('what is read is what the library reads', () => {
  test('in documents, whole and damaged', () => {
    let read = 0;
    const damage = fc.record({ at: fc.nat(300), cut: fc.nat(3), piece: fc.constantFrom('', ...pieces) });
    fc.assert(
      fc.property(anyValue, fc.array(damage, { maxLength: 2 }), (value, damages) => {
        const text = stringify({ a: value }, { lineWidth: 0 });
        const damaged = damages.reduce(
          (before, { at, cut, piece }) => before.slice(0, at) + piece + before.slice(at + cut),
          text,
        );
        if (expectSame(damaged)) read += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(300);
  });
});

test('lines are told for plain YAML too', () => {
  const { documents } = readYaml('# c\na:\n  - b\n  - c:\n      d: e\n---\nf: g\n');
  expect(documents[0]?.lineOf(['a', 1, 'c', 'd'])).toBe(5);
  expect(documents[0]?.lineOf(['a', 7])).toBe(2);
  expect(documents[1]?.lineOf(['f'])).toBe(7);
});
