import fc from 'fast-check';
import { windowKindContract } from '../../../test/contracts/window-kind.ts';
import { inputsOf, temporalReference } from '../../../test/support/temporal-references.ts';
import type { RuleSequence, TemporalSpec, WindowCondition } from '../../shared/model/window-spec.ts';

/** Events of one rule, of several at once, and of none of the first two. */
const fields = fc.record({ inputs: fc.subarray([0, 1, 2], { minLength: 1 }) });

const rules = ['a', 'b', 'c'];
const timespanMs = fc.integer({ min: 1, max: 20 });
const reset = fc.boolean();
const inputs = (event: Readonly<Record<string, unknown>>): readonly number[] => inputsOf({ fields: event });

const place = fc.nat(2);
const steps = fc.array(place, { minLength: 1, maxLength: 4 });
const presence: fc.Arbitrary<RuleSequence> = steps.map((all) => ({ all, none: [] }));
const absence: fc.Arbitrary<RuleSequence> = fc.constantFrom(
  { all: [0], none: [1] },
  { all: [0, 1], none: [2] },
  { all: [0], none: [1, 2] },
  { all: [0, 0, 1], none: [2] },
);
const sequences = fc.array(fc.oneof(presence, absence), { minLength: 1, maxLength: 3 });

const specs = (type: TemporalSpec['type'], from: fc.Arbitrary<readonly RuleSequence[]>) =>
  fc.record({ type: fc.constant(type), rules: fc.constant(rules), timespanMs, sequences: from, reset });

const shared = { fields, inputs, reference: temporalReference };

windowKindContract({
  name: 'temporal',
  specs: specs(
    'temporal',
    sequences.map((each) => each.map(({ all, none }) => ({ all: [...new Set(all)], none }))),
  ),
  ...shared,
});

windowKindContract({ name: 'temporal_ordered', specs: specs('temporal_ordered', sequences), ...shared });

windowKindContract({
  name: 'temporal with rules that must not match',
  specs: fc.oneof(
    specs(
      'temporal',
      absence.map(({ all, none }) => [{ all: [...new Set(all)], none }]),
    ),
    specs(
      'temporal_ordered',
      absence.map((each) => [each]),
    ),
  ),
  ...shared,
});

const counts: fc.Arbitrary<WindowCondition> = fc.oneof(
  fc.nat(3).map((gte) => ({ gte })),
  fc.nat(3).map((eq) => ({ eq })),
  fc.nat(3).map((lt) => ({ lt })),
);

windowKindContract({
  name: 'temporal that counts rules',
  specs: fc.record({
    type: fc.constant('temporal' as const),
    rules: fc.constant(rules),
    timespanMs,
    sequences: fc.constant([]),
    condition: counts,
    reset,
  }),
  ...shared,
});
