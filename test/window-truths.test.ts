import { describe, expect, test } from 'vitest';
import type { WindowCondition, WindowSpec } from '../src/shared/model/window-spec.ts';
import { WindowRunner } from './support/window-runner.ts';
import { matchOf, windowedRule } from './support/windowed-rules.ts';

// docs/semantics.md as tables: what happens on a time line, and when it fires. Times are milliseconds, timespans 10 of
// them. An event is `what@time`, `what@timexweight`; what it is depends on the kind. `.@time` is an event of another
// group: time passes. A firing is its time, or `time=value`.

const base = 1_700_000_000_000;

/** The firings of group a, in settled order. The events come in the order in which they are written. */
function firingsOf(window: WindowSpec, line: string, groupBy: readonly string[] = ['name']): string {
  const runner = new WindowRunner({ rules: [windowedRule(window, { groupBy })], latenessMs: 1_000 });
  for (const [offset, token] of line.split(' ').entries()) {
    const [, what = '', time = '', weight = '1'] = /^(.*)@(\d+)(?:x(\d+))?$/.exec(token) ?? [];
    const fields = what === '' ? {} : { value: /^-?\d/.test(what) ? Number(what) : what };
    const match = matchOf({
      timeMs: base + Number(time),
      offset,
      name: what === '.' ? 'other' : 'a',
      weight: Number(weight),
      fields,
    });
    const inputs = [...what].map((letter) => 'abc'.indexOf(letter)).filter((place) => place >= 0);
    runner.fold({ ...match, inputs, ...(what === 'error' ? { isNumerator: true } : {}) });
  }
  runner.finish();
  const all = runner.settled.get('rule|["a"]') ?? [];
  return all.map(({ timeMs, value }) => `${timeMs - base}=${Math.round(value * 100) / 100}`).join(' ');
}

function holds(name: string, window: WindowSpec, rows: readonly (readonly [string, string, string])[]): void {
  describe(name, () => {
    test.each(rows)('%s: %s fires at [%s]', (_, line, firings) => {
      expect(firingsOf(window, line)).toBe(firings);
    });
  });
}

const timespanMs = 10;
const sliding = (condition: WindowCondition, reset = false) => ({ timespanMs, condition, reset });

holds('event_count >= 3', { type: 'event_count', ...sliding({ gte: 3 }) }, [
  ['at every match at which it holds', '@0 @4 @9 @9', '9=3 9=4'],
  ['a match exactly a timespan old is out', '@0 @4 @10', ''],
  ['one a millisecond younger is in', '@1 @4 @10', '10=3'],
  ['the weight counts', '@0x2 @5', '5=3'],
  ['in whatever order they come', '@9 @0 @4', '9=3'],
  ['other groups do not count', '@0 .@1 @2', ''],
]);

holds('event_count >= 2, reset', { type: 'event_count', ...sliding({ gte: 2 }, true) }, [
  ['the count starts again', '@0 @1 @2 @3', '1=2 3=2'],
]);

holds('event_count 2 to 3', { type: 'event_count', ...sliding({ gte: 2, lte: 3 }) }, [
  ['no more than that', '@0 @1 @2 @3', '1=2 2=3'],
]);

holds('event_count < 3: too few', { type: 'event_count', ...sliding({ lt: 3 }) }, [
  ['judged a timespan after the first', '@0 @5 .@20', '10=2'],
  ['enough', '@0 @5 @9 .@20', ''],
  ['one at the very end is no longer in', '@0 @5 @10 .@30', '10=2 20=1'],
  ['not before the time is over', '@0 .@8', ''],
  ['a group never seen is not missed', '.@0 .@40', ''],
]);

holds('value_count >= 2', { type: 'value_count', field: 'value', ...sliding({ gte: 2 }) }, [
  ['distinct values', 'x@0 x@1 y@2', '2=2'],
  ['a value counts as long as it was seen', 'x@0 y@5 x@9 y@14', '5=2 9=2 14=2'],
  ['and no longer', 'x@0 y@10', ''],
  ['no value is none', '@0 x@1 @2', ''],
]);

holds('value_sum > 5', { type: 'value_sum', field: 'value', ...sliding({ gt: 5 }) }, [
  ['whatever the weight', '3@0x9 3@1', '1=6'],
  ['old ones leave', '5@0 1@10', ''],
  ['what is no number is skipped', '3@0 many@1 3@2', '2=6'],
]);

