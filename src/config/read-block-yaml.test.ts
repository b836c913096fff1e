import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBlockYaml } from './read-block-yaml.ts';
import { readAnyYaml } from './sigma-yaml.ts';

/** What the library that knows all of YAML reads. */
const read = (text: string): unknown => {
  const { documents, faults } = readAnyYaml(text);
  return { text, faults, values: documents.map(({ value }) => value) };
};

const expectSame = (text: string, value: unknown): void =>
  expect({ text, faults: [], values: [value] }).toStrictEqual(read(text));

describe('YAML in blocks is read', () => {
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
      text: `a: 'it''s: #1'\nb c: "\\\\x\\"\\u00e9"\n'|all': ''\nd: ''''\n`,
      value: { a: "it's: #1", 'b c': '\\x"é', '|all': '', d: "'" },
    },
    {
      title: 'comments',
      text: '# 1\na: x # 2: 3\n  # 3\n\nb: #4\n  - y#5\n  #6\nc: "#" #7\n',
      value: { a: 'x', b: ['y#5'], c: '#' },
    },
    {
      title: 'nothing',
      text: 'a:\nb: ~\nc: null\nd: Null x\n',
      value: { a: null, b: null, c: null, d: 'Null x' },
    },
    { title: 'truth values', text: 'a: true\nb: FALSE\nc: yes\n', value: { a: true, b: false, c: 'yes' } },
    {
      title: 'numbers',
      text: 'a: 0x10\nb: 007\nc: 1.50\nd: 7\n',
      value: { a: '0x10', b: '007', c: '1.50', d: 7 },
    },
    {
      title: 'lines as they are',
      text: 'a: |\n  b:\n    - c # d\n\n  e\n # f\n\ng: |\n  h\n',
      value: { a: 'b:\n  - c # d\n\ne\n', g: 'h\n' },
    },
    { title: 'what begins with a dash', text: 'a: -x\nb:\n  - -1\n', value: { a: '-x', b: [-1] } },
    { title: 'letters from everywhere', text: 'a: é ж 😀\u00a0\n', value: { a: 'é ж 😀\u00a0' } },
  ])('$title', ({ text, value }) => {
    expect(readBlockYaml(text)).toStrictEqual(value);
    expectSame(text, value);
  });
});

describe('all else is left to others', () => {
  test.each([
    ['nothing at all', ''],
    ['a text without an end of line', 'a: b'],
    ['a scalar at the root', 'a\n'],
    ['several documents', 'a: 1\n---\nb: 2\n'],
    ['an end of a document', 'a: 1\n...\n'],
    ['an anchor', 'a: &b c\n'],
    ['an alias', 'a: *b\n'],
    ['a tag', 'a: !b c\n'],
    ['flow style', 'a: [1]\n'],
    ['folded lines', 'a: >\n  b\n'],
    ['lines without their last end', 'a: |-\n  b\n'],
    ['lines that begin with an empty one', 'a: |\n\n  b\n'],
    ['a line of spaces', 'a: |\n  b\n \n  c\n'],
    ['a text of two lines', 'a: b\n  c\n'],
    ['a quoted text of two lines', "a: 'b\n  c'\n"],
    ['a key that stands twice', 'a: 1\na: 2\n'],
    ['a key that is no text', '1: a\n'],
    ['a merge', '<<: a\n'],
    ['a prototype', '__proto__: a\n'],
    ['a list in a list', '- - a\n'],
    ['a map in a line', 'a: b: c\n'],
    ['an indentation that no level has', 'a:\n    b: 1\n  c: 2\n'],
    ['a tab', 'a:\tb\n'],
    ['a quote without an end', "a: 'b\n"],
    ['half of a letter', 'a: \ud800\n'],
    ['maps without end', `${Array.from({ length: 60 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')}`],
  ])('%s', (_, text) => {
    expect(readBlockYaml(text)).toBeUndefined();
  });
});

const scalars = [
  'x',
  'a b',
  "'it''s'",
  `'# "'`,
  "''",
  '"q\\\\"',
  '"\\x41"',
  '-1',
  '007',
  'no: t',
  'a:b',
  'a #c',
  'a#b',
  '- x',
  '-',
  'é\u00a0',
  '~',
  '|',
  '|-',
  '>',
  '[x]',
  '&a x',
  '*a',
  '?',
  ':x',
  '%',
  '',
];
const keys = [
  'a',
  'b|all',
  'c d',
  "'|re'",
  "'it''s'",
  '"d"',
  'true',
  '1',
  '<<',
  '-x',
  'a#',
  'k ',
  ':',
  '...',
  '#',
];

const key = fc.oneof({ weight: 6, arbitrary: fc.nat(99).map((n) => `k${n}`) }, fc.constantFrom(...keys));
const scalar = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...scalars.slice(0, 14)) },
  fc.constantFrom(...scalars),
);
const member = fc.tuple(key, fc.constantFrom(': ', ': ', ':', ':  '), scalar);
const head = fc.tuple(key, fc.constant(':'));

/** Lines of every kind, mostly where they belong: what YAML they make, if any, the library says. */
const line = fc.tuple(
  fc.constantFrom('', '', '', '', '  ', '  ', '    ', '      ', ' '),
  fc.constantFrom('', '', '', '', '- ', '- ', '-  ', '-'),
  fc.oneof({ weight: 3, arbitrary: member }, { weight: 2, arbitrary: head }, fc.tuple(scalar)),
  fc.constantFrom('', '', '', '', '', ' ', ' # c', ' #: d', '#'),
);
const someLines = fc
  .array(line, { minLength: 1, maxLength: 7 })
  .map((lines) => lines.map((parts) => `${parts.flat().join('')}\n`).join(''));

test('whatever is read is what the library reads, without a fault', () => {
  let count = 0;
  fc.assert(
    fc.property(someLines, (text) => {
      const value = readBlockYaml(text);
      if (value === undefined) return;
      count += 1;
      expectSame(text, value);
    }),
    { numRuns: Number(process.env['YAML_RUNS'] ?? 10_000) },
  );
  expect(count).toBeGreaterThan(500);
});
