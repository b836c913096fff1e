import { expect, test } from 'vitest';
import { ruleTestSchema } from './rule-test-schema.ts';
import { expandTestEvents, type RuleTest } from './rule-tests.ts';

const parse = (events: unknown[]): RuleTest =>
  ruleTestSchema.parse({ name: 't', events, expect: { incidents: 0 } });
const times = (events: unknown[]): [number, unknown][] =>
  expandTestEvents(parse(events), 1_000_000).map(({ timeMs, fields }) => [timeMs - 1_000_000, fields['n']]);

test.each([
  { title: 'one event is at the start', events: [{ event: { n: 1 } }], expected: [[0, 1]] },
  {
    title: 'repeats are a second apart',
    events: [{ event: { n: 1 }, repeat: 3 }],
    expected: [
      [0, 1],
      [1_000, 1],
      [2_000, 1],
    ],
  },
  {
    title: 'or as far as is said',
    events: [{ event: { n: 1 }, repeat: 2, every: '20s' }],
    expected: [
      [0, 1],
      [20_000, 1],
    ],
  },
  {
    title: 'the next entry follows the one before',
    events: [{ event: { n: 1 }, repeat: 2 }, { event: { n: 2 } }],
    expected: [
      [0, 1],
      [1_000, 1],
      [1_000, 2],
    ],
  },
  {
    title: 'offsets are from the start, and time decides the order',
    events: [{ event: { n: 1 }, at: '5s' }, { event: { n: 2 }, at: '2s' }, { event: { n: 3 } }],
    expected: [
      [2_000, 2],
      [2_000, 3],
      [5_000, 1],
    ],
  },
])('$title', ({ events, expected }) => {
  expect(times(events)).toEqual(expected);
});
