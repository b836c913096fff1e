import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { TemporalSpec, WindowSpec } from '../../src/shared/model/window-spec.ts';
import { changeReference, newTermReference } from '../support/deadline-references.ts';
import { temporalReference } from '../support/temporal-references.ts';
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

type Fields = LogEvent['fields'];

/** A rule as it is written, and what a reference that recomputes every window from scratch needs to know of it. */
export interface TortureRule {
  readonly id: string;
  readonly written: Readonly<Record<string, unknown>>;
  /** The events it matches; or the rule whose firings are its matches, which stands before it. */
  readonly matches: ((fields: Fields) => boolean) | { readonly firingsOf: string };
  readonly groupBy: readonly string[];
  readonly dedupMs: number;
  /** False: only others hear of it, and it has no incidents. */
  readonly alert: boolean;
  /** What fires in one group, whose events are sorted. Null: only the independent run says what is right. */
  readonly firings: ((events: readonly LogEvent[], span: Span) => readonly Firing[]) | null;
}

interface RuleWords<S> {
  readonly id: string;
  readonly app: string;
  readonly dedupMs: number;
  readonly groupBy?: readonly string[];
  readonly window: S;
  readonly reference: Reference<S> | null;
}

const isError = { fact: 'isError', operator: 'equal', value: true };
const isApp = (app: string): unknown => ({ fact: 'app', operator: 'equal', value: app });

function windowed<S extends WindowSpec>(words: RuleWords<S>): TortureRule {
  const { id, app, dedupMs, groupBy = ['who'], window, reference } = words;
  return {
    id,
    written: {
      ...titled({ id, dedupMs, groupBy }),
      conditions: { all: [isApp(app)] },
      window: writtenWindow(window),
    },
    matches: (fields) => fields['app'] === app,
    groupBy,
    dedupMs,
    alert: true,
    firings: reference === null ? null : (events, span) => reference(window, events, span),
  };
}

const titled = ({ id, dedupMs, groupBy }: Pick<TortureRule, 'id' | 'dedupMs' | 'groupBy'>) => ({
  id,
  title: `${id} of {{ who }}`,
  severity: 'medium',
  groupBy,
  dedup: `${dedupMs}ms`,
});

/** A rule whose window names others: it has no conditions of its own. `window` is as it is written. */
function naming(
  words: Pick<TortureRule, 'id' | 'matches' | 'firings'> & {
    readonly window: Readonly<Record<string, unknown>>;
    readonly groupBy?: readonly string[];
  },
): TortureRule {
  const { window, groupBy = ['who'], ...rest } = words;
  const dedupMs = 12_000;
  return {
    ...rest,
    written: { ...titled({ id: words.id, dedupMs, groupBy }), window },
    groupBy,
    dedupMs,
    alert: true,
  };
}

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
const everyMatch: TortureRule['firings'] = (events) =>
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
  }));

function unwindowed(id: string, app: string, only?: 'errors'): TortureRule {
  const groupBy = ['who'];
  const dedupMs = 20_000;
  const alert = only === undefined;
  return {
    id,
    written: {
      ...titled({ id, dedupMs, groupBy }),
      conditions: { all: [isApp(app), ...(only === undefined ? [] : [isError])] },
      alert,
    },
    matches: (fields) => fields['app'] === app && (only === undefined || fields['isError'] === true),
    groupBy,
    dedupMs,
    alert,
    firings: everyMatch,
  };
}

/** Rules that others name. The second one alerts for itself, too. */
const inputs = [
  unwindowed('ssh-error', 'ssh', 'errors'),
  unwindowed('db-error', 'db', 'errors'),
  unwindowed('every-match', 'rare'),
] as const;

const isInput = (fields: Fields, nth: number): boolean => {
  const matches = inputs[nth]?.matches;
  return typeof matches === 'function' && matches(fields);
};

/** A window over `inputs`, as it is written, and as the reference reads it. */
function temporal(id: string, window: Readonly<Record<string, unknown>>, spec: TemporalSpec): TortureRule {
  const placesOf = (fields: Fields): readonly number[] =>
    inputs.flatMap((_, nth) => {
      const at = spec.rules.indexOf(inputs[nth]?.id ?? '');
      return at >= 0 && isInput(fields, nth) ? [at] : [];
    });
  return naming({
    id,
    window,
    matches: (fields) => placesOf(fields).length > 0,
    firings: (events, span) =>
      temporalReference(
        spec,
        events.map((event) => ({ ...event, fields: { ...event.fields, inputs: placesOf(event.fields) } })),
        span,
      ),
  });
}

const tenSeconds = { timespanMs: 10_000, reset: false } as const;
const numbers = { ...tenSeconds, field: 'n' } as const;

/** One rule of every kind, with thresholds that some windows of the events reach and most do not. */
export const tortureRules: readonly TortureRule[] = [
  ...inputs,
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
      numerator: { all: [isError] },
      minDenominator: 5,
      condition: { gte: 0.7 },
    },
    reference: ratioReference,
  }),
  temporal(
    'together',
    { type: 'temporal', rules: ['ssh-error', 'db-error'], timespan: '2s' },
    {
      type: 'temporal',
      rules: ['ssh-error', 'db-error'],
      timespanMs: 2_000,
      sequences: [{ all: [0, 1], none: [] }],
      reset: false,
    },
  ),
  temporal(
    'in-order',
    { type: 'temporal_ordered', rules: ['ssh-error', 'ssh-error', 'db-error'], timespan: '4s', reset: true },
    {
      type: 'temporal_ordered',
      rules: ['ssh-error', 'db-error'],
      timespanMs: 4_000,
      sequences: [{ all: [0, 0, 1], none: [] }],
      reset: true,
    },
  ),
  temporal(
    'one-without-another',
    { type: 'temporal', condition: 'db-error and not ssh-error', timespan: '3s' },
    {
      type: 'temporal',
      rules: ['db-error', 'ssh-error'],
      timespanMs: 3_000,
      sequences: [{ all: [0], none: [1] }],
      reset: false,
    },
  ),
  naming({
    id: 'counts-of-one',
    window: {
      type: 'event_count',
      rules: ['count-range-with-reset'],
      timespan: '20s',
      condition: { gte: 3 },
    },
    matches: { firingsOf: 'count-range-with-reset' },
    firings: (events, span) =>
      eventCountReference(
        { type: 'event_count', timespanMs: 20_000, condition: { gte: 3 }, reset: false },
        events,
        span,
      ),
  }),
  naming({
    id: 'counts-of-many',
    groupBy: [],
    window: {
      type: 'value_count',
      rules: ['counts-of-one'],
      field: 'who',
      timespan: '10s',
      condition: { gte: 2 },
    },
    matches: { firingsOf: 'counts-of-one' },
    firings: (events, span) =>
      valueCountReference(
        { type: 'value_count', field: 'who', timespanMs: 10_000, condition: { gte: 2 }, reset: false },
        events,
        span,
      ),
  }),
  // Deadlines of one rule beside matches of another: at equal times their order is the product's own.
  naming({
    id: 'silence-after-errors',
    window: { type: 'temporal_ordered', rules: ['ssh-error', 'too-few-values'], timespan: '15s' },
    matches: { firingsOf: 'too-few-values' },
    firings: null,
  }),
];
