import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegularExpression } from '../regular-expression.ts';
import { requiredTexts, type TextTree } from './required-texts.ts';

/** `a` for a text, `a|b` for one of several, `-` for nothing. */
const said = (tree: TextTree): string =>
  tree === undefined
    ? '-'
    : tree.kind === 'text'
      ? tree.text
      : tree.children.map(said).join(tree.kind === 'or' ? '|' : '&');

test.each<[string, string]>([
  ['powershell', 'powershell'],
  ['^C:\\\\Windows\\\\', 'C:\\Windows\\'],
  ['[.]example[.]net$', '.example.net'],
  ['a{3}bcd', 'bcd'],
  ['abc?de', 'ab&de'],
  ['abc+de', 'abc&de'],
  ['abc*', 'ab'],
  ['ab(cd|ef)', 'ab&cd|ef'],
  ['(abc|de)f', 'abc|de'],
  ['(abc|de)?f', '-'],
  ['(abc|x)', '-'],
  ['abc|', '-'],
  ['(?:-enc|/enc)odedcommand', '-enc|/enc&odedcommand'],
  ['(?P<name>abcd)\\d', 'abcd'],
  ['\\babc\\b', 'abc'],
  ['ab\\.cd', 'ab.cd'],
  ['ab.cde', 'ab&cde'],
  ['[abc]def', 'def'],
  ['[]ab]cd[^]x]efg[[:alpha:]]', 'cd&efg'],
  ['(?i)abkcde', 'ab&cde'],
  ['(?i:DEF)g', 'DEF'],
  ['ab(?i)cd', 'abcd'],
  ['x{0,3}ab', 'ab'],
  ['a{,2}bc', 'a{,2}bc'],
  ['\\Qabc\\E', '-'],
  ['\\x41bc', '-'],
  ['\\pLabc', '-'],
  ['(?=abc)', '-'],
  ['', '-'],
])('%s needs %s', (pattern, texts) => {
  expect(said(requiredTexts(pattern, false))).toBe(texts);
});

const pieces = fc.constantFrom(
  'ab',
  'Ab',
  'k',
  'K',
  's',
  'cd',
  '.',
  '^',
  '$',
  '|',
  '(',
  ')',
  '(?:',
  '(?i)',
  '(?-i)',
  '(?i:',
  '*',
  '+',
  '?',
  '{2}',
  '{0,1}',
  '{1,}',
  '+?',
  '[ab]',
  '[^c]',
  '[.]',
  '[[:alpha:]]',
  '[]a]',
  '\\.',
  '\\b',
  '\\d',
  '\\n',
  '\\x61',
  '\\Qab\\E',
  'ſ',
  'é',
  '-',
  '{',
  '}',
);
const texts = fc
  .array(
    fc.constantFrom(
      'ab',
      'AB',
      'k',
      '\u212a',
      'S',
      'ſ',
      'cd',
      'é',
      'É',
      '.',
      '-',
      '{',
      '}',
      ' ',
      '\n',
      'a',
      'aab',
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

/** As the index looks for it: without regard to case. */
const isIn = (tree: TextTree, text: string): boolean => {
  if (tree === undefined) return true;
  if (tree.kind === 'text') return text.toLowerCase().includes(tree.text.toLowerCase());
  const isInChild = (child: TextTree): boolean => isIn(child, text);
  return tree.kind === 'or' ? tree.children.some(isInChild) : tree.children.every(isInChild);
};

test('whatever RE2 matches has what the expression needs', () => {
  const seen = { matched: 0, needs: 0 };
  fc.assert(
    fc.property(
      fc.array(pieces, { minLength: 1, maxLength: 7 }),
      texts,
      fc.boolean(),
      (parts, text, ignoreCase) => {
        const pattern = parts.join('');
        const compiled = compileRegularExpression(pattern, ignoreCase);
        if (!compiled.ok || !compiled.value(text)) return;
        const tree = requiredTexts(pattern, ignoreCase);
        seen.matched += 1;
        if (tree !== undefined) seen.needs += 1;
        expect(isIn(tree, text), JSON.stringify({ pattern, text, needs: said(tree) })).toBe(true);
      },
    ),
    { numRuns: 24_000 },
  );
  expect(Math.min(seen.needs, seen.matched)).toBeGreaterThan(40);
});
