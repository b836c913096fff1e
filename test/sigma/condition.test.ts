import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileYaml, faultsOf, sigmaRule } from '../support/sigma-events.ts';

/** Selections a, b, c, _d that hold where the event has that field as true. */
const selections = ['a', 'b', 'c', 'sel_x', 'sel_y', '_d'];
const detection = (condition: string): string =>
  sigmaRule(`${selections.map((name) => `${name}:\n  ${name}: true`).join('\n')}\ncondition: ${condition}`);
const eventWith = (...names: readonly string[]): Record<string, boolean> =>
  Object.fromEntries(names.map((name) => [name, true]));

describe('a condition', () => {
  test.each([
    { condition: 'a', yes: [['a']], no: [[], ['b']] },
    { condition: 'a and b', yes: [['a', 'b']], no: [['a'], ['b'], []] },
    { condition: 'a or b and c', yes: [['a'], ['b', 'c']], no: [['b'], ['c']] },
    {
      condition: '(a or b) and c',
      yes: [
        ['a', 'c'],
        ['b', 'c'],
      ],
      no: [['a'], ['c']],
    },
    { condition: 'not a and b', yes: [['b']], no: [['a', 'b'], []] },
    { condition: 'not (a and b)', yes: [[], ['a']], no: [['a', 'b']] },
    { condition: 'not not a', yes: [['a']], no: [[]] },
    { condition: 'a AND NOT b', yes: [['a']], no: [['a', 'b'], []] },
    { condition: '1 of sel_*', yes: [['sel_x'], ['sel_y']], no: [[], ['a']] },
    { condition: 'any of sel_*', yes: [['sel_y']], no: [[]] },
    { condition: 'all of sel_*', yes: [['sel_x', 'sel_y']], no: [['sel_x']] },
    { condition: '1 of *_x', yes: [['sel_x']], no: [['sel_y']] },
    { condition: '1 of s*l_*', yes: [['sel_x']], no: [['a']] },
    { condition: '1 of sel_x', yes: [['sel_x']], no: [['sel_y']] },
    { condition: '1 of them', yes: [['a'], ['sel_x']], no: [[], ['_d']] },
    { condition: 'all of them', yes: [['a', 'b', 'c', 'sel_x', 'sel_y']], no: [['a', 'b', 'c', 'sel_x']] },
    { condition: '1 of _*', yes: [['_d']], no: [['a']] },
    { condition: 'a and not 1 of sel_*', yes: [['a'], ['a', 'b']], no: [['a', 'sel_x']] },
    { condition: 'not all of sel_* and a', yes: [['a', 'sel_x']], no: [['a', 'sel_x', 'sel_y']] },
    { condition: '[a, b and c]', yes: [['a'], ['b', 'c']], no: [['b']] },
    { condition: '((a))and(b)', yes: [['a', 'b']], no: [['a']] },
  ])('$condition', ({ condition, yes, no }) => {
    const matches = compileYaml(detection(condition));
    expect(yes.filter((names) => !matches(eventWith(...names)))).toEqual([]);
    expect(no.filter((names) => matches(eventWith(...names)))).toEqual([]);
  });

  test.each([
    { condition: 'a and', message: 'ends too early' },
    { condition: 'and a', message: '"and" is not expected' },
    { condition: 'a b', message: '"b" is not expected here (between' },
    { condition: 'a adn b', message: '"adn" is not expected here (did you mean "and"?)' },
    { condition: '(a', message: 'a ")" is missing' },
    { condition: 'a)', message: '")" is not expected' },
    { condition: '"  "', message: 'the condition is empty' },
    { condition: '[]', message: 'the condition is empty' },
    { condition: '5', message: 'must be a text' },
    { condition: 'selx', message: 'there is no selection "selx" (did you mean "sel_x"?)' },
    { condition: 'sel_*', message: 'a pattern needs "1 of" or "all of"' },
    { condition: '1 of filter_*', message: '"1 of filter_*" stands for no selection' },
    { condition: '2 of sel_*', message: '"2 of" is no quantifier of Sigma' },
    { condition: '1 of', message: 'needs "them" or a pattern' },
    { condition: "'a | count() by b > 5'", message: 'no longer part of Sigma (write a correlation rule)' },
    { condition: 'a near b', message: '"near" is not expected here' },
    { condition: `"${'('.repeat(300)}a${')'.repeat(300)}"`, message: 'nested deeper than 200' },
    { condition: `"${'not '.repeat(300)}a"`, message: 'nested deeper than 200' },
  ])('$condition is refused', ({ condition, message }) => {
    const faults = faultsOf(detection(condition));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
    expect(faults[0]).toMatch(/^17 document 1 \$\.detection\.condition/);
  });

  test('means what the same words mean in JavaScript', () => {
    const tree: fc.Memo<string> = fc.memo((depth) =>
      depth <= 1
        ? fc.constantFrom('a', 'b', 'c')
        : fc.oneof(
            tree(depth - 1).map((child) => `not ${child}`),
            tree(depth - 1).map((child) => `(${child})`),
            fc
              .tuple(tree(depth - 1), fc.constantFrom('and', 'or'), tree(depth - 1))
              .map((words) => words.join(' ')),
          ),
    );
    fc.assert(
      fc.property(tree(4), fc.subarray(['a', 'b', 'c']), (condition, names) => {
        const script = condition.replace(/not/g, '!').replace(/and/g, '&&').replace(/or/g, '||');
        const values = ['a', 'b', 'c'].map((name) => names.includes(name));
        const wanted: unknown = new Function('a', 'b', 'c', `return Boolean(${script})`)(...values);
        expect(compileYaml(detection(condition))(eventWith(...names))).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });
});
