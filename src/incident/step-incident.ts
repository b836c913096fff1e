import { invariant } from '../shared/invariant.ts';
import { isoTime } from '../shared/iso-time.ts';
import { type HistoryEntry, type Incident, itself } from '../shared/model/incident.ts';
import type { IncidentChangeKind } from '../shared/model/incident-change.ts';
import { severityRank } from '../shared/model/severity.ts';
import { type IncidentStep, standOf, type Transition, transition } from './transitions.ts';

/**
 * An incident that flaps for days must not grow for ever. Beyond this many entries the oldest of tocsin's own leave
 * first, then the oldest of persons. The first of all stays, for it says when the incident opened, and so does the last of
 * each kind: by these it is known how the incident stands, also behind a merge.
 */
const historyMax = 200;

/** An incident after a step, not yet numbered, and what to tell of it. */
export interface Stepped {
  readonly incident: Incident;
  readonly change: IncidentChangeKind;
}

export type StepEntry = Pick<HistoryEntry, 'time' | 'who' | 'note' | 'from' | 'to'>;

/** Carries a transition out: status, reason, flaps, and the entry in the history. Pure. */
export function stepped(
  incident: Incident,
  { status, reason, what, change, isFlap }: Extract<Transition, { kind: 'change' }>,
  entry: StepEntry,
): Stepped {
  // Each further firing comes here: nothing is copied for it.
  if (what === null && status === incident.status) return { incident, change };
  const moved: Incident = {
    ...incident,
    status,
    reason: reason ?? incident.reason,
    flaps: isFlap ? incident.flaps + 1 : incident.flaps,
    mergedInto: status === 'merged' ? incident.mergedInto : null,
  };
  return { incident: what === null ? moved : withHistory(moved, { what, ...entry }), change };
}

/** What tocsin itself does to an incident at an event time; null where it changes nothing. */
export function steppedByItself(
  incident: Incident,
  step: IncidentStep,
  { atMs, ...entry }: { readonly atMs: number } & Omit<StepEntry, 'time' | 'who'>,
): Stepped | null {
  const found = transition(standOf(incident), step);
  if (found.kind === 'none') return null;
  invariant(found.kind === 'change', `${found.number}: tocsin refuses itself "${step}"`);
  return stepped(incident, found, { time: isoTime(atMs), who: itself, ...entry });
}

/** With one entry more, of the version that is about to be made. */
export function withHistory(
  incident: Incident,
  { time, what, who, ...said }: Omit<HistoryEntry, 'version'>,
): Incident {
  const added = { time, what, who, version: incident.version + 1, ...said };
  return { ...incident, history: [...bounded(incident.history), added] };
}

/** Entries of another's history that an incident takes over with it: the newest of persons'. */
const borrowedMax = 20;

/** With what persons did to another incident that becomes part of this one; each entry says whose it is. */
export function borrowing({ history, ...incident }: Incident, from: Incident): Incident {
  const persons = from.history.filter(({ who }) => who !== itself).slice(-borrowedMax);
  const entries = persons.map(({ version: _, ...entry }) => ({ ...entry, of: entry.of ?? from.id }));
  return {
    ...incident,
    history: entries.reduce<readonly HistoryEntry[]>((all, one) => [...bounded(all), one], history),
  };
}

function bounded(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  if (history.length < historyMax) return history;
  const last = new Map(history.map((entry, index) => [kindOf(entry), index]));
  const mayLeave = (entry: HistoryEntry, index: number): boolean =>
    index > 0 && (entry.of !== undefined || last.get(kindOf(entry)) !== index);
  const ours = history.findIndex((entry, index) => entry.who === itself && mayLeave(entry, index));
  // There are far fewer kinds than entries: one of them may always leave.
  return history.toSpliced(ours < 0 ? history.findIndex(mayLeave) : ours, 1);
}

/** What was done, whether by tocsin itself, and whether it made the incident more severe. Another incident's is none of its own. */
const kindOf = (entry: HistoryEntry): string =>
  entry.of === undefined ? `${entry.what} ${entry.who === itself} ${isRaise(entry)}` : '';

/** Whether the incident became more severe. */
export const isRaise = ({ what, from, to }: HistoryEntry): boolean =>
  what === 'severity-changed' && severityRank(to) > severityRank(from);
