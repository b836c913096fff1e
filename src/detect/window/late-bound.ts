import type { WindowCondition } from '../../shared/model/window-spec.ts';

/**
 * What is known of all windows that a late match may be in. A level says how far a window is from firing: none of a
 * level below 0 fires. Levels are taken at every instant since the tail began, also between matches, where values
 * have left and no match has come: there a late match may stand.
 */
export interface LateBound {
  /** No level was greater at any instant at which something was held; not below 0 where nobody can tell. */
  peak: number;
  /** At some instant nothing was held. */
  hadGap: boolean;
}

/** Where nothing is known: nobody can tell. */
export const noBound: LateBound = { peak: Number.POSITIVE_INFINITY, hadGap: true };

/** What a value must at least reach for a condition to hold, towards either side. */
export interface Needed {
  /** 1: it must be at least `bound`; -1: at most. */
  readonly side: 1 | -1;
  readonly bound: number;
  /** The bound itself is not enough. */
  readonly isStrict: boolean;
}

/** Levels of rounded numbers are raised by so much of what they are made of: many times what rounding takes. */
const slack = 2 ** -40;

/** Undefined where the condition has no such bound (`neq`). */
export function neededFor({ gt, gte, lt, lte, eq }: WindowCondition): Needed | undefined {
  const least = gte ?? gt ?? eq;
  if (least !== undefined) return { side: 1, bound: least, isStrict: gte === undefined && gt !== undefined };
  const greatest = lte ?? lt;
  return greatest === undefined ? undefined : { side: -1, bound: greatest, isStrict: lte === undefined };
}

/** The level of a difference of two numbers that were rounded. */
export const levelOf = (side: 1 | -1, a: number, b: number): number =>
  side * (a - b) + slack * (Math.abs(a) + Math.abs(b));

/** Notes the level of an instant. What is no number stays: then nobody can tell. */
export function seeLevel(bound: LateBound, level: number): void {
  if (!(level <= bound.peak)) bound.peak = level;
}

/** The tail begins: undefined where nothing is held. */
export function beginBound(bound: LateBound, level: number | undefined): void {
  bound.peak = level ?? Number.NEGATIVE_INFINITY;
  bound.hadGap = level === undefined;
}

/** The greatest level with one more match, which raises those it is in by so much, and has a level of its own alone. */
export function raised({ peak, hadGap }: LateBound, gain: number, alone: number): number {
  const together = Number.isFinite(peak) && gain > 0 ? roundedUp(peak + gain) : peak;
  return hadGap ? Math.max(together, alone) : together;
}

const roundedUp = (number: number): number => number + slack * Math.abs(number);
