import { formatDuration } from '../shared/duration.ts';

/** The matches of one turn, and those of them that came too late. */
export interface LateReport {
  readonly late: readonly {
    readonly ruleId: string;
    readonly source: string;
    readonly count: number;
    /** By how much the latest of them missed the watermark, in milliseconds. */
    readonly behindMs: number;
  }[];
  /** Matches of each windowed rule, late ones too; rules without any are left out. */
  readonly matched: readonly { readonly ruleId: string; readonly count: number }[];
}

/** A rule whose late events are too many, and the source they come from. */
export interface TooLate {
  readonly ruleId: string;
  readonly source: string;
  /** Late matches that no earlier answer told of. */
  readonly count: number;
  /** The lateness that would have held all of them, rounded up to seconds. */
  readonly neededMs: number;
  readonly lateness: string;
  readonly neededLateness: string;
  /** Late matches of the rule and all of its matches, in the time that is judged. */
  readonly late: number;
  readonly matches: number;
}

/** Rates are judged over so much of the wall clock. */
const judgedMs = 5 * 60_000;
/** Fewer late matches than this are an accident, however few matches there are. */
const lateMin = 10;
/** The share of a rule's matches that may be late before somebody must know. */
const shareMax = 0.01;

interface Late {
  count: number;
  untold: number;
  behindMs: number;
}

interface RuleRate {
  matches: number;
  readonly late: Map<string, Late>;
}

/**
 * Counts late matches against all matches of each rule. Counting begins anew every five minutes.
 * Bound: one small object for each rule that matched in that time, and for each of its sources that was late.
 */
export class LateRates {
  readonly #latenessOf: (source: string) => number;
  #rates = new Map<string, RuleRate>();
  #startMs = Number.NEGATIVE_INFINITY;

  constructor(latenessOf: (source: string) => number) {
    this.#latenessOf = latenessOf;
  }

  /** The rules that are late beyond measure, as long as they go on being late. */
  judge({ late, matched }: LateReport, nowMs: number): readonly TooLate[] {
    if (nowMs >= this.#startMs + judgedMs) {
      this.#rates = new Map();
      this.#startMs = nowMs;
    }
    for (const { ruleId, count } of matched) this.#rate(ruleId).matches += count;
    return late.flatMap(({ ruleId, source, count, behindMs }) => {
      const rate = this.#rate(ruleId);
      const known = rate.late.get(source) ?? { count: 0, untold: 0, behindMs: 0 };
      rate.late.set(source, known);
      known.count += count;
      known.untold += count;
      known.behindMs = Math.max(known.behindMs, behindMs);
      if (known.count < lateMin || known.count <= shareMax * rate.matches) return [];
      const untold = known.untold;
      known.untold = 0;
      return [this.#tooLate({ ruleId, source, rate, known, untold })];
    });
  }

  #rate(ruleId: string): RuleRate {
    const rate = this.#rates.get(ruleId) ?? { matches: 0, late: new Map<string, Late>() };
    this.#rates.set(ruleId, rate);
    return rate;
  }

  #tooLate(of: {
    readonly ruleId: string;
    readonly source: string;
    readonly rate: RuleRate;
    readonly known: Late;
    readonly untold: number;
  }): TooLate {
    const { ruleId, source, rate, known, untold } = of;
    const latenessMs = this.#latenessOf(source);
    const neededMs = Math.ceil((latenessMs + known.behindMs) / 1_000) * 1_000;
    return {
      ruleId,
      source,
      count: untold,
      neededMs,
      lateness: formatDuration(latenessMs),
      neededLateness: formatDuration(neededMs),
      late: known.count,
      matches: rate.matches,
    };
  }
}
