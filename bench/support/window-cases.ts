import type { EventFields } from '../../src/shared/model/log-event.ts';
import type { WindowSpec } from '../../src/shared/model/window-spec.ts';

/** A rule for each kind of window that does not fire under the load: what alerting rules do nearly always. */
export interface WindowCase {
  readonly name: string;
  readonly spec: WindowSpec;
  readonly fields?: (index: number) => EventFields;
  readonly isNumerator?: (index: number) => boolean;
  /** Which of the rules that the window names a match is of. */
  readonly inputs?: (index: number) => readonly number[];
  /** The greatest number of keys that is measured. */
  readonly maxKeys?: number;
}

const timespanMs = 600_000;
const sliding = { timespanMs, reset: false };
const never = { gte: 1e9 };

/** Values of a hundred sizes, none of them near another. */
const numbers = (index: number): EventFields => ({ bytes: 40 + ((index * 7_919) % 100) * 13.5 });
/** With one key: 10,000 distinct values in the window. */
const names = (index: number): EventFields => ({ user: `user-${(index * 7_919) % 10_000}` });

const measure = (type: 'value_sum' | 'value_avg' | 'value_min' | 'value_max'): WindowCase => ({
  name: type,
  spec: { type, field: 'bytes', ...sliding, condition: type === 'value_min' ? { lt: 0 } : never },
  fields: numbers,
});

/** Matches of two rules, by turns; the third that is asked for never matches. */
const twoOfThree = (index: number): readonly number[] => [index % 2];

const together = (type: 'temporal' | 'temporal_ordered', all: readonly number[]): WindowSpec => ({
  type,
  rules: ['a', 'b', 'c'],
  timespanMs,
  sequences: [{ all, none: [] }],
  reset: false,
});

export const windowCases: readonly WindowCase[] = [
  { name: 'event_count', spec: { type: 'event_count', ...sliding, condition: { gte: 200_000 } } },
  {
    name: 'event_count, every match fires',
    spec: { type: 'event_count', ...sliding, condition: { gte: 1 } },
    maxKeys: 1_000,
  },
  { name: 'event_count, too few', spec: { type: 'event_count', ...sliding, condition: { lt: 1 } } },
  {
    name: 'value_count',
    spec: { type: 'value_count', field: 'user', ...sliding, condition: { gte: 15_000 } },
    fields: names,
  },
  measure('value_sum'),
  measure('value_avg'),
  measure('value_min'),
  measure('value_max'),
  {
    name: 'value_percentile',
    spec: { type: 'value_percentile', percentile: 95, field: 'bytes', ...sliding, condition: never },
    fields: numbers,
  },
  {
    name: 'ratio',
    spec: { type: 'ratio', numerator: {}, minDenominator: 1, ...sliding, condition: { gte: 0.9 } },
    isNumerator: (index) => index % 10 === 0,
  },
  {
    name: 'new_term',
    spec: { type: 'new_term', field: 'user', historyMs: timespanMs, learnMs: 1e9 },
    fields: names,
  },
  {
    name: 'change',
    spec: { type: 'change', field: 'user', timespanMs, ignoreNull: true },
    fields: () => ({ user: 'x' }),
  },
  {
    name: 'spike',
    spec: {
      type: 'spike',
      timespanMs: timespanMs / 2,
      ratio: 1e6,
      direction: 'both',
      minCurrent: 10,
      minReference: 10,
      alertOnNew: false,
    },
  },
  { name: 'flatline', spec: { type: 'flatline', timespanMs, threshold: 1, forgetAfterMs: 10 * timespanMs } },
  { name: 'temporal', spec: together('temporal', [0, 1, 2]), inputs: twoOfThree },
  { name: 'temporal_ordered', spec: together('temporal_ordered', [0, 0, 1, 2]), inputs: twoOfThree },
];
