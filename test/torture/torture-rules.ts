import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { WindowSpec } from '../../src/shared/model/window-spec.ts';
import { changeReference, newTermReference } from '../support/deadline-references.ts';
import {
  eventCountReference,
  percentileReference,
  type Reference,
  ratioReference,
  valueCountReference,
  valueMeasureReference,
} from '../support/window-references.ts';

/** The times of the first and the last event of all groups. */
export interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A rule as it is written, and what a reference that recomputes every window from scratch needs to know of it. */
export interface TortureRule {
  readonly id: string;
  readonly written: Readonly<Record<string, unknown>>;
  /** It matches the events of this app. */
  readonly app: string;
  readonly groupBy: readonly string[];
  readonly dedupMs: number;
  /** What fires in one group, whose events are sorted. Null: only the independent run says what is right. */
  readonly firings: ((events: readonly LogEvent[], span: Span) => readonly Firing[]) | null;
}

interface RuleWords<S extends WindowSpec> {
  readonly id: string;
  readonly app: string;
  readonly dedupMs: number;
  readonly groupBy?: readonly string[];
  readonly window: S;
  readonly reference: Reference<S> | null;
}

const isError = { all: [{ fact: 'isError', operator: 'equal', value: true }] };

function windowed<S extends WindowSpec>(words: RuleWords<S>): TortureRule {
  const { id, app, dedupMs, groupBy = ['who'], window, reference } = words;
  return {
    id,
    written: { ...writtenRule({ id, app, dedupMs, groupBy }), window: writtenWindow(window) },
    app,
    groupBy,
    dedupMs,
    firings: reference === null ? null : (events, span) => reference(window, events, span),
  };
}

const writtenRule = (words: Pick<TortureRule, 'id' | 'app' | 'dedupMs' | 'groupBy'>) => ({
  id: words.id,
  title: `${words.id} of {{ who }}`,
  severity: 'medium',
  conditions: { all: [{ fact: 'app', operator: 'equal', value: words.app }] },
  groupBy: words.groupBy,
  dedup: `${words.dedupMs}ms`,
});

/** As people write it: durations without `Ms` in their names. The median's percentile is not written. */
function writtenWindow(spec: WindowSpec): Readonly<Record<string, unknown>> {
  const members = Object.entries(spec).filter(
    ([name]) => !(spec.type === 'value_median' && name === 'percentile'),
  );
  return Object.fromEntries(
    members.map(([name, value]) => (name.endsWith('Ms') ? [name.slice(0, -2), `${value}ms`] : [name, value])),
  );
}

/** Every match fires. */
const unwindowed: TortureRule = {
  id: 'every-match',
  written: writtenRule({ id: 'every-match', app: 'rare', dedupMs: 20_000, groupBy: ['who'] }),
  app: 'rare',
  groupBy: ['who'],
  dedupMs: 20_000,
  firings: (events) =>
    events.map(({ timeMs, position, weight }) => ({
      timeMs,
      position,
      value: weight,
      // A window is half-open: this one holds the match alone.
      fromMs: timeMs - 1,
      toMs: timeMs,
      firstMs: timeMs,
      lastMs: timeMs,
      matches: 1,
      fresh: 1,
    })),
};

const tenSeconds = { timespanMs: 10_000, reset: false } as const;
const numbers = { ...tenSeconds, field: 'n' } as const;

/** One rule of every kind, with thresholds that some windows of the events reach and most do not. */
export const tortureRules: readonly TortureRule[] = [
  unwindowed,
  windowed({
    id: 'count',
    app: 'ssh',
    dedupMs: 15_000,
    window: { type: 'event_count', ...tenSeconds, condition: { gte: 8 } },
    reference: eventCountReference,
  }),
  windowed({
    id: 'count-range-with-reset',
    app: 'web',
    dedupMs: 5_000,
    window: { type: 'event_count', timespanMs: 4_000, condition: { gte: 5, lt: 7 }, reset: true },
    reference: eventCountReference,
  }),
  windowed({
    id: 'count-of-everything',
    app: 'rare',
    groupBy: [],
    dedupMs: 30_000,
    window: { type: 'event_count', timespanMs: 20_000, condition: { gte: 9 }, reset: false },
    reference: eventCountReference,
  }),
  windowed({
    id: 'too-few',
    app: 'db',
    dedupMs: 30_000,
    window: { type: 'event_count', ...tenSeconds, condition: { lt: 3 } },
    reference: eventCountReference,
  }),
  windowed({
    id: 'too-few-values',
    app: 'ssh',
    dedupMs: 30_000,
    window: { type: 'value_count', ...tenSeconds, field: 'hash', condition: { lte: 1 } },
    reference: valueCountReference,
  }),
  windowed({
    id: 'value-count',
    app: 'web',
    dedupMs: 10_000,
    window: { type: 'value_count', ...tenSeconds, field: 'term', condition: { gte: 12 } },
    reference: valueCountReference,
  }),
  windowed({
    id: 'tuple-count',
    app: 'ssh',
    dedupMs: 10_000,
    window: { type: 'value_count', ...tenSeconds, field: ['term', 'hash'], condition: { gte: 8 } },
    reference: valueCountReference,
  }),
  ...(
    [
      ['value_sum', { gt: 2_500 }],
      ['value_avg', { gte: 200 }],
      ['value_min', { gt: 20 }],
      ['value_max', { gte: 990 }],
    ] as const
  ).map(([type, condition]) =>
    windowed({
      id: type.replace('_', '-'),
      app: type === 'value_min' ? 'db' : 'web',
      dedupMs: 12_000,
      window: { type, ...numbers, condition },
      reference: valueMeasureReference,
    }),
  ),
  windowed({
    id: 'value-median',
    app: 'ssh',
    dedupMs: 12_000,
    window: { type: 'value_median', percentile: 50, ...numbers, condition: { gte: 85 } },
    reference: percentileReference,
  }),
  windowed({
    id: 'value-percentile',
    app: 'web',
    dedupMs: 12_000,
    window: { type: 'value_percentile', percentile: 90, ...numbers, condition: { gte: 850 } },
    reference: percentileReference,
  }),
  windowed({
    id: 'new-term',
    app: 'rare',
    groupBy: [],
    dedupMs: 12_000,
    window: { type: 'new_term', field: 'term', historyMs: 40_000, learnMs: 0 },
    reference: newTermReference,
  }),
  windowed({
    id: 'change',
    app: 'db',
    dedupMs: 12_000,
    window: { type: 'change', field: 'hash', timespanMs: 3_000, ignoreNull: true },
    reference: changeReference,
  }),
  windowed({
    id: 'spike',
    app: 'web',
    dedupMs: 12_000,
    window: {
      type: 'spike',
      timespanMs: 8_000,
      ratio: 3,
      direction: 'both',
      minCurrent: 6,
      minReference: 2,
      alertOnNew: false,
    },
    reference: null,
  }),
  windowed({
    id: 'flatline',
    app: 'web',
    dedupMs: 12_000,
    window: { type: 'flatline', timespanMs: 8_000, threshold: 2, forgetAfterMs: 30_000 },
    reference: null,
  }),
  windowed({
    id: 'ratio',
    app: 'ssh',
    dedupMs: 12_000,
    window: {
      type: 'ratio',
      ...tenSeconds,
      numerator: isError,
      minDenominator: 5,
      condition: { gte: 0.7 },
    },
    reference: ratioReference,
  }),
];
