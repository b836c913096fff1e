/**
 * Bounds of what is remembered for telling people: incidents that `waiting` for the time of their group, that are over and
 * `held` back by the calendar, `groups` without an incident, and `inhibitors`, incidents that inhibit others.
 */
export type TellingBound = 'waiting' | 'held' | 'groups' | 'inhibitors';

/** A bound that was met, and how many it was met by. */
export interface MetBound {
  readonly bound: TellingBound;
  readonly count: number;
}
