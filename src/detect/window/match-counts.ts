/** Matches of a rule that came behind the watermark, from one source. */
export interface LateMatches {
  readonly ruleId: string;
  readonly source: string;
  readonly count: number;
  /** By how much the latest of them missed the watermark, in milliseconds; 0 where none did. */
  readonly behindMs: number;
}

/** Counts the matches of one rule, and those of them that are late. Bound: one entry a source. */
export class MatchCounts {
  #matched = 0;
  #late = new Map<string, { readonly count: number; readonly behindMs: number }>();

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
