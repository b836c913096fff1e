import fc from 'fast-check';
import type { RatioSpec, TemporalSpec } from '../../src/shared/model/window-spec.ts';
import { inputsOf, temporalReference } from './temporal-references.ts';
import { type Reference, ratioReference } from './window-references.ts';

/** The kinds that tell the rules of their matches apart. */
export type TogetherSpec = TemporalSpec | RatioSpec;

/** The rules they name: one without a window, and one with. */
export const inputIds: readonly string[] = ['plain', 'count'];

const timespanMs = fc.integer({ min: 1, max: 20 });
const reset = fc.boolean();

const sequences: fc.Arbitrary<TemporalSpec> = fc.record({
  type: fc.constantFrom('temporal' as const, 'temporal_ordered' as const),
  rules: fc.constant(inputIds),
  timespanMs,
  sequences: fc.constantFrom(
    [{ all: [0, 1], none: [] }],
    [{ all: [1, 0], none: [] }],
    [{ all: [1], none: [0] }],
    [{ all: [0], none: [1] }],
  ),
  reset,
});

/** What share of all that matches is of these rules. */
const shares: fc.Arbitrary<RatioSpec> = fc.record({
  type: fc.constant('ratio' as const),
  rules: fc.constant(inputIds),
  timespanMs,
  numerator: fc.subarray([...inputIds], { minLength: 1, maxLength: 1 }),
  minDenominator: fc.integer({ min: 1, max: 4 }),
  condition: fc.constantFrom({ gte: 0.5 }, { lt: 0.5 }, { gt: 0.25 }),
  reset,
});

export const togetherSpecs: fc.Arbitrary<TogetherSpec> = fc.oneof(sequences, shares);

export const togetherReference: Reference<TogetherSpec> = (spec, events, span) => {
  if (spec.type !== 'ratio') return temporalReference(spec, events, span);
  const counted = (spec.numerator as readonly string[]).map((id) => inputIds.indexOf(id));
  const judged = events.map((event) => {
    const isError = inputsOf(event).some((input) => counted.includes(input));
    return { ...event, fields: { ...event.fields, isError } };
  });
  return ratioReference(spec, judged, span);
};
