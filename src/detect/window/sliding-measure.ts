import type { Match } from '../../shared/model/match.ts';
import type { LateBound } from './late-bound.ts';
import type { WindowMatch, WindowValues } from './window-kind.ts';

/**
 * What a window measures beside the number of its matches, for kinds that judge one number of S(m): a collection of
 * what the matches hold, which new matches enter in order of time and old ones leave. Its bound is its own.
 */
export interface SlidingMeasure<H> {
  init(): H;
  copy(held: H): H;
  /** Takes in the next match, in order. */
  add(held: H, match: WindowMatch): void;
  /** Lets go of what matches at or before the cutoff held, and notes the level of each instant at which one left. */
  expire(held: H, cutoffMs: number, bound: LateBound): void;
  /**
   * How near what is held is to firing (`LateBound`); undefined where nothing is held. Missing, with the two below,
   * where nothing can be told of late matches.
   */
  level?(held: H): number | undefined;
  /** The greatest level of any instant with this match besides; undefined where it holds nothing and changes none. */
  raised?(bound: LateBound, match: WindowMatch): number | undefined;
  /** Takes in a match behind which there may be others, as if it had come in its place. False where it cannot. */
  insert?(held: H, match: WindowMatch): boolean;
  /** The number that is judged; undefined where there is none, and so nothing to judge. */
  value(held: H): number | undefined;
  /** About how many numbers or texts are held. */
  size(held: H): number;
  write(held: H): unknown;
  read(written: unknown): H;
  valuesOf?(match: Match): WindowValues;
}
