import { expect, test } from 'vitest';
import { compileScalars } from './compile-scalars.ts';
import { foldCase } from './fold-case.ts';

const matches = compileScalars(
  [
    { kind: 'regex', pattern: 'a[0-9]+&&', ignoreCase: false, multiline: false, dotAll: false },
    { kind: 'regex', pattern: 'Kilo', ignoreCase: true, multiline: false, dotAll: false },
  ],
  foldCase,
);

const [long, longer] = [`${'x'.repeat(2_000)}a1&&`, `${'x'.repeat(2_000)}a1&`];

test('a pattern answers for each text by itself, whatever came before', () => {
  const texts = [
    'a1&&',
    'a1&&',
    'A1&&',
    'a1&',
    'a1&&',
    long,
    longer,
    long,
    'a1&',
    '\u212aILO',
    'k ilo',
    '\u212aILO',
  ];
  const expected = [true, true, false, false, true, true, false, true, false, true, false, true];
  expect(texts.map((text) => matches(text))).toEqual(expected);
});
