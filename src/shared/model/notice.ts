import type { NotifyReason } from './notification.ts';

/**
 * Why nobody is told of a change, or not yet. A closed set: metric label. `inhibited`, `muted`, `silenced`,
 * `maintenance` and `waiting-for-group` end by themselves or by persons, and those who are to hear of it hear then.
 */
export type WithheldReason =
  | 'shadow'
  | 'never-told'
  | 'inhibited'
  | 'muted'
  | 'silenced'
  | 'maintenance'
  | 'acknowledged-no-repeat'
  | 'waiting-for-group'
  | 'nothing-new'
  | 'resolved-not-asked'
  | 'no-receiver'
  | 'unknown-receiver';

/**
 * One decision whether a receiver is told of an incident, kept with the incident. What is decided alike several times in
 * a row is kept once, with the time of the first.
 */
export interface Notice {
  /** ISO-8601 UTC, by the wall clock. */
  readonly at: string;
  /** Empty where there is none. */
  readonly receiver: string;
  readonly told: boolean;
  readonly reason: NotifyReason | WithheldReason;
  /** By which silence or incident, until when, by which route; in words. */
  readonly detail: string;
}