holds('value_avg >= 4', { type: 'value_avg', field: 'value', ...sliding({ gte: 4 }) }, [
  ['of the numbers', '2@0 6@1 1@2 many@3', '1=4'],
  ['with none there is nothing to judge', '@0 many@1', ''],
]);

holds('value_min < 2', { type: 'value_min', field: 'value', ...sliding({ lt: 2 }) }, [
  ['the least in the window', '1@0 5@9 5@10', '0=1 9=1'],
]);

holds('value_max > 4', { type: 'value_max', field: 'value', ...sliding({ gt: 4 }) }, [
  ['the greatest in the window', '5@0 1@9 1@10', '0=5 9=5'],
]);

holds('value_avg >= 4', { type: 'value_avg', field: 'value', ...sliding({ gte: 4 }) }, [
  ['of those in the window', '3@0 5@1 9@12', '1=4 12=9'],
]);
holds('value_min < 2', { type: 'value_min', field: 'value', ...sliding({ lt: 2 }) }, [
  ['until the least leaves', '3@0 1@1 3@5 3@11', '1=1 5=1'],
]);
holds('value_max > 5', { type: 'value_max', field: 'value', ...sliding({ gt: 5 }) }, [
  ['until the greatest leaves', '7@0 1@9 1@10', '0=7 9=7'],
]);
holds('value_median > 2', { type: 'value_median', field: 'value', percentile: 50, ...sliding({ gt: 2 }) }, [
  ['of an odd number, the middle one', '1@0 3@1 9@2', '2=3'],
  ['of an even number, between the middle ones', '1@0 2@1 3@2 4@3', '3=2.5'],
]);

holds(
  'value_percentile 75 > 7',
  {
    type: 'value_percentile',
    field: 'value',
    percentile: 75,
    ...sliding({ gt: 7 }),
  },
  [['interpolated between closest ranks', '0@0 10@1 4@2', '1=7.5']],
);

holds(
  'ratio >= 0.5 of at least 4',
  {
    type: 'ratio',
    numerator: {},
    minDenominator: 4,
    ...sliding({ gte: 0.5 }),
  },
  [
    ['not before there are enough', 'error@0 error@1 @2 @3', '3=0.5'],
    ['by weight', 'error@0x3 @1x2', '1=0.6'],
    ['old ones leave', 'error@0 error@1 @9 @10', ''],
  ],
);

holds(
  'new_term within 10, learning for 5',
  {
    type: 'new_term',
    field: 'value',
    historyMs: timespanMs,
    learnMs: 5,
  },
  [
    ['silent while it learns', 'x@0 y@4 z@5', '5=1'],
    ['known ones stay known while they are seen', 'x@0 x@9 x@18', ''],
    ['and are new after the history', 'x@0 x@10', '10=1'],
    ['those of equal time do not know each other', 'x@0 y@7 y@7', '7=1 7=1'],
  ],
);

holds('change', { type: 'change', field: 'value', ignoreNull: true }, [
  ['differs from the one before', 'x@0 x@1 y@2 x@90', '2=1 90=1'],
  ['steps over what is missing', 'x@0 @1 x@2', ''],
  ['by the order of time, not of arrival', 'x@0 y@2 x@1', '2=1'],
]);

holds('change within 10', { type: 'change', field: 'value', ignoreNull: false, timespanMs }, [
  ['only where they are less apart', 'x@0 y@9 x@19', '9=1'],
  ['a missing one counts as null', 'x@0 @1 x@2', '1=1 2=1'],
]);

holds(
  'spike up by 2',
  {
    type: 'spike',
    timespanMs,
    ratio: 2,
    direction: 'up',
    minCurrent: 2,
    minReference: 1,
    alertOnNew: false,
  },
  [
    ['against the timespan before', '@0 @12 @21 @22', '22=2'],
    ['not in the first two timespans of a group', '@0 @10 @11', ''],
  ],
);

holds(
  'spike down to a half',
  {
    type: 'spike',
    timespanMs,
    ratio: 2,
    direction: 'down',
    minCurrent: 1,
    minReference: 2,
    alertOnNew: true,
  },
  [['when matches leave', '@0 @1 @9 .@30', '11=1 19=0']],
);

holds('flatline', { type: 'flatline', timespanMs, threshold: 1, forgetAfterMs: 100 }, [
  ['a timespan after the last match', '@0 @8 .@40', '18=0'],
  ['once a fall', '@0 @8 .@90 @91 .@110', '18=0 101=0'],
  ['a match just in time', '@0 @10 @20 .@25', ''],
  ['forgotten after long silence', '@0 .@99 @120 .@125', '10=0'],
]);

