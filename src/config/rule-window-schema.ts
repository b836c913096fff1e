import { z } from 'zod';
import { parseDuration } from '../shared/duration.ts';
import type { WindowSpec } from '../shared/model/window-spec.ts';

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
  .meta({ description: 'One comparison, or two that form a range: {"gte": 10}, {"gte": 3, "lt": 6}.' });

const eventCount = z
  .strictObject({
    type: z.literal('event_count'),
    timespan: positiveDurationMs,
    condition: windowCondition,
    reset: z
      .boolean()
      .default(false)
      .meta({ description: 'A firing empties the window of its group: the count starts again.' }),
  })
  .meta({ description: 'The number of matches in the timespan.' })
  .transform(
    ({ timespan, ...rest }): WindowSpec => ({
      ...rest,
      timespanMs: timespan,
      condition: defined(rest.condition),
    }),
  );

/** The window of a rule: one member of this union for each kind that is built. */
export const windowSchema = z.discriminatedUnion('type', [eventCount]);

/** Kinds of the rule language that have a name and are not built: refused by name, never taken for a mistake in writing. */
export const futureWindowKinds: readonly string[] = [
  'value_count',
  'value_sum',
  'value_avg',
  'value_min',
  'value_max',
  'value_median',
  'value_percentile',
  'temporal',
  'temporal_ordered',
  'new_term',
  'change',
  'spike',
  'flatline',
  'ratio',
];

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The members that hold something: zod marks optional ones as possibly undefined, the model leaves them out. */
export function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
