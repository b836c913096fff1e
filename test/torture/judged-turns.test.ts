import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { judgedTurns } from './judged-turns.ts';
import { disorderMs } from './torture-events.ts';
import { idleAfterMs } from './torture-world.ts';
import { committed, type TurnNote } from './turn-notes.ts';

const turn = (members: Partial<TurnNote>): TurnNote => ({
  life: 1,
  times: 'idle',
  startedMs: 0,
  watermarkMs: null,
  newest: {},
  read: {},
  late: [],
  ...members,
});

const event = (partition: number): LogEvent => ({
  fields: {},
  timeMs: 0,
  timeOrigin: 'field',
  source: 'torture',
  position: { topic: 'logs', partition, offset: 0, index: 0 },
  weight: 1,
});

const base = 1_000_000;
const at = (seconds: number): number => base + seconds * 1_000;
/** The watermark that the greatest time of a partition allows. */
const upTo = (seconds: number): number => at(seconds) - disorderMs;

describe('turns that were committed', () => {
  test('are those that no later life reads again', () => {
    const first = turn({ read: { 0: [0, 4], 1: [0, 2] } });
    const lost = turn({ read: { 0: [5, 9] }, startedMs: 1 });
    const again = turn({ life: 2, read: { 0: [5, 12] } });
    const other = turn({ life: 2, read: { 1: [3, 3] } });
    expect(committed([first, lost, again, other])).toEqual([first, again, other]);
  });

  test('one that was lost and half of which another life has read otherwise is lost as a whole', () => {
    const lost = turn({ read: { 0: [0, 9], 1: [0, 9] } });
    const again = [turn({ life: 2, read: { 1: [0, 3] } }), turn({ life: 2, read: { 0: [0, 9], 1: [4, 9] } })];
    expect(committed([lost, ...again])).toEqual(again);
  });
});

/** Partition 1 falls silent, is passed by in the first life, and comes back in the second. */
const passing: readonly TurnNote[] = [
  turn({ read: { 0: [0, 0], 1: [0, 0] }, newest: { 0: at(20), 1: at(20) }, watermarkMs: upTo(20) }),
  turn({
    read: { 0: [1, 1] },
    newest: { 0: at(50), 1: at(20) },
    watermarkMs: upTo(50),
    startedMs: idleAfterMs,
  }),
  turn({
    life: 2,
    read: { 1: [1, 2] },
    newest: { 0: at(50), 1: at(51) },
    watermarkMs: upTo(50),
    startedMs: 1_000,
    late: [{ partition: 1, offset: 1, timeMs: at(25) }],
  }),
];
const events = [event(0), event(0), event(1), event(1), event(1)];
const judged = (turns: readonly TurnNote[], sharpFromMs = at(60)) =>
  judgedTurns(turns, { events, sharpFromMs });
/** The same, and one turn is another. */
const changed = (nth: number, members: Partial<TurnNote>): readonly TurnNote[] =>
  passing.map((one, at) => (at === nth ? { ...one, ...members } : one));

describe('what tocsin makes of event time', () => {
  test('an idle partition is passed by in one life, and late in the next', () => {
    expect(judged(passing)).toEqual({
      livesThatPassed: 1,
      late: [{ partition: 1, offset: 1, timeMs: at(25) }],
      lateByEarlierLife: 1,
      faults: [],
    });
  });

  test('one from which nothing came yet is passed by, too', () => {
    const [first] = passing;
    const empty = [{ ...first!, newest: { 0: at(20), 1: null }, read: { 0: [0, 0] as const } }];
    expect(judgedTurns(empty, { events: [event(0)], sharpFromMs: at(60) }).livesThatPassed).toBe(1);
  });

  test('nothing is passed by where the least partition holds the watermark back', () => {
    const found = judged(changed(1, { watermarkMs: upTo(20) }));
    expect(found.livesThatPassed).toBe(0);
    expect(found.lateByEarlierLife).toBe(0);
  });

  test.each<readonly [string, readonly TurnNote[], RegExp]>([
    ['an event was passed over', changed(2, { read: { 1: [2, 2] } }), /went on at 2 after 0/],
    ['an event was judged twice', changed(2, { read: { 1: [0, 2] } }), /went on at 0 after 0/],
    ['the last events were not judged', passing.slice(0, 2), /has 3 events, 1 were judged/],
    ['a partition was passed by too soon', changed(1, { startedMs: idleAfterMs - 1 }), /too soon/],
    ['one was passed by when none is ever idle', changed(1, { times: 'sharp' }), /too soon/],
    ['the watermark is beyond all events', changed(1, { watermarkMs: upTo(50) + 1 }), /beyond every event/],
  ])('it is seen that %s', (_, turns, fault) => {
    expect(judged(turns).faults.join('\n')).toMatch(fault);
  });

  test('it is seen that an event of sharp times was late', () => {
    expect(judged(passing, at(25)).faults.join('\n')).toMatch(/no partition was idle/);
    expect(judged(passing, at(26)).faults).toEqual([]);
  });
});
