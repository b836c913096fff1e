import type { Group } from './group.ts';
import type { LogEvent } from './log-event.ts';
import type { EventPosition } from './position.ts';

/**
 * A firing: the moment a rule's window condition holds (semantics: docs/semantics.md). Identified within its group
 * by time and position. A rule without window fires at every match, with value = weight and matches = fresh = 1.
 */
export interface Firing {
  readonly timeMs: number;
  /** Position of the match at which it fired; null for a deadline (absence). */
  readonly position: EventPosition | null;
  /** The count, sum, ... that satisfied the condition. */
  readonly value: number;
  /** The window (fromMs, toMs]. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Times of the first and last contributing match, and how many there are. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly matches: number;
  /** How many of the contributing matches come after the match of the group's previous firing. */
  readonly fresh: number;
}

/** A firing with the event at which it happened, where that event is still at hand (it is not, when a late event made an older match fire). */
export interface FiringEvidence {
  readonly firing: Firing;
  readonly event: LogEvent | null;
}

/**
 * What one batch did to the firings of one (rule, group). At any time the group's firings are: those settled so far
 * (final, in order), then `tail()` (speculative, in order).
 */
export interface GroupFirings {
  readonly ruleId: string;
  readonly group: Group;
  /**
   * `appended`: every new firing stands after all earlier ones of the tail, and none was withdrawn.
   * `refolded`: a late event changed the tail; take `tail()` as the whole truth.
   * `unwindowed`: the rule has no window; firings are final as they come, in any order, and there is no tail.
   */
  readonly change: 'appended' | 'refolded' | 'unwindowed' | 'settled';
  /** New firings of this batch, in order. */
  readonly fired: readonly FiringEvidence[];
  /** Firings withdrawn by a late event, in order. */
  readonly withdrawn: readonly Firing[];
  /** Firings that became final with this batch, in order: they leave the front of the tail. */
  readonly settled: readonly Firing[];
  /** The speculative firings after this batch, in order. */
  tail(): readonly Firing[];
}
