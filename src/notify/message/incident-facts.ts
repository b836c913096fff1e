import { compileField } from '../../shared/field-path.ts';
import { isoToMs } from '../../shared/iso-to-ms.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { countOf, timeText } from './time-text.ts';
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
  acknowledged: 'Acknowledged',
  raised: 'More severe',
  repeated: 'Still open',
  escalated: 'Escalated',
};

export const severityMarks: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  high: '🟠',
  medium: '🟡',
  low: '🔵',
  informational: '⚪',
};

const over: ReadonlySet<NotifyReason> = new Set(['resolved', 'revised', 'merged', 'acknowledged']);

/** Whether what is told of calls for somebody: nobody has it yet, and it is not over. */
export const isStanding = (reason: NotifyReason): boolean => !over.has(reason);

/** A sign that is seen before anything is read: the severity of what stands, eyes where somebody has it, a tick for what is over. */
export function markOf({ reason, incident }: Notification): string {
  if (reason === 'acknowledged') return '👀';
  return isStanding(reason) ? severityMarks[incident.severity] : '✅';
}

/** `High`, `Reopened, high`, `Resolved, high`. */
export function kickerOf({ reason, incident }: Notification): string {
  if (reason === 'opened') return capitalised(incident.severity);
  return `${reasonWords[reason]}, ${incident.severity}`;
}

/** Where an incident is not grouped, its first event says who and where. */
const whoFields = ['user.name', 'source.ip', 'host.name', 'host.hostname', 'destination.ip'];

/** Who or what it is about, and where: the group's values; without a group the main fields of the first event. */
export function whoFacts(incident: Incident): readonly Fact[] {
  const group = Object.entries(incident.group).map(([label, value]) => ({ label, value: textOf(value) }));
  if (group.length > 0) return group;
  const event = incident.evidence[0]?.event ?? null;
  return whoFields.flatMap((label) => {
    const value = compileField(label)(event);
    return value === undefined || value === null || value === '' ? [] : [{ label, value: textOf(value) }];
  });
}

/** How often, since when. */
export function measureFacts(incident: Incident): readonly Fact[] {
  const { firstSeen, lastSeen, events, firings, remediation, assignee, flaps, severitySetBy } = incident;
  const merged = incident.mergedFrom?.length ?? 0;
  const facts = [
    { label: 'First seen', value: timeText(firstSeen) },
    {
      label: 'Last seen',
      value: `${timeText(lastSeen)}${laterText(isoToMs(lastSeen) - isoToMs(firstSeen))}`,
    },
    { label: 'Events', value: String(events) },
    { label: 'Firings', value: String(firings) },
  ];
  const more = [
    ...(assignee === null ? [] : [{ label: 'Assigned to', value: assignee }]),
    ...(severitySetBy === null ? [] : [{ label: 'Severity set by', value: severitySetBy }]),
    ...(flaps === 0 ? [] : [{ label: 'Came back', value: countOf(flaps, 'time') }]),
    ...(merged === 0 ? [] : [{ label: 'Merged into it', value: countOf(merged, 'incident') }]),
    ...(remediation.length === 0
      ? []
      : [{ label: 'Remediation proposed', value: String(remediation.length) }]),
  ];
  return [...facts, ...more];
}

const units: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** `, 3m later`, in its two greatest units; nothing below a second. */
function laterText(ms: number): string {
  const words: string[] = [];
  let leftMs = Number.isFinite(ms) ? ms : 0;
  for (const [unit, size] of units) {
    const count = Math.floor(leftMs / size);
    leftMs -= count * size;
    if (count > 0) words.push(`${count}${unit}`);
    else if (words.length > 0) break;
  }
  return words.length === 0 ? '' : `, ${words.slice(0, 2).join(' ')} later`;
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
