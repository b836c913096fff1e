export type Comparison = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';

/** One comparison, or two that form a range: all of them must hold. */
export type WindowCondition = Readonly<Partial<Record<Comparison, number>>>;

/** Number of matches (sum of weights) in (t - timespan, t]. */
export interface EventCountSpec {
  readonly type: 'event_count';
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  /** True: a firing empties the group's window, up to and including the match that fired. */
  readonly reset: boolean;
}

/** The validated window of a rule; one member for each kind. */
export type WindowSpec = EventCountSpec;
