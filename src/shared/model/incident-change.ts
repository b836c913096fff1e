import type { Incident } from './incident.ts';

/** What happened to an incident in one batch. A closed set: metric label, `ce_type`, and reason to tell people. */
export type IncidentChangeKind = 'opened' | 'updated' | 'resolved' | 'merged' | 'revised' | 'reopened';

/** One new version of an incident: at most one an incident and batch. */
export interface IncidentChange {
  readonly kind: IncidentChangeKind;
  readonly incident: Incident;
}
