import fc from 'fast-check';
import type {
  ChangeSpec,
  FlatlineSpec,
  NewTermSpec,
  SpikeSpec,
  ValueCountSpec,
} from '../../src/shared/model/window-spec.ts';

/** The kinds that count firings of others, or look at the fields of their groups. */
export type HeardSpec = ValueCountSpec | NewTermSpec | ChangeSpec | SpikeSpec | FlatlineSpec;

const timespanMs = fc.integer({ min: 1, max: 20 });

const heard = { rules: fc.constant(['count']) };
const heardField = { ...heard, field: fc.constant('host') };

/** Over the firings of `count`, whose groups have a `host`. */
export const heardSpecs: fc.Arbitrary<HeardSpec> = fc.oneof(
  fc.record({
    type: fc.constant('value_count' as const),
    ...heardField,
    timespanMs,
    condition: fc.constantFrom({ gte: 2 }, { lt: 2 }),
    reset: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('new_term' as const),
    ...heardField,
    historyMs: timespanMs,
    learnMs: fc.constantFrom(0, 4, 15),
  }),
  fc.record({ type: fc.constant('change' as const), ...heardField, timespanMs, ignoreNull: fc.boolean() }),
  fc.record({
    type: fc.constant('spike' as const),
    ...heard,
    timespanMs: fc.integer({ min: 1, max: 12 }),
    ratio: fc.constantFrom(1, 2),
    direction: fc.constantFrom('up' as const, 'down' as const, 'both' as const),
    minCurrent: fc.nat(2),
    minReference: fc.nat(2),
    alertOnNew: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('flatline' as const),
    ...heard,
    timespanMs: fc.integer({ min: 1, max: 12 }),
    threshold: fc.integer({ min: 1, max: 2 }),
    forgetAfterMs: fc.integer({ min: 13, max: 30 }),
  }),
);
