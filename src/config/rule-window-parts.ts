import { z } from 'zod';
import { parseDuration } from '../shared/duration.ts';
import { isForbiddenName } from '../shared/field-path.ts';
import type { WindowCondition } from '../shared/model/window-spec.ts';

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

type Bounds = Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq', number | undefined>>>;

/** Whether two comparisons leave no number between them: such a rule would never fire. */
function isEmpty({ gt, gte, lt, lte, eq, neq }: Bounds): boolean {
  const [least, most] = [gt ?? gte ?? eq ?? -Infinity, lt ?? lte ?? eq ?? Infinity];
  const isOpen = gt !== undefined || lt !== undefined || (eq !== undefined && eq === neq);
  return least > most || (least === most && isOpen);
}

export const windowCondition = z
  .strictObject({ gt: bound, gte: bound, lt: bound, lte: bound, eq: bound, neq: bound })
  .refine((condition) => Object.keys(condition).length > 0, 'needs a comparison, such as {"gte": 10}')
  .refine((condition) => Object.keys(condition).length <= 2, 'takes one comparison, or two that form a range')
  .refine((condition) => !isEmpty(condition), 'holds for no number: nothing is both')
  .meta({ description: 'One comparison, or two that form a range: {"gte": 10}, {"gte": 3, "lt": 6}.' })
  .transform((condition): WindowCondition => defined(condition));

/** For every kind that judges matches in a timespan. */
export const reset = z
  .boolean()
  .default(false)
  .meta({ description: 'A firing empties the window of its group: the count starts again.' });

export const field = z
  .string()
  .min(1)
  .max(500)
  .refine((name) => !isForbiddenName(name), 'is never followed')
  .meta({ description: 'A field of the event: an exact key, or a dotted path.' });

export const fields = z
  .union([field, z.array(field).min(1).max(10)], 'must be the name of a field, or a list of 1 to 10')
  .meta({ description: 'A field, or several: their tuple.' });

const ruleName = z.string().min(1).max(200);

const rules = z
  .array(ruleName)
  .min(1)
  .max(100)
  .meta({ description: 'Ids of rules whose firings are the matches, in the place of conditions.' });

const aliases = z.record(field, z.record(ruleName, field)).optional().meta({
  description: 'What a name in groupBy or field is called in each rule: {"who": {"a": "user.name"}}.',
});

/** Rules whose firings are the matches, in some order, and what names of fields are called in their events. */
export const inputs = { rules: rules.optional(), aliases };

/** Of kinds that do not ask in which order rules matched: each rule once. */
export const fed = {
  rules: rules.refine((ids) => new Set(ids).size === ids.length, 'names a rule twice').optional(),
  aliases,
};

/** The members of every kind that judges a number of the matches in a timespan. */
export const sliding = { timespan: positiveDurationMs, condition: windowCondition, reset, ...fed };

/** The model's name for what people write: a timespan is in milliseconds there. */
export function toSpec<T extends { readonly timespan: number }>(written: T) {
  const { timespan, ...rest } = written;
  return defined({ ...rest, timespanMs: timespan });
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The members that hold something: zod marks optional ones as possibly undefined, the model leaves them out. */
export function defined<T extends object>(object: T): Defined<T> {
  if (!Object.values(object).includes(undefined)) return object as Defined<T>;
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
