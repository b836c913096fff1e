/** Matches of a rule that came behind the watermark, from one source. */
export interface LateMatches {
  readonly ruleId: string;
  readonly source: string;
  readonly count: number;
  /** By how much the latest of them missed the watermark, in milliseconds; 0 where none did. */
  readonly behindMs: number;
}

/**
 * Why a window could not use something. `no-number`: a match without a number, of a window over numbers; `no-group`: a
 * firing without a field of the group, of a rule that leaves such out. The last two are bounds within a group, and are
 * counted again each time the matches are folded again: `waiting-full`, beginnings of what must not be followed that are
 * judged together with others; `values-full`, values that are forgotten early, and new again.
 */
export type SkipReason = 'no-number' | 'no-group' | FullReason;

/** Which bound within a group let something go that changes what fires. */
export type FullReason = 'waiting-full' | 'values-full';

export interface SkippedMatches {
  readonly ruleId: string;
  readonly reason: SkipReason;
  readonly count: number;
}

/** Counts the matches of one rule, and those of them that are late or of no use. Bound: one entry a source. */
export class MatchCounts {
  #matched = 0;
  #late = new Map<string, { readonly count: number; readonly behindMs: number }>();

  #skipped = new Map<SkipReason, number>();

  skip(reason: SkipReason, count = 1): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + count);
  }

  /** What was of no use since the last call. */
  takeSkipped(ruleId: string): readonly SkippedMatches[] {
    if (this.#skipped.size === 0) return [];
    const skipped = [...this.#skipped].map(([reason, count]) => ({ ruleId, reason, count }));
    this.#skipped = new Map();
    return skipped;
  }

  /** A match, late or not. */
  add(): void {
    this.#matched += 1;
  }

  /** That match was late. One that is not behind the watermark came for a time that the cap on tails has settled. */
  late(source: string, behindMs: number): void {
    const before = this.#late.get(source) ?? { count: 0, behindMs: 0 };
    this.#late.set(source, { count: before.count + 1, behindMs: Math.max(before.behindMs, behindMs) });
  }

  /** Late matches since the last call. */
  takeLate(ruleId: string): readonly LateMatches[] {
    if (this.#late.size === 0) return [];
    const late = [...this.#late].map(([source, counted]) => ({ ruleId, source, ...counted }));
    this.#late = new Map();
    return late;
  }

  /** All matches since the last call. */
  takeMatched(): number {
    const matched = this.#matched;
    this.#matched = 0;
    return matched;
  }
}
