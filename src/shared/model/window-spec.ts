export type Comparison = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';

/** One comparison, or two that form a range: all of them must hold. */
export type WindowCondition = Readonly<Partial<Record<Comparison, number>>>;

/** Rules whose firings are the matches of a window, in the place of conditions of its own. */
export interface RuleInputs {
  /** Ids, each once. */
  readonly rules: readonly string[];
  /** What a name in `groupBy` or `field` is called in the events of each rule: alias to rule to field. */
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Number of matches (sum of weights) in (t - timespan, t]. */
export interface EventCountSpec extends Partial<RuleInputs> {
  readonly type: 'event_count';
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  /** True: a firing empties the group's window, up to and including the match that fired. */
  readonly reset: boolean;
}

/** Number of distinct values of a field, or of distinct tuples of several, in the window. */
export interface ValueCountSpec extends Partial<RuleInputs> {
  readonly type: 'value_count';
  readonly field: string | readonly string[];
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  readonly reset: boolean;
}

/** The sum, average, least or greatest of the numbers that `field` holds in the window. */
export interface ValueMeasureSpec extends Partial<RuleInputs> {
  readonly type: 'value_sum' | 'value_avg' | 'value_min' | 'value_max';
  readonly field: string;
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  readonly reset: boolean;
}

/** A percentile, 0 to 100, of the numbers that `field` holds in the window; the median is that of 50. */
export interface ValuePercentileSpec extends Partial<RuleInputs> {
  readonly type: 'value_percentile' | 'value_median';
  readonly field: string;
  readonly percentile: number;
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  readonly reset: boolean;
}

/** A value of `field` (or a tuple of several) that the group did not have in `history`; silent while the rule learns. */
export interface NewTermSpec extends Partial<RuleInputs> {
  readonly type: 'new_term';
  readonly field: string | readonly string[];
  readonly historyMs: number;
  /** From the rule's first match. */
  readonly learnMs: number;
}

/** `field` differs from what it was at the group's previous match, less than a timespan before where there is one. */
export interface ChangeSpec extends Partial<RuleInputs> {
  readonly type: 'change';
  readonly field: string | readonly string[];
  readonly timespanMs?: number;
  /** True: matches without the field are stepped over. */
  readonly ignoreNull: boolean;
}

/** The weight in this timespan against that in the one before. */
export interface SpikeSpec extends Partial<RuleInputs> {
  readonly type: 'spike';
  readonly timespanMs: number;
  readonly ratio: number;
  readonly direction: 'up' | 'down' | 'both';
  /** Least weight of this timespan, for a spike up. */
  readonly minCurrent: number;
  readonly minReference: number;
  /** True: also in the first two timespans after a group's first match. */
  readonly alertOnNew: boolean;
}

/** A weight below `threshold` in a timespan, of a group that was seen less than `forgetAfterMs` ago. */
export interface FlatlineSpec extends Partial<RuleInputs> {
  readonly type: 'flatline';
  readonly timespanMs: number;
  readonly threshold: number;
  readonly forgetAfterMs: number;
}

/** The share of the weight in the window that is of the `numerator`, once there is `minDenominator` of it. */
export interface RatioSpec extends Partial<RuleInputs> {
  readonly type: 'ratio';
  readonly timespanMs: number;
  /**
   * Conditions as they were written; the matcher evaluates them and says so in the match. Where the window names rules: the
   * ids of those whose matches count.
   */
  readonly numerator: unknown;
  readonly minDenominator: number;
  readonly condition: WindowCondition;
  readonly reset: boolean;
}

/** One way in which rules may come together. Numbers are places in `rules`. */
export interface RuleSequence {
  /** All of these match, in this order where the window is ordered; never empty, and each once where it is not. */
  readonly all: readonly number[];
  /** None of these matches for a timespan, counted from the earliest of the matches of `all`. */
  readonly none: readonly number[];
}

/**
 * Several rules match in the timespan, in any order or in the listed one. `condition` judges how many different rules
 * do; without it one of `sequences` must come about.
 */
export interface TemporalSpec extends RuleInputs {
  readonly type: 'temporal' | 'temporal_ordered';
  readonly timespanMs: number;
  readonly sequences: readonly RuleSequence[];
  readonly condition?: WindowCondition;
  /** What was written of rules, `and`, `or` and `not`, for people. */
  readonly expression?: string;
  readonly reset: boolean;
}

/** The validated window of a rule; one member for each kind. */
export type WindowSpec =
  | EventCountSpec
  | ValueCountSpec
  | ValueMeasureSpec
  | ValuePercentileSpec
  | NewTermSpec
  | ChangeSpec
  | SpikeSpec
  | FlatlineSpec
  | RatioSpec
  | TemporalSpec;
