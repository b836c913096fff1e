import { z } from 'zod';
import type { WindowSpec } from '../shared/model/window-spec.ts';
import { temporalKinds } from './rule-temporal-schema.ts';
import {
  defined,
  durationMs,
  fed,
  field,
  fields,
  positiveDurationMs,
  sliding,
  toSpec,
} from './rule-window-parts.ts';

const eventCount = z
  .strictObject({ type: z.literal('event_count'), ...sliding })
  .meta({ description: 'The number of matches in the timespan.' })
  .transform(toSpec);

const valueCount = z
  .strictObject({ type: z.literal('value_count'), field: fields, ...sliding })
  .meta({
    description: 'The number of distinct values of a field, or of tuples of several, in the timespan.',
  })
  .transform(toSpec);

const measures = {
  value_sum: 'The sum of the numbers that the field holds in the timespan.',
  value_avg: 'The average of the numbers that the field holds in the timespan.',
  value_min: 'The least of the numbers that the field holds in the timespan.',
  value_max: 'The greatest of the numbers that the field holds in the timespan.',
} as const;

const measured = <T extends keyof typeof measures>(type: T) =>
  z
    .strictObject({ type: z.literal(type), field, ...sliding })
    .meta({ description: measures[type] })
    .transform((written) => ({ ...toSpec(written), type }));

const valueMeasures = [
  measured('value_sum'),
  measured('value_avg'),
  measured('value_min'),
  measured('value_max'),
] as const;

const valueMedian = z
  .strictObject({ type: z.literal('value_median'), field, ...sliding })
  .meta({ description: 'The median of the numbers that the field holds in the timespan.' })
  .transform((written) => ({ ...toSpec(written), percentile: 50 }));

const valuePercentile = z
  .strictObject({
    type: z.literal('value_percentile'),
    field,
    percentile: z.number().min(0).max(100),
    ...sliding,
  })
  .meta({ description: 'A percentile of the numbers that the field holds in the timespan.' })
  .transform(toSpec);

const newTerm = z
  .strictObject({
    type: z.literal('new_term'),
    field: fields,
    history: positiveDurationMs,
    learn: durationMs.default(86_400_000).meta({ description: 'Silent for so long after the first match.' }),
    ...fed,
  })
  .meta({ description: 'A value of a field that the group did not have in the history.' })
  .transform(({ history, learn, ...rest }) => defined({ ...rest, historyMs: history, learnMs: learn }));

const change = z
  .strictObject({
    type: z.literal('change'),
    field: fields,
    timespan: positiveDurationMs.optional(),
    ignoreNull: z.boolean().default(true).meta({ description: 'Steps over matches without the field.' }),
    ...fed,
  })
  .meta({ description: "A field differs from what it was at the group's previous match." })
  .transform(({ timespan, ...rest }) => defined({ ...rest, timespanMs: timespan }));

const spike = z
  .strictObject({
    type: z.literal('spike'),
    timespan: positiveDurationMs,
    ratio: z.number().positive(),
    direction: z.enum(['up', 'down', 'both']).default('up'),
    minCurrent: z.number().min(0).default(1),
    minReference: z.number().min(0).default(1),
    alertOnNew: z.boolean().default(false),
    ...fed,
  })
  .meta({ description: 'The matches of a timespan against those of the one before.' })
  .transform(toSpec);

const flatline = z
  .strictObject({
    type: z.literal('flatline'),
    timespan: positiveDurationMs,
    threshold: z.number().positive().default(1),
    forgetAfter: positiveDurationMs
      .optional()
      .meta({ description: 'A group silent for so long is no longer watched; default: 10 timespans.' }),
    ...fed,
  })
  .meta({ description: 'Fewer matches than the threshold in the timespan.' })
  .refine(({ timespan, forgetAfter }) => forgetAfter === undefined || forgetAfter > timespan, {
    message: 'must be longer than the timespan, or nothing would ever be missed',
    path: ['forgetAfter'],
  })
  .transform(({ timespan, forgetAfter, ...rest }) =>
    defined({ ...rest, timespanMs: timespan, forgetAfterMs: forgetAfter ?? 10 * timespan }),
  );

const ratio = z
  .strictObject({
    type: z.literal('ratio'),
    numerator: z
      .unknown()
      .refine((conditions) => conditions !== undefined, 'is missing')
      .meta({
        description: 'Conditions; or, where the window names rules, those of them whose matches count.',
        anyOf: [{ $ref: '#/$defs/conditions' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      }),
    minDenominator: z
      .number()
      .min(1)
      .default(1)
      .meta({ description: 'Nothing is judged before the timespan holds so many matches.' }),
    ...sliding,
  })
  .meta({ description: 'The share of the matches in the timespan that satisfy the numerator, 0 to 1.' })
  .superRefine(({ numerator, rules }, context) => {
    const message = numeratorFault(numerator, rules);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['numerator'], message });
  })
  .transform(toSpec);

/** What is wrong with a numerator that names rules, or ought to. Conditions are checked where all are. */
function numeratorFault(numerator: unknown, rules: readonly string[] | undefined): string | undefined {
  if (rules === undefined)
    return Array.isArray(numerator) ? 'names rules, and the window names none' : undefined;
  if (!Array.isArray(numerator) || numerator.length === 0)
    return 'must be a list: those of the rules whose matches count';
  const strange: unknown = numerator.find((id) => !rules.includes(id));
  return strange === undefined ? undefined : `${JSON.stringify(strange)} is not among the rules`;
}

/** The window of a rule: one member of this union for each kind that is built. */
export const windowSchema = z.discriminatedUnion('type', [
  eventCount,
  valueCount,
  ...valueMeasures,
  valueMedian,
  valuePercentile,
  newTerm,
  change,
  spike,
  flatline,
  ratio,
  ...temporalKinds,
]) satisfies z.ZodType<WindowSpec>;
