import type { Incident } from '../shared/model/incident.ts';
import {
  type ActionRequest,
  mergedMax,
  nameMax,
  noteMax,
  type Refusal,
} from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import { severityRank } from '../shared/model/severity.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { outdatedBy } from './act-on-incident.ts';
import { type Announced, finalIncident, restoredIncident, storedIncident } from './announced.ts';
import { cutText } from './cut-event.ts';
import { contribution } from './parts-news.ts';
import { refusalText } from './refusal-text.ts';
import { borrowing, stepped, withHistory } from './step-incident.ts';
import { type IncidentStep, standOf, transition } from './transitions.ts';
import { showingWhole, wholeOf, withPart } from './whole.ts';

/** One of two incidents: as the store has it, and as its group holds it where it may still change. */
export interface Side {
  readonly row: StoredIncident;
  readonly known: Announced | undefined;
}

export interface Merge {
  readonly request: ActionRequest;
  /** The other's version that the person saw; null: whatever it is by now. */
  readonly intoVersion: number | null;
  /** The wall clock, for the history. */
  readonly time: string;
}

/** Both as they are then. `part` and `head` are null where they are final. */
export interface Merged {
  readonly changes: readonly [IncidentChange, IncidentChange];
  readonly stored: readonly [StoredIncident, StoredIncident];
  readonly part: Announced | null;
  readonly head: Announced | null;
}

/**
 * Makes one incident part of another, as a person asks for. Firings go on as if nobody had: each stays with the incident
 * of its own rule and group, and the other shows the counts of both. Pure.
 */
export function mergeIncidents(one: Side, other: Side, merge: Merge): Result<Merged, Refusal> {
  const known = announcedOf(one);
  const before = known?.incident ?? one.row.incident;
  const head = announcedOf(other);
  const into = head?.incident ?? other.row.incident;
  const refusal = refusalOf(before, into, merge);
  if (refusal !== null) return fail(refusal);
  const joined = joinedTo(into, before, merge);
  const part = known === undefined ? null : { ...known, incident: joined };
  const takes = absorbing(head ?? finalIncident(other.row), { joined, before, known }, merge);
  const isFinal = head === undefined && part === null;
  return ok({
    changes: [
      { kind: 'merged', incident: joined },
      { kind: 'absorbed', incident: takes.incident },
    ],
    stored: [
      part === null ? { ...one.row, incident: joined } : storedIncident(part, one.row.groupKey, false),
      { ...withoutWhole(other.row), ...storedIncident(takes, other.row.groupKey, isFinal) },
    ],
    part,
    head: isFinal ? null : takes,
  });
}

/** What a row that was final leaves behind, where it is not any more. */
export const withoutWhole = ({ whole }: StoredIncident): Pick<StoredIncident, 'whole'> =>
  whole === undefined ? {} : { whole: null };

/** As its group holds it; undefined: it is final. */
export const announcedOf = ({ row, known }: Side): Announced | undefined =>
  known ?? (row.fold === null ? undefined : restoredIncident(row));

function refusalOf(incident: Incident, into: Incident, { request, intoVersion }: Merge): Refusal | null {
  const no = (reason: Refusal['reason'], about: Incident): Refusal => ({
    reason,
    message: `${about === into ? `incident ${into.id}: ` : ''}${refusalText(reason, about)}`,
  });
  if (incident.id === into.id) return no('itself', incident);
  const outdated = outdatedBy(incident, request.version);
  if (outdated !== null) return outdated;
  // Who merges several into one makes versions of it, and knows of them.
  const other = outdatedBy(into, intoVersion, cutText(request.who, nameMax));
  if (other !== null) return { ...other, message: `incident ${into.id}: ${other.message}` };
  const found = transition(standOf(incident), 'merge');
  if (found.kind === 'refused') return no(found.reason, incident);
  const taken = transition(standOf(into), 'absorb');
  if (taken.kind === 'refused') return no(taken.reason, into);
  if (incident.shadow !== into.shadow) return no('only-one-in-shadow', incident);
  return (into.mergedFrom?.length ?? 0) >= mergedMax ? no('too-many-merged', into) : null;
}

/** Who says so, when and why, for the history. */
export interface Said {
  readonly time: string;
  readonly who: string;
  readonly note?: string;
}

export const saidBy = ({ request, time }: Merge): Said => ({
  time,
  who: cutText(request.who, nameMax),
  ...(request.note === '' ? {} : { note: cutText(request.note, noteMax) }),
});

function joinedTo(into: Incident, incident: Incident, merge: Merge): Incident {
  const joined = moved({ ...incident, mergedInto: into.id }, 'merge', { ...saidBy(merge), to: into.id });
  return { ...joined, version: incident.version + 1 };
}

/** The other: with its counts, what persons did to it, and who has it or how severe it is where that is more. */
function absorbing(
  head: Announced,
  {
    joined,
    before,
    known,
  }: { readonly joined: Incident; readonly before: Incident; readonly known: Announced | undefined },
  merge: Merge,
): Announced {
  const { version } = head.incident;
  const { part, evidence } = contribution(joined, known !== undefined);
  const now = { part: stands(before, known) ? ({ ...part, stands: true } as const) : part, evidence };
  const whole = withPart(head.whole ?? wholeOf(head.incident), joined.id, now);
  const borrowed = borrowing(head.incident, before);
  const absorbed = moved(borrowed, 'absorb', { ...saidBy(merge), from: joined.id });
  const heir = inheriting(absorbed, before, merge);
  return { ...head, whole, incident: { ...showingWhole(heir, whole), version: version + 1 } };
}

/** Over, and yet it is not resolved, nor waits for parts of its own: a person opened it again. */
function stands({ status }: Incident, known: Announced | undefined): boolean {
  const isOver = known === undefined || (known.isOver && known.whole?.awaitsQuiet !== true);
  return isOver && (status === 'open' || status === 'acknowledged');
}

function inheriting(incident: Incident, from: Incident, merge: Merge): Incident {
  const { who, time } = saidBy(merge);
  const note = `from ${from.id}, which is part of it`;
  const heir =
    incident.assignee === null && from.assignee !== null
      ? withHistory(
          { ...incident, assignee: from.assignee },
          { time, what: 'assigned', who, note, from: null, to: from.assignee },
        )
      : incident;
  const isHigher = severityRank(from.severity) > severityRank(heir.severity);
  if (!isHigher || heir.severitySetBy !== null) return heir;
  const raised = moved(heir, 'raise', { time, who, note, from: heir.severity, to: from.severity });
  return { ...raised, severity: from.severity, severitySetBy: who };
}

/** After a person's step that the table lets pass. */
export function moved(
  incident: Incident,
  step: IncidentStep,
  entry: Parameters<typeof stepped>[2],
): Incident {
  const found = transition(standOf(incident), step);
  return found.kind === 'change' ? stepped(incident, found, entry).incident : incident;
}
