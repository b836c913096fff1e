import type { Incident } from './incident.ts';

/**
 * What happened to an incident in one batch. A closed set: metric label, `ce_type`, and reason to tell people. Of those
 * after `reopened` and of what persons resolved or reopened the last history entry says who, and from what to what.
 */
export const incidentChangeKinds = [
  'opened',
  'updated',
  'resolved',
  'merged',
  'revised',
  'reopened',
  'acknowledged',
  'unacknowledged',
  'assigned',
  'noted',
  'severity-changed',
  'absorbed',
  'unmerged',
  'released',
] as const;

export type IncidentChangeKind = (typeof incidentChangeKinds)[number];

/** One new version of an incident: at most one an incident and batch. */
export interface IncidentChange {
  readonly kind: IncidentChangeKind;
  readonly incident: Incident;
}
