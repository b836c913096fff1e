import fc from 'fast-check';
import { windowKindContract } from '../../../test/contracts/window-kind.ts';
import { eventCountReference } from '../../../test/support/window-references.ts';
import type { EventCountSpec, WindowCondition } from '../../shared/model/window-spec.ts';

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
