import { describe, expect, test } from 'vitest';
import { Integrity, type IntegrityReport } from './integrity.ts';

const minute = 60_000;
const nothing = {
  late: [],
  matched: [],
  capped: [],
  gaps: [],
  bounds: [],
  undelivered: [],
  heard: [],
  isCurrent: true,
};
const capped = (count: number, ruleId = 'scan') => [{ ruleId, reason: 'keys-full' as const, count }];

/** Turns at these times; what fired in each: rule, group, value, number of things. */
function told(turns: readonly (Partial<IntegrityReport> & { readonly nowMs: number })[]): unknown[] {
  const integrity = new Integrity(() => 2 * minute, new Map([['auth', 10 * minute]]));
  return turns.map((turn) =>
    integrity.judge({ ...nothing, ...turn }).map(({ ruleId, group, fired }) => {
      const [one] = fired;
      return [ruleId, group.values, one?.firing.value, one?.firing.fresh, one?.firing.timeMs];
    }),
  );
}

test('what is not delivered fires for each lane: what was given up by number, who is away by the time', () => {
  const lane = 'receiver:soc/slack';
  const given = { lane, givenUp: 2, downMs: null, detail: 'answered 404' };
  const away = { lane: 'receiver:soc/email', givenUp: 0, downMs: 15 * minute, detail: 'no connection' };
  expect(
    told([
      { nowMs: 0, undelivered: [given, away] },
      { nowMs: 1_000, undelivered: [given, { ...away, downMs: 16 * minute }] },
      { nowMs: minute, undelivered: [given] },
    ]),
  ).toEqual([
    [
      ['tocsin.undelivered', { lane }, 2, 2, 0],
      ['tocsin.receiver-down', { lane: 'receiver:soc/email' }, 15 * minute, 1, 0],
    ],
    [],
    [
      ['tocsin.undelivered', { lane }, 4, 4, minute],
      ['tocsin.receiver-down', { lane: 'receiver:soc/email' }, 16 * minute, 1, minute],
    ],
  ]);
});

describe('a bound that was met', () => {
  test('fires at once, and then once a minute with what came since', () => {
    expect(
      told([
        { nowMs: 0, capped: capped(5) },
        { nowMs: 1_000, capped: capped(2) },
        { nowMs: 30_000, capped: capped(1) },
        { nowMs: minute },
        { nowMs: minute + 1_000, capped: capped(4) },
        { nowMs: 3 * minute },
        { nowMs: 9 * minute },
      ]),
    ).toEqual([
      [['tocsin.keys-full', { rule: 'scan' }, 5, 5, 0]],
      [],
      [],
      [['tocsin.keys-full', { rule: 'scan' }, 3, 3, minute]],
      [],
      [['tocsin.keys-full', { rule: 'scan' }, 4, 4, 3 * minute]],
      [],
    ]);
  });

  test('is one subject for each kind and rule', () => {
    const both = [
      ...capped(1),
      ...capped(1, 'spray'),
      { ruleId: 'scan', reason: 'tail-full' as const, count: 9 },
    ];
    expect(told([{ nowMs: 5, capped: both }])).toEqual([
      [
        ['tocsin.keys-full', { rule: 'scan' }, 1, 1, 5],
        ['tocsin.keys-full', { rule: 'spray' }, 1, 1, 5],
        ['tocsin.tail-full', { rule: 'scan' }, 9, 9, 5],
      ],
    ]);
  });

  test('fires in order though the clock is set back', () => {
    expect(
      told([
        { nowMs: 100, capped: capped(1) },
        { nowMs: 50, capped: capped(1, 'spray') },
      ]),
    ).toEqual([
      [['tocsin.keys-full', { rule: 'scan' }, 1, 1, 100]],
      [['tocsin.keys-full', { rule: 'spray' }, 1, 1, 100]],
    ]);
  });
});

