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
  | { readonly kind: 'severity'; readonly severity: Severity };

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
