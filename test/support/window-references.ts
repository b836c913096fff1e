import { isDeepStrictEqual } from 'node:util';
import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type {
  EventCountSpec,
  RatioSpec,
  ValueCountSpec,
  ValueMeasureSpec,
  ValuePercentileSpec,
  WindowCondition,
} from '../../src/shared/model/window-spec.ts';

// docs/semantics.md read aloud, one function a kind: every window is computed from scratch, out of all events of the
// group in the settled order. Slow, and meant to be obviously right.

/**
 * What a kind fires for one group: `events` in the settled order, `span` the times of the first and the last event of
 * all groups.
 */
export type Reference<S> = (
  spec: S,
  events: readonly LogEvent[],
  span: { readonly firstMs: number; readonly lastMs: number },
) => readonly Firing[];

export function holds(condition: WindowCondition, value: number): boolean {
  const { gt, gte, lt, lte, eq, neq } = condition;
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte) &&
    (eq === undefined || value === eq) &&
    (neq === undefined || value !== neq)
  );
}

export const weightOf = (events: readonly LogEvent[]): number =>
  events.reduce((sum, { weight }) => sum + weight, 0);

export interface SlidingSpec {
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  readonly reset: boolean;
}

/** A kind that judges a value of S(m) at every match m; undefined: no evaluation. */
export function sliding(
  measure: (window: readonly LogEvent[]) => number | undefined,
): (spec: SlidingSpec, events: readonly LogEvent[]) => Firing[] {
  return (spec, events) => {
    const firings: Firing[] = [];
    let firedAt = -1;
    events.forEach((m, at) => {
      const fromMs = m.timeMs - spec.timespanMs;
      const isIn = (n: LogEvent, index: number): boolean =>
        index <= at && n.timeMs > fromMs && (!spec.reset || index > firedAt);
      const window = events.filter(isIn);
      const value = measure(window);
      if (value === undefined || !holds(spec.condition, value)) return;
      const fresh = events.filter((n, index) => isIn(n, index) && index > firedAt).length;
      firings.push({
        timeMs: m.timeMs,
        position: m.position,
        value,
        fromMs,
        toMs: m.timeMs,
        firstMs: window[0]!.timeMs,
        lastMs: m.timeMs,
        matches: window.length,
        fresh,
      });
      firedAt = at;
    });
    return firings;
  };
}

/** Too few: the first event not yet judged opens [f, f + W), judged when that is over. */
const absence =
  (measure: (window: readonly LogEvent[]) => number): Reference<SlidingSpec> =>
  (spec, events, { lastMs }) => {
    const firings: Firing[] = [];
    let rest = events;
    for (let first = rest[0]; first !== undefined; first = rest[0]) {
      const endMs = first.timeMs + spec.timespanMs;
      const judged = rest.filter(({ timeMs }) => timeMs < endMs);
      rest = rest.slice(judged.length);
      // The events end at lastMs, so windows that reach beyond it are never judged.
      if (endMs - 1 > lastMs) break;
      if (!holds(spec.condition, measure(judged))) continue;
      firings.push({
        timeMs: endMs,
        position: null,
        value: measure(judged),
        fromMs: first.timeMs - 1,
        toMs: endMs - 1,
        firstMs: first.timeMs,
        lastMs: judged.at(-1)!.timeMs,
        matches: judged.length,
        fresh: judged.length,
      });
    }
    return firings;
  };

/** Where all bounds are upper bounds, a count is an absence. */
export const counting =
  (measure: (window: readonly LogEvent[]) => number): Reference<SlidingSpec> =>
  (spec, events, span) => {
    const { gt, gte, eq, neq } = spec.condition;
    const isAbsence = [gt, gte, eq, neq].every((bound) => bound === undefined);
    return isAbsence ? absence(measure)(spec, events, span) : sliding(measure)(spec, events);
  };

export const eventCountReference: Reference<EventCountSpec> = counting(weightOf);

/** The values of an event: of a field of the first level, or of several. */
export const fieldValue = ({ fields }: LogEvent, field: string | readonly string[]): unknown => {
  const values = [field].flat().map((name) => fields[name] ?? null);
  if (values.includes(null)) return undefined;
  return typeof field === 'string' ? values[0] : values;
};

export const valueCountReference: Reference<ValueCountSpec> = (spec, events, span) =>
  counting((window) => {
    const distinct: unknown[] = [];
    for (const value of window.map((event) => fieldValue(event, spec.field)))
      if (value !== undefined && !distinct.some((known) => isDeepStrictEqual(known, value)))
        distinct.push(value);
    return distinct.length;
  })(spec, events, span);

/** The numbers of a field, as semantics say what a number is. */
const numbersOf = (window: readonly LogEvent[], field: string): readonly number[] =>
  window.flatMap(({ fields }) => {
    const value = fields[field];
    if (typeof value === 'string' && !/^\s*[-+]?(\d|\.\d)[\d.e]*\s*$/.test(value)) return [];
    if (typeof value !== 'number' && typeof value !== 'string') return [];
    return Math.abs(Number(value)) > 1e300 ? [] : [Number(value)];
  });

/** Exact, in units of 2^-60, which every number of the tests is a multiple of; rounded once. */
const exactSum = (numbers: readonly number[]): number => {
  const units = numbers.reduce((sum, number) => sum + inUnits(number), 0n);
  // Large ones would overflow: of their fraction only that there is one can matter to rounding.
  if (units > -(2n ** 1000n) && units < 2n ** 1000n) return Number(units) / 2 ** 60;
  const whole = units >> 60n;
  return Number(whole << 60n === units ? whole : whole | 1n);
};

const inUnits = (number: number): bigint =>
  Number.isInteger(number) ? BigInt(number) * 2n ** 60n : BigInt(number * 2 ** 60);

export const valueMeasureReference: Reference<ValueMeasureSpec> = (spec, events) =>
  sliding((window) => {
    const numbers = numbersOf(window, spec.field);
    if (numbers.length === 0) return undefined;
    switch (spec.type) {
      case 'value_sum':
        return exactSum(numbers);
      case 'value_avg':
        return exactSum(numbers) / numbers.length;
      case 'value_min':
        return Math.min(...numbers) || 0;
      case 'value_max':
        return Math.max(...numbers) || 0;
    }
  })(spec, events);

export const percentileReference: Reference<ValuePercentileSpec> = (spec, events) =>
  sliding((window) => {
    const sorted = numbersOf(window, spec.field).toSorted((a, b) => a - b);
    if (sorted.length === 0) return undefined;
    const rank = ((sorted.length - 1) * spec.percentile) / 100;
    const [low = 0, high = low] = sorted.slice(Math.floor(rank));
    return low + (rank - Math.floor(rank)) * (high - low) || 0;
  })(spec, events);

/** The numerator counts the events whose `isError` is true. */
export const ratioReference: Reference<RatioSpec> = (spec, events) =>
  sliding((window) => {
    if (weightOf(window) < spec.minDenominator) return undefined;
    return weightOf(window.filter(({ fields }) => fields['isError'] === true)) / weightOf(window);
  })(spec, events);
