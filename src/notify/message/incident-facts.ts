import { countOf, countText } from '../../shared/count-text.ts';
import { isoToMs } from '../../shared/iso-to-ms.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { isBlank, isEmpty, whoFields } from './main-fields.ts';
import { timeText } from './time-text.ts';
import { textOf, visibleText } from './visible-text.ts';

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

/** Values that stand behind a title, and characters of each. */
const titleValuesMax = 2;
const titleValueMax = 60;

/**
 * The title with whom and where: a rule's title that fills nothing in is the same for every host, and on a locked phone
 * it is all there is to read.
 */
export function titleOf(incident: Incident): string {
  const { title, rule } = incident;
  if (rule.title.includes('{{')) return title;
  const values = whoFacts(incident)
    .slice(0, titleValuesMax)
    .map(({ value }) => value)
    .filter((value) => !title.includes(value));
  return [title, values.map((value) => visibleText(value, { max: titleValueMax })).join(', ')]
    .filter((part) => part !== '')
    .join(': ');
}

/** Who or what it is about, and where: the group's values; without a group the main fields of the first event. */
export function whoFacts(incident: Incident): readonly Fact[] {
  const group = Object.entries(incident.group).map(([label, value]) => ({ label, value: groupWord(value) }));
  return group.length > 0 ? group : whoOf(incident.evidence[0]?.event);
}

/** Of each of user, host and addresses the first name that the event has; a value that stands already is not repeated. */
function whoOf(event: unknown): readonly Fact[] {
  const facts: Fact[] = [];
  for (const names of whoFields) {
    const found = names.find(({ read }) => isWord(read(event)));
    const value = found === undefined ? '' : textOf(found.read(event));
    if (found === undefined || facts.some((fact) => fact.value === value)) continue;
    facts.push({ label: found.name, value });
  }
  return facts;
}

const isWord = (value: unknown): boolean => !isBlank(value) && typeof value !== 'object';

/** An event may lack a field that it is grouped by, or have nothing in it. */
const groupWord = (value: unknown): string =>
  value === null || value === undefined ? '(none)' : isEmpty(value) ? '(empty)' : textOf(value);

/** How often, since when. */
export function measureFacts(incident: Incident): readonly Fact[] {
  const { events, firings, remediation, assignee, flaps, severitySetBy } = incident;
  const merged = incident.mergedFrom?.length ?? 0;
  return [
    ...seenFacts(incident),
    { label: 'Events', value: countText(events) },
    ...(firings <= 1 || firings === events ? [] : [{ label: 'Fired', value: countOf(firings, 'time') }]),
    ...(assignee === null ? [] : [{ label: 'Assigned to', value: assignee }]),
    ...(severitySetBy === null ? [] : [{ label: 'Severity set by', value: severitySetBy }]),
    ...(flaps === 0 ? [] : [{ label: 'Came back', value: countOf(flaps, 'time') }]),
    ...(merged === 0 ? [] : [{ label: 'Merged into it', value: countOf(merged, 'incident') }]),
    ...(remediation.length === 0
      ? []
      : [{ label: 'Remediation', value: `${countOf(remediation.length, 'command')} proposed` }]),
  ];
}

/** One time where both are of the same second. */
function seenFacts({ firstSeen, lastSeen }: Incident): readonly Fact[] {
  const first = timeText(firstSeen);
  const last = timeText(lastSeen);
  if (first === last) return [{ label: 'Seen', value: last }];
  const later = laterText(isoToMs(lastSeen) - isoToMs(firstSeen));
  return [
    { label: 'First seen', value: first },
    { label: 'Last seen', value: `${last}${later}` },
  ];
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
