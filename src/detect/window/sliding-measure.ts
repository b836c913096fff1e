import type { Match } from '../../shared/model/match.ts';
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
  /**
   * Returns by how much at most a match raises the value at any match, itself included, that comes behind it. Where it
   * is still in the window it is taken in as well, as if it had come in its place before others which are held. Only
   * where a match never lowers the value.
   */
  addLate?(held: H, match: WindowMatch, isInWindow: boolean): number;
  /** Lets go of what matches at or before the cutoff held. */
  expire(held: H, cutoffMs: number): void;
  /** The number that is judged; undefined where there is none, and so nothing to judge. */
  value(held: H): number | undefined;
  /** About how many numbers or texts are held. */
  size(held: H): number;
  write(held: H): unknown;
  read(written: unknown): H;
  valuesOf?(match: Match): WindowValues;
}
