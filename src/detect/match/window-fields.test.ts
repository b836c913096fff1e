import { expect, test } from 'vitest';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import { compileMatcher } from './matcher.ts';

test('a numerator is judged at the match, and the match says so', () => {
  const is = (value: number) => ({ all: [{ fact: 'status', operator: 'greaterThanInclusive', value }] });
  const window = {
    type: 'ratio',
    timespanMs: 1,
    numerator: is(500),
    minDenominator: 1,
    condition: {},
    reset: false,
  } as const;
  const { matcher, faults } = compileMatcher([windowedRule(window, { conditions: is(200) })]);
  expect(faults).toEqual([]);
  const saidOf = (status: number): unknown =>
    matcher
      .match(matchOf({ timeMs: 0, offset: 0, fields: { status } }).event)
      .map(({ isNumerator }) => isNumerator);
  expect(saidOf(100)).toEqual([]);
  expect(saidOf(200)).toEqual([undefined]);
  expect(saidOf(503)).toEqual([true]);
});
