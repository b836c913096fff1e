import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRuleCondition } from './rule-condition.ts';

describe('a condition over rules', () => {
  test.each<[string, readonly (readonly [readonly string[], readonly string[]])[], string?]>([
    ['a', [[['a'], []]]],
    ['a and b', [[['a', 'b'], []]]],
    ['b and a and b', [[['b', 'a', 'b'], []]]],
    [
      'a or b and c',
      [
        [['a'], []],
        [['b', 'c'], []],
      ],
      'a or (b and c)',
    ],
    [
      '(a or b) AND c',
      [
        [['a', 'c'], []],
        [['b', 'c'], []],
      ],
      '(a or b) and c',
    ],
    ['start  and not network', [[['start'], ['network']]], 'start and not network'],
    ['a and not (b or c)', [[['a'], ['b', 'c']]]],
    [
      'a and not (b and c)',
      [
        [['a'], ['b']],
        [['a'], ['c']],
      ],
    ],
    ['a and not not b', [[['a', 'b'], []]]],
    [
      'a and not b or a and b',
      [
        [['a'], ['b']],
        [['a', 'b'], []],
      ],
      '(a and not b) or (a and b)',
    ],
    [
      '"two words" and \'(x)\' and "and"',
      [[['two words', '(x)', 'and'], []]],
      '"two words" and "(x)" and "and"',
    ],
    // The half that can never hold says nothing.
    ['a and not a or b', [[['b'], []]], '(a and not a) or b'],
  ])('%s', (text, alternatives, words = text) => {
    const parsed = parseRuleCondition(text);
    expect(parsed.ok && parsed.value.alternatives.map(({ all, none }) => [all, none])).toEqual(alternatives);
    expect(parsed.ok && parsed.value.text).toBe(words);
    // The one spelling reads as what it was spelt from.
    const again = parseRuleCondition(words);
    expect(again.ok && again.value.alternatives).toEqual(parsed.ok && parsed.value.alternatives);
  });

  test.each([
    ['', 'is empty'],
    ['  ', 'is empty'],
    ['a b', 'lacks "and" or "or" before "b"'],
    ['a and', 'ends where a rule should follow'],
    ['not', 'ends where a rule should follow'],
    ['and a', 'has "and" where a rule should stand'],
    ['a and or b', 'has "or" where a rule should stand'],
    ['(a', 'lacks a ")"'],
    ['a)', 'has a ")" too many'],
    ['()', 'has ")" where a rule should stand'],
    ['a and "b', 'has """ where a rule should stand'],
    ['a and not a', 'can never hold'],
    ['not a', 'can hold where nothing matches (not a): name what must match too'],
    ['a or not b', 'can hold where nothing matches (not b): name what must match too'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'is nested deeper than 50 levels'],
    [`${'not '.repeat(60)}a`, 'is nested deeper than 50 levels'],
    ['x'.repeat(10_001), 'is longer than 10000 characters'],
    [
      Array.from({ length: 7 }, (_, at) => `(a${at} or b${at})`).join(' and '),
      'has more than 64 alternatives',
    ],
  ])('%j is refused', (text, message) => {
    expect(parseRuleCondition(text)).toEqual({ ok: false, failure: message });
  });

  test('never throws', () => {
    const piece = fc.constantFrom('a', 'b', ' ', 'and', 'or', 'not', '(', ')', '"', "'", '\\', '');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => parseRuleCondition(pieces.join(' ')).ok !== undefined),
    );
  });

  test('holds where one of its alternatives does', () => {
    const leaf = fc
      .constantFrom('a', 'b', 'c')
      .map((id) => ({ text: id, holds: (on: Set<string>) => on.has(id) }));
    type Expression = { text: string; holds: (on: Set<string>) => boolean };
    const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        tie('tree').map(({ text, holds }) => ({
          text: `not (${text})`,
          holds: (on: Set<string>) => !holds(on),
        })),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({
          text: `(${a.text}) and (${b.text})`,
          holds: (on: Set<string>) => a.holds(on) && b.holds(on),
        })),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({
          text: `(${a.text}) or (${b.text})`,
          holds: (on: Set<string>) => a.holds(on) || b.holds(on),
        })),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.subarray(['a', 'b', 'c']), ({ text, holds }, matched) => {
        const parsed = parseRuleCondition(text);
        fc.pre(parsed.ok);
        if (!parsed.ok) return;
        const on = new Set(matched);
        const isMet = parsed.value.alternatives.some(
          ({ all, none }) => all.every((id) => on.has(id)) && !none.some((id) => on.has(id)),
        );
        expect(isMet).toBe(holds(on));
      }),
    );
  });
});
