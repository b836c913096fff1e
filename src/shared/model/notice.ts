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
 * What became of a message on its way. A closed set. `not-taken`: its receiver failed to take it, and it is tried again;
 * `delivered`: it did in the end; `given-up`: it never will, unless a person has it `sent-again`. `in-digest`: where an
 * incident is an alert, it has none, for a digest told of it (`told`); so what was to be said of that alert is not.
 */
export type DeliveryNews = 'not-taken' | 'delivered' | 'given-up' | 'sent-again' | 'in-digest';

/**
 * One decision whether a receiver is told of an incident, or what became of that on its way, kept with the incident. What is decided alike several times in
 * a row is kept once, with the time of the first.
 */
export interface Notice {
  /** ISO-8601 UTC, by the wall clock. */
  readonly at: string;
  /** Empty where there is none; of what became of a message its channel too, such as `soc/slack`. */
  readonly receiver: string;
  readonly told: boolean;
  readonly reason: NotifyReason | WithheldReason | DeliveryNews;
  /** By which silence or incident, until when, by which route; in words. */
  readonly detail: string;
}

/** A notice and the incident that it is about. */
export interface IncidentNotice {
  readonly incidentId: string;
  readonly notice: Notice;
}
