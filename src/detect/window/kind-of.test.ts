import fc from 'fast-check';
import { windowKindContract } from '../../../test/contracts/window-kind.ts';
import {
  changeReference,
  flatlineReference,
  newTermReference,
  spikeReference,
} from '../../../test/support/deadline-references.ts';
import {
  eventCountReference,
  percentileReference,
  ratioReference,
  valueCountReference,
  valueMeasureReference,
} from '../../../test/support/window-references.ts';
import type {
  ChangeSpec,
  EventCountSpec,
  FlatlineSpec,
  NewTermSpec,
  RatioSpec,
  SpikeSpec,
  ValueCountSpec,
  ValueMeasureSpec,
  ValuePercentileSpec,
  WindowCondition,
} from '../../shared/model/window-spec.ts';

/** Conditions that small worlds meet often; with upper bounds only, an absence. */
const conditions: fc.Arbitrary<WindowCondition> = fc.oneof(
  fc.nat(6).map((gte) => ({ gte })),
  fc.nat(6).map((gt) => ({ gt })),
  fc.nat(6).map((eq) => ({ eq })),
  fc.nat(6).map((neq) => ({ neq })),
  fc.tuple(fc.nat(4), fc.nat(6)).map(([gte, lt]) => ({ gte, lt })),
  fc.nat(6).map((lt) => ({ lt })),
  fc.nat(6).map((lte) => ({ lte })),
);

const timespans = fc.integer({ min: 1, max: 30 });

const eventCounts: fc.Arbitrary<EventCountSpec> = fc.record({
  type: fc.constant('event_count' as const),
  timespanMs: timespans,
  condition: conditions,
  reset: fc.boolean(),
});

windowKindContract({ name: 'event_count', specs: eventCounts, reference: eventCountReference });

/** So many that most groups have room for what comes, and some run out of it. */
windowKindContract({
  name: 'event_count of many',
  specs: fc.record({
    type: fc.constant('event_count' as const),
    timespanMs: fc.integer({ min: 20, max: 60 }),
    condition: fc.integer({ min: 8, max: 40 }).map((gte) => ({ gte })),
    reset: fc.boolean(),
  }),
  reference: eventCountReference,
});

/** Values that are equal as JSON and not as written, that are missing, and that are no numbers. */
const fields = fc.record(
  {
    user: fc.oneof(
      fc.constantFrom('a', 'b', '1', null, 1, 2.5, '2.5', 'x1', ''),
      fc.constantFrom({ a: 1, b: 2 }, { b: 2, a: 1 }, [1], []),
    ),
    port: fc.constantFrom(22, 80, '22', null),
  },
  { requiredKeys: [] },
);

const valueCounts: fc.Arbitrary<ValueCountSpec> = fc.record({
  type: fc.constant('value_count' as const),
  field: fc.constantFrom<string | readonly string[]>('user', ['user', 'port']),
  timespanMs: timespans,
  condition: conditions,
  reset: fc.boolean(),
});

windowKindContract({ name: 'value_count', specs: valueCounts, fields, reference: valueCountReference });

/** Numbers whose sums need more digits than a double has, numbers as texts, and what is no number. */
const amounts = fc.record(
  {
    bytes: fc.oneof(
      fc.constantFrom<unknown>(0, -0, 1, 2, 3, 0.1, 0.2, -0.3, 1e16, -1e16, 2.5, 7),
      fc.constantFrom<unknown>('3', '2.5', ' -1 ', '1e1', '.5'),
      fc.constantFrom<unknown>('', ' ', 'x', '0x10', 'Infinity', 1e301, null, true, [1], { a: 1 }),
    ),
  },
  { requiredKeys: [] },
);

const measuring = {
  field: fc.constant('bytes'),
  timespanMs: timespans,
  condition: conditions,
  reset: fc.boolean(),
};

for (const type of ['value_sum', 'value_avg', 'value_min', 'value_max'] as const) {
  const specs: fc.Arbitrary<ValueMeasureSpec> = fc.record({ type: fc.constant(type), ...measuring });
  windowKindContract({ name: type, specs, fields: amounts, reference: valueMeasureReference });
}

const percentiles: fc.Arbitrary<ValuePercentileSpec> = fc.record({
  type: fc.constant('value_percentile' as const),
  percentile: fc.constantFrom(0, 25, 50, 66.6, 95, 100),
  ...measuring,
});

windowKindContract({
  name: 'value_percentile',
  specs: percentiles,
  fields: amounts,
  reference: percentileReference,
});

windowKindContract({
  name: 'value_median',
  specs: fc.record({ type: fc.constant('value_median' as const), percentile: fc.constant(50), ...measuring }),
  fields: amounts,
  reference: percentileReference,
});

const someField = fc.constantFrom<string | readonly string[]>('user', ['user', 'port']);

const newTerms: fc.Arbitrary<NewTermSpec> = fc.record({
  type: fc.constant('new_term' as const),
  field: someField,
  historyMs: timespans,
  // Also shorter than the lateness: while it learns, an earlier first match may come yet.
  learnMs: fc.constantFrom(0, 3, 10, 26, 40),
});

windowKindContract({ name: 'new_term', specs: newTerms, fields, reference: newTermReference });

const changes: fc.Arbitrary<ChangeSpec> = fc.record(
  {
    type: fc.constant('change' as const),
    field: someField,
    timespanMs: timespans,
    ignoreNull: fc.boolean(),
  },
  { requiredKeys: ['type', 'field', 'ignoreNull'] },
);

windowKindContract({ name: 'change', specs: changes, fields, reference: changeReference });

const spikes: fc.Arbitrary<SpikeSpec> = fc.record({
  type: fc.constant('spike' as const),
  timespanMs: fc.integer({ min: 1, max: 12 }),
  ratio: fc.constantFrom(0.5, 1, 2, 3),
  direction: fc.constantFrom('up', 'down', 'both'),
  minCurrent: fc.nat(3),
  minReference: fc.nat(3),
  alertOnNew: fc.boolean(),
});

windowKindContract({ name: 'spike', specs: spikes, reference: spikeReference });

const flatlines: fc.Arbitrary<FlatlineSpec> = fc
  .record({
    timespanMs: fc.integer({ min: 1, max: 15 }),
    threshold: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ timespanMs, threshold, more }) => ({
    type: 'flatline',
    timespanMs,
    threshold,
    forgetAfterMs: timespanMs + more,
  }));

windowKindContract({ name: 'flatline', specs: flatlines, reference: flatlineReference });

const shares: fc.Arbitrary<WindowCondition> = fc.oneof(
  fc.constantFrom(0, 0.25, 0.5, 1).map((gte) => ({ gte })),
  fc.constantFrom(0.25, 0.5, 1).map((lt) => ({ lt })),
);

const ratios: fc.Arbitrary<RatioSpec> = fc.record({
  type: fc.constant('ratio' as const),
  timespanMs: timespans,
  numerator: fc.constant({}),
  minDenominator: fc.integer({ min: 1, max: 5 }),
  condition: shares,
  reset: fc.boolean(),
});

windowKindContract({
  name: 'ratio',
  specs: ratios,
  fields: fc.boolean().map((isError) => ({ isError })),
  isNumerator: ({ isError }) => isError === true,
  reference: ratioReference,
});
