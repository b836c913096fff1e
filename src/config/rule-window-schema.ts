import { z } from 'zod';
import { parseDuration } from '../shared/duration.ts';
import { isForbiddenName } from '../shared/field-path.ts';
import type { WindowCondition, WindowSpec } from '../shared/model/window-spec.ts';

/** Longer than this no window, no dedup and no history may be: what is kept for it must end one day. */
const durationMsMax = 366 * 86_400_000;

/** A duration as text (`30s`, `5m`, `1h30m`, `7d`), in milliseconds once validated. */
export const durationMs = z
  .string()
  .meta({ pattern: '^(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d|w))+$' })
  .transform((text, issues) => {
    const parsed = parseDuration(text);
    if (parsed.ok && parsed.value <= durationMsMax) return parsed.value;
    issues.addIssue({
      code: 'custom',
      message: parsed.ok ? `"${text}" is longer than a year` : parsed.failure,
    });
    return z.NEVER;
  })
  .meta({
    description: 'A duration: a number and a unit, such as 30s, 5m, 1h30m, 7d.',
    examples: ['5m', '1h'],
  });

/** As `durationMs`, and more than nothing. */
export const positiveDurationMs = durationMs.refine((ms) => ms > 0, 'must be longer than zero');

const bound = z.number().optional();

const windowCondition = z
  .strictObject({ gt: bound, gte: bound, lt: bound, lte: bound, eq: bound, neq: bound })
  .refine((condition) => Object.keys(condition).length > 0, 'needs a comparison, such as {"gte": 10}')
  .refine((condition) => Object.keys(condition).length <= 2, 'takes one comparison, or two that form a range')
  .meta({ description: 'One comparison, or two that form a range: {"gte": 10}, {"gte": 3, "lt": 6}.' })
  .transform((condition): WindowCondition => defined(condition));

const reset = z
  .boolean()
  .default(false)
  .meta({ description: 'A firing empties the window of its group: the count starts again.' });

/** The members of every kind that judges a number of the matches in a timespan. */
const sliding = { timespan: positiveDurationMs, condition: windowCondition, reset };

const field = z
  .string()
  .min(1)
  .max(500)
  .refine((name) => !isForbiddenName(name), 'is never followed')
  .meta({ description: 'A field of the event: an exact key, or a dotted path.' });

const fields = z
  .union([field, z.array(field).min(1).max(10)], 'must be the name of a field, or a list of 1 to 10')
  .meta({ description: 'A field, or several: their tuple.' });

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
  })
  .meta({ description: 'A value of a field that the group did not have in the history.' })
  .transform(({ history, learn, ...rest }) => ({ ...rest, historyMs: history, learnMs: learn }));

const change = z
  .strictObject({
    type: z.literal('change'),
    field: fields,
    timespan: positiveDurationMs.optional(),
    ignoreNull: z.boolean().default(true).meta({ description: 'Steps over matches without the field.' }),
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
  })
  .meta({ description: 'Fewer matches than the threshold in the timespan.' })
  .refine(({ timespan, forgetAfter }) => forgetAfter === undefined || forgetAfter > timespan, {
    message: 'must be longer than the timespan, or nothing would ever be missed',
    path: ['forgetAfter'],
  })
  .transform(({ timespan, forgetAfter, ...rest }) => ({
    ...rest,
    timespanMs: timespan,
    forgetAfterMs: forgetAfter ?? 10 * timespan,
  }));

const ratio = z
  .strictObject({
    type: z.literal('ratio'),
    numerator: z
      .unknown()
      .refine((conditions) => conditions !== undefined, 'is missing')
      .meta({ $ref: '#/$defs/condition' }),
    minDenominator: z
      .number()
      .min(1)
      .default(1)
      .meta({ description: 'Nothing is judged before the timespan holds so many matches.' }),
    ...sliding,
  })
  .meta({ description: 'The share of the matches in the timespan that satisfy the numerator, 0 to 1.' })
  .transform(toSpec);

/** The model's name for what people write: a timespan is in milliseconds there. */
function toSpec<T extends { readonly timespan: number }>(
  written: T,
): Omit<T, 'timespan'> & { timespanMs: number } {
  const { timespan, ...rest } = written;
  return { ...rest, timespanMs: timespan };
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
]) satisfies z.ZodType<WindowSpec>;

/** Kinds of the rule language that have a name and are not built: refused by name, never taken for a mistake in writing. */
export const futureWindowKinds: readonly string[] = ['temporal', 'temporal_ordered'];

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The members that hold something: zod marks optional ones as possibly undefined, the model leaves them out. */
export function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
