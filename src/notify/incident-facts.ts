import type { Evidence, Incident } from '../shared/model/incident.ts';
import type { Notification, NotifyReason } from '../shared/model/notification.ts';
import type { Severity } from '../shared/model/severity.ts';
import { textOf } from './visible-text.ts';

/** What a message says about an incident, in words: the same by every channel. Raw: whoever shows it escapes it. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

const reasonWords: Readonly<Record<NotifyReason, string>> = {
  opened: 'New',
  reopened: 'Reopened',
  resolved: 'Resolved',
  revised: 'Withdrawn',
  merged: 'Merged',
};

const severityMarks: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  high: '🟠',
  medium: '🟡',
  low: '🔵',
  informational: '⚪',
};

const isStanding = (reason: NotifyReason): boolean => reason === 'opened' || reason === 'reopened';

/** A sign that is seen before anything is read: the severity of what stands, a tick for what is over. */
export const markOf = ({ reason, incident }: Notification): string =>
  isStanding(reason) ? severityMarks[incident.severity] : '✅';

/** `High`, `Reopened, high`, `Resolved, high`. */
export function kickerOf({ reason, incident }: Notification): string {
  if (reason === 'opened') return capitalised(incident.severity);
  return `${reasonWords[reason]}, ${incident.severity}`;
}

/** Why it fired, and why this message comes: whole sentences. */
export function whyText(notification: Notification): string {
  const summary = notification.incident.summary.trim();
  const reason = reasonSentence(notification);
  if (reason === '' || summary === '') return summary + reason;
  return /[.!?…]$/.test(summary) ? `${summary} ${reason}` : `${summary}. ${reason}`;
}

/** One sentence about why this message comes; empty for a new incident, whose summary says it. */
function reasonSentence({ reason, incident }: Notification): string {
  switch (reason) {
    case 'opened':
      return incident.status === 'resolved' ? 'It is already quiet again.' : '';
    case 'reopened':
      return 'It fired again after it had been resolved.';
    case 'resolved':
      return incident.reason === 'person' ? 'A person resolved it.' : `Quiet since ${incident.lastSeen}.`;
    case 'revised':
      return 'An event that arrived late shows that the rule did not fire after all.';
    case 'merged':
      return `An event that arrived late shows that it is part of incident ${incident.mergedInto ?? 'unknown'}.`;
  }
}

/** Who or what it is about: the group's values. */
export const groupFacts = (incident: Incident): readonly Fact[] =>
  Object.entries(incident.group).map(([label, value]) => ({ label, value: textOf(value) }));

/** When and how much. */
export function measureFacts(incident: Incident): readonly Fact[] {
  const facts = [
    { label: 'First seen', value: incident.firstSeen },
    { label: 'Last seen', value: incident.lastSeen },
    { label: 'Events', value: String(incident.events) },
    { label: 'Firings', value: String(incident.firings) },
  ];
  if (incident.remediation.length === 0) return facts;
  return [...facts, { label: 'Remediation proposed', value: String(incident.remediation.length) }];
}

/** One event of the evidence: when, where it stands, and its fields as JSON. */
export function evidenceLine({ time, position, event }: Evidence): string {
  const where =
    position === null ? '' : ` ${position.topic}/${position.partition}@${position.offset}.${position.index}`;
  return `${time}${where} ${event === null ? '(no longer at hand)' : JSON.stringify(event)}`;
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