const both = (more: object): WindowSpec => ({
  type: 'temporal',
  rules: ['a', 'b', 'c'],
  timespanMs,
  reset: false,
  sequences: [{ all: [0, 1], none: [] }],
  ...more,
});

holds('temporal a, b', both({}), [
  ['in any order', 'a@0 b@6', '6=2'],
  ['in any order', 'b@0 a@6', '6=2'],
  ['a match a timespan old is out', 'a@0 b@10', ''],
  ['at every match at which both are there', 'b@3 a@6 b@12', '6=2 12=2'],
  ['one event of both rules', 'ab@0', '0=2'],
  ['a weight is no second rule', 'a@0x5', ''],
]);

holds('temporal a, b with reset', both({ reset: true }), [['starts again', 'a@0 b@1 b@2 a@3', '1=2 3=2']]);

holds('temporal, two of a, b, c', both({ sequences: [], condition: { gte: 2 } }), [
  ['any two', 'a@0 c@1 b@2', '1=2 2=3'],
  ['not the same one twice', 'a@0 a@1', ''],
]);

holds(
  'temporal, (a or b) and c',
  both({
    sequences: [
      { all: [0, 2], none: [] },
      { all: [1, 2], none: [] },
    ],
  }),
  [
    ['either', 'b@0 c@1', '1=2'],
    ['not without c', 'a@0 b@1', ''],
  ],
);

holds('temporal, a and not b', both({ sequences: [{ all: [0], none: [1] }] }), [
  ['fires when the wait is over', 'a@0 .@20', '10=1'],
  ['b came', 'a@0 b@6 .@20', ''],
  ['b came at the same time', 'b@0 a@0 .@20', ''],
  ['b before a does not count', 'b@0 a@3 .@20', '13=1'],
  ['b at the very end is too late', 'a@0 b@10 .@20', '10=1'],
  ['each a waits for itself', 'a@0 a@4 b@12 .@20', '10=1'],
  ['an a that b followed does not speak for the next', 'a@0 b@1 a@5 .@20', '15=1'],
  ['nobody knows before the time is over', 'a@0 .@8', ''],
  ['b may come late', 'a@0 .@20 b@6', ''],
]);

holds('temporal, a and b and not c', both({ sequences: [{ all: [0, 1], none: [2] }] }), [
  ['the wait begins with the earlier of the two', 'a@0 b@6 .@30', '10=2'],
  ['c after it is over is too late', 'a@0 b@6 c@11 .@30', '10=2'],
  ['a later a begins anew', 'a@0 b@6 a@8 .@30', '10=2 16=2'],
  ['not without b', 'a@0 .@30', ''],
]);

const ordered = (...all: readonly number[]): WindowSpec =>
  both({ type: 'temporal_ordered', sequences: [{ all, none: [] }] });

holds('temporal_ordered a, b', ordered(0, 1), [
  ['in order', 'a@0 b@6', '6=2'],
  ['not the other way', 'b@0 a@6', ''],
  ['one event is one step', 'ab@0', ''],
  ['unless it happened twice', 'ab@0x2', '0=2'],
  ['and may end what another began', 'ab@0 ab@1', '1=2'],
  ['of one time, the order of positions', 'a@0 b@0', '0=2'],
  ['only at the last step', 'a@0 b@1 a@2', '1=2'],
]);

holds('temporal_ordered a, a, b', ordered(0, 0, 1), [
  ['two and one', 'a@0 a@3 b@6', '6=3'],
  ['others between', 'a@0 b@3 a@6 b@9', '9=3'],
  ['the first is out', 'a@0 a@6 b@12 b@15', ''],
  ['what happened twice is two steps', 'a@0x2 b@3', '3=3'],
  ['but no more', 'a@0x2 a@1 .@2', ''],
]);

holds(
  'temporal_ordered a, b and not c',
  both({ type: 'temporal_ordered', sequences: [{ all: [0, 1], none: [2] }] }),
  [
    ['waits from a on', 'a@0 b@6 .@30', '10=2'],
    ['c between', 'a@0 c@3 b@6 .@30', ''],
    ['the latest a counts', 'a@0 c@3 a@4 b@6 .@30', '14=2'],
  ],
);