describe('records that were lost', () => {
  test.each([
    { title: 'are counted', expectedOffset: 5, foundOffset: 9, count: 4 },
    { title: 'are at least one where the log was created anew', expectedOffset: 5, foundOffset: 0, count: 1 },
  ])('$title', ({ expectedOffset, foundOffset, count }) => {
    const gaps = [{ topic: 'logs', partition: 3, expectedOffset, foundOffset }];
    expect(told([{ nowMs: 5, gaps }])).toEqual([
      [['tocsin.records-lost', { topic: 'logs', partition: 3 }, count, count, 5]],
    ]);
  });
});

describe('late events', () => {
  const late = (count: number, behindMs: number) => [{ ruleId: 'scan', source: 'auth', count, behindMs }];
  const matched = (count: number) => [{ ruleId: 'scan', count }];

  test.each([
    { title: 'ten of a thousand are an accident', count: 10, of: 1_000, tells: false },
    { title: 'eleven of a thousand are not', count: 11, of: 1_000, tells: true },
    { title: 'nine of nine are too few to tell', count: 9, of: 9, tells: false },
    { title: 'ten of ten are not', count: 10, of: 10, tells: true },
  ])('$title', ({ count, of, tells }) => {
    const [fired] = told([{ nowMs: 0, late: late(count, 1), matched: matched(of) }]);
    expect(fired).toHaveLength(tells ? 1 : 0);
  });

  test('tell which lateness would have held all of them, in whole seconds', () => {
    expect(
      told([
        { nowMs: 0, late: late(5, 90_500), matched: matched(5) },
        { nowMs: 1_000, late: late(5, 10), matched: matched(5) },
        { nowMs: 2_000, late: late(1, 3_600_000), matched: matched(1) },
        { nowMs: 2 * minute },
      ]),
    ).toEqual([
      [],
      [['tocsin.late-events', { rule: 'scan', source: 'auth' }, 2 * minute + 91_000, 10, 1_000]],
      [],
      [['tocsin.late-events', { rule: 'scan', source: 'auth' }, 2 * minute + 3_600_000, 1, 2 * minute]],
    ]);
  });

  test('are judged by five minutes, whatever came before', () => {
    expect(
      told([
        { nowMs: 0, late: late(9, 1), matched: matched(100_000) },
        { nowMs: 5 * minute, late: late(9, 1), matched: matched(9) },
      ]),
    ).toEqual([[], []]);
    expect(
      told([
        { nowMs: 0, matched: matched(100_000) },
        { nowMs: 5 * minute, late: late(10, 1), matched: matched(10) },
      ]),
    ).toEqual([[], [['tocsin.late-events', { rule: 'scan', source: 'auth' }, 121_000, 10, 5 * minute]]]);
  });
});

describe('a silent source', () => {
  const heard = ['auth'];
  const silence = (minutes: number, atMs: number) => [
    'tocsin.source-silent',
    { source: 'auth' },
    minutes * minute,
    1,
    atMs,
  ];

  test('is told of once its time is over, and then once a minute, until it is heard', () => {
    expect(
      told([
        { nowMs: 0, heard },
        { nowMs: 10 * minute - 1 },
        { nowMs: 10 * minute },
        { nowMs: 10 * minute + 500 },
        { nowMs: 11 * minute + 500 },
        { nowMs: 12 * minute, heard },
        { nowMs: 13 * minute },
      ]),
    ).toEqual([[], [], [silence(10, 10 * minute)], [], [silence(11, 11 * minute + 500)], [], []]);
  });

  test('counts from the start, and not while the log does not answer', () => {
    expect(
      told([
        { nowMs: 0 },
        { nowMs: 9 * minute, isCurrent: false },
        { nowMs: 11 * minute },
        { nowMs: 19 * minute },
      ]),
    ).toEqual([[], [], [], [silence(10, 19 * minute)]]);
  });

  test('without a limit is nobody’s business', () => {
    expect(
      told([{ nowMs: 0, heard: ['auth', 'dns'] }, { nowMs: 9 * minute, heard }, { nowMs: 18 * minute }]),
    ).toEqual([[], [], []]);
  });
});
