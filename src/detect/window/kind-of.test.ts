import fc from 'fast-check';
import { windowKindContract } from '../../../test/contracts/window-kind.ts';
import { eventCountReference, valueCountReference } from '../../../test/support/window-references.ts';
import type { EventCountSpec, ValueCountSpec, WindowCondition } from '../../shared/model/window-spec.ts';

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
