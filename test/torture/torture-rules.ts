import {
  changeReference,
  flatlineReference,
  newTermReference,
  spikeReference,
} from '../support/deadline-references.ts';
import {
  eventCountReference,
  percentileReference,
  ratioReference,
  valueCountReference,
  valueMeasureReference,
} from '../support/window-references.ts';
import { inputs, rulesOverRules } from './rules-over-rules.ts';
import { isError, type TortureRule, windowed } from './torture-rule.ts';

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
      ['value_max', { gte: 960 }],
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
    window: { type: 'new_term', field: 'term', historyMs: 40_000, learnMs: 4_000 },
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
    reference: spikeReference,
  }),
  windowed({
    id: 'flatline',
    app: 'web',
    dedupMs: 12_000,
    window: { type: 'flatline', timespanMs: 8_000, threshold: 2, forgetAfterMs: 30_000 },
    reference: flatlineReference,
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
  ...rulesOverRules,
];
