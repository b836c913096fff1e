import type { Severity } from './severity.ts';

/** What a person does to an incident. Which is possible in which status: `incident/transitions.ts`. */
export type IncidentAction =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'unacknowledge' }
  /** Null: nobody has it any more. */
  | { readonly kind: 'assign'; readonly assignee: string | null }
  | { readonly kind: 'note' }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'severity'; readonly severity: Severity }
  /**
   * Makes it part of another (`into`), and takes it out of that again. `intoVersion` is the other's version that the person
   * saw; null: whatever it is by now.
   */
  | { readonly kind: 'merge' | 'unmerge'; readonly into: string; readonly intoVersion: number | null };

/** One person's wish, asked for beside the service and answered by it once. */
export interface ActionRequest {
  /** Of the incident. */
  readonly incidentId: string;
  /** The version the person saw: another one means that somebody was faster. Null: whatever it is by now. */
  readonly version: number | null;
  readonly action: IncidentAction;
  readonly who: string;
  /** Why, in words; what a note says. Empty where nothing was said. */
  readonly note: string;
}

/** Characters of a name and of a note that an incident keeps: a history of two hundred of them still fits into a record. */
export const nameMax = 100;
export const noteMax = 2_000;

/** Incidents that one can take in: its document must still fit into a record. */
export const mergedMax = 100;

/** Why an action was not done. A closed set: metric label. */
export type RefusalReason =
  | 'already-acknowledged'
  | 'not-acknowledged'
  | 'already-assigned'
  | 'already-open'
  | 'already-so-severe'
  | 'already-resolved'
  | 'never-fired'
  | 'part-of-another'
  | 'itself'
  | 'only-one-in-shadow'
  | 'too-many-merged'
  | 'not-merged'
  | 'merged-by-events'
  | 'over-together'
  | 'nothing-said'
  | 'somebody-was-faster'
  | 'no-such-version'
  | 'no-such-incident';

/** An action that was not done: why, and in `message` what stands in the way and what to do, for whoever asked. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly message: string;
}

/** What became of a request: `version` is the one it made, or the one at which it was refused (0: no such incident). */
export type ActionAnswer =
  | { readonly kind: 'done'; readonly version: number }
  | ({ readonly kind: 'refused'; readonly version: number } & Refusal);

/** A request as it waits. It is answered once, in the transaction that does it, and then never done again. */
export interface AskedAction {
  /** Of the request: rises in the order of asking. */
  readonly id: number;
  readonly request: ActionRequest;
}
