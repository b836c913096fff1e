import { isoTime } from '../shared/iso-time.ts';
import { isoToMs } from '../shared/iso-to-ms.ts';
import { type HistoryEntry, type Incident, itself } from '../shared/model/incident.ts';
import { nameMax, type Refusal } from '../shared/model/incident-action.ts';
import { severities } from '../shared/model/severity.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { outdatedBy } from './act-on-incident.ts';
import { type Announced, finalIncident, storedIncident } from './announced.ts';
import { cutText } from './cut-event.ts';
import {
  announcedOf,
  type Merge,
  type Merged,
  moved,
  type Said,
  type Side,
  saidBy,
  withoutWhole,
} from './merge-incidents.ts';
import { refusalText } from './refusal-text.ts';
import { isRaise, steppedByItself, withHistory } from './step-incident.ts';
import { standOf, transition } from './transitions.ts';
import { hasLiveParts, showingWhole, type Whole, withPart } from './whole.ts';

interface Unmerge extends Merge {
  /** Of the rule of the one that is taken out. */
  readonly dedupMs: number;
}

/**
 * Takes an incident out of the one that a person merged it into. Its firings were never moved, so both are what they would
 * be by now: each counts what its own rule and group fired, meanwhile too. Pure.
 */
export function unmergeIncidents(one: Side, other: Side, unmerge: Unmerge): Result<Merged, Refusal> {
  const known = announcedOf(one);
  const before = known?.incident ?? one.row.incident;
  const found = headOf(before, other, unmerge);
  if (!found.ok) return found;
  const { head: from, isFinal } = found.value;
  const stands = from.whole?.parts.some(({ id, stands }) => id === before.id && stands === true) === true;
  const incident = standingAlone(before, { known, stands }, unmerge);
  const part = known === undefined ? null : { ...known, incident, putAside: putAsideOf(incident, known) };
  const head = releasing(from, before.id, saidBy(unmerge));
  return ok({
    changes: [
      { kind: 'unmerged', incident },
      { kind: 'released', incident: head.incident },
    ],
    stored: [
      part === null ? { ...one.row, incident } : storedIncident(part, one.row.groupKey, false),
      { ...withoutWhole(other.row), ...storedIncident(head, other.row.groupKey, isFinal) },
    ],
    part,
    head: isFinal ? null : head,
  });
}

interface Head {
  readonly head: Announced;
  readonly isFinal: boolean;
}

/** The one that it is part of, or why it cannot be taken out of it. */
function headOf(incident: Incident, other: Side, { request, intoVersion }: Unmerge): Result<Head, Refusal> {
  const known = announcedOf(other);
  const head = known ?? finalIncident(other.row);
  const into = head.incident;
  const no = (reason: Refusal['reason'], about: Incident): Result<Head, Refusal> =>
    fail({
      reason,
      message: `${about === into ? `incident ${into.id}: ` : ''}${refusalText(reason, about)}`,
    });
  const outdated = outdatedBy(incident, request.version);
  if (outdated !== null) return fail(outdated);
  const found = transition(standOf(incident), 'unmerge');
  if (found.kind === 'refused') return no(found.reason, incident);
  if (incident.mergedInto !== into.id) return no('part-of-another', incident);
  // Who takes several out of one makes versions of it, and knows of them.
  const faster = outdatedBy(into, intoVersion, cutText(request.who, nameMax));
  if (faster !== null) return fail({ ...faster, message: `incident ${into.id}: ${faster.message}` });
  const released = transition(standOf(into), 'release');
  if (released.kind === 'refused') return no(released.reason, into);
  const isApart = head.whole?.parts.some(({ id }) => id === incident.id) === true;
  return isApart ? ok({ head, isFinal: known === undefined }) : no('over-together', into);
}

/** How an incident stood before it was merged; `quiet`: nothing fired any more, and nobody opened it again. */
type Stood = 'open' | 'acknowledged' | 'resolved' | 'quiet';

/** By its history, which the merge itself ends. `wasQuiet`: it was once, and a person opened it again. */
function stoodBefore(history: readonly HistoryEntry[]): {
  readonly stood: Stood;
  readonly wasQuiet: boolean;
} {
  let stood: Stood = 'open';
  let wasQuiet = false;
  for (const entry of history.filter(({ of }) => of === undefined)) {
    const byItself = entry.who === itself;
    if (entry.what === 'resolved') {
      stood = byItself ? 'quiet' : 'resolved';
      wasQuiet ||= byItself;
    } else if (entry.what === 'acknowledged') stood = 'acknowledged';
    else if (opening.has(entry.what) || (stood === 'acknowledged' && isRaise(entry))) stood = 'open';
    // A late event had taken its firings away, and they came back: that was not quiet.
    if (entry.what === 'reopened' && byItself) wasQuiet = false;
  }
  return { stood, wasQuiet };
}

const opening: ReadonlySet<HistoryEntry['what']> = new Set(['opened', 'reopened', 'unacknowledged']);

const steps = {
  open: 'unmerge',
  quiet: 'unmerge',
  acknowledged: 'unmerge-acknowledged',
  resolved: 'unmerge-resolved',
} as const;

/** As it stood before, and over where its own firings have been quiet since. */
function standingAlone(
  before: Incident,
  { known, stands }: { readonly known: Announced | undefined; readonly stands: boolean },
  unmerge: Unmerge,
): Incident {
  const { stood, wasQuiet } = stoodBefore(before.history);
  const isOver = known === undefined || (known.isOver && !hasLiveParts(known.whole));
  const out = moved(before, steps[stood], { ...saidBy(unmerge), from: before.mergedInto });
  const quietMs = isoToMs(out.lastSeen) + unmerge.dedupMs;
  const isQuiet = isOver && (stood === 'quiet' || !(wasQuiet || stands));
  const quiet = isQuiet ? steppedByItself(out, 'quiet', { atMs: quietMs }) : null;
  const alone = quiet === null ? out : { ...quiet.incident, '@timestamp': isoTime(quietMs) };
  return { ...alone, version: before.version + 1 };
}

const putAsideOf = ({ status }: Incident, { putAside }: Announced): Announced['putAside'] =>
  status === 'resolved' ? putAside : null;

/** The other without it: with its own counts and those of what is still part of it. */
function releasing(head: Announced, part: string, said: Said): Announced {
  const { incident: before } = head;
  const whole = head.whole === null ? null : withPart(head.whole, part, null);
  if (whole === null) return head;
  const shown = showingWhole(moved(before, 'release', { ...said, from: part }), whole);
  const givenBack = givingBack(shown, part, said);
  const isNothingLeft = whole.own === null && whole.parts.length === 0;
  const note = 'a late event took away its own firings';
  const left = isNothingLeft
    ? (steppedByItself(givenBack, 'revised', { atMs: head.lastMs, note })?.incident ?? givenBack)
    : givenBack;
  // What persons do leaves the time of one that is resolved.
  const time = before.status === 'resolved' ? before['@timestamp'] : left['@timestamp'];
  const incident = { ...left, '@timestamp': time, version: before.version + 1 };
  return { ...head, incident, whole: isMadeOfOthers(whole) ? whole : null };
}

const isMadeOfOthers = ({ own, parts, folded, awaitsQuiet }: Whole): boolean =>
  own === null || parts.length > 0 || folded.length > 0 || awaitsQuiet;

/** Without the assignee and the severity that it had from the part, where nobody has changed them since. */
function givingBack(incident: Incident, part: string, { time, who }: Said): Incident {
  // What others brought along may say the same of it: where it was part of one of them for a while.
  const own = incident.history.filter(({ of }) => of === undefined);
  const absorbed = own.findLast((entry) => entry.what === 'absorbed' && entry.from === part);
  const lastOf = (what: HistoryEntry['what']): HistoryEntry | undefined => {
    const last = own.findLast((entry) => entry.what === what);
    return absorbed !== undefined && last?.version === absorbed.version ? last : undefined;
  };
  const entry = { time, who, note: `had from ${part}, which was part of it` };
  const assigned = lastOf('assigned');
  const unassigned =
    assigned === undefined
      ? incident
      : withHistory(
          { ...incident, assignee: null },
          { ...entry, what: 'assigned', from: incident.assignee, to: null },
        );
  const severity = severities.find((one) => one === lastOf('severity-changed')?.from);
  const isToLower = severity !== undefined && transition(standOf(incident), 'lower').kind === 'change';
  if (!isToLower) return unassigned;
  const lowered = moved(unassigned, 'lower', { ...entry, from: incident.severity, to: severity });
  return { ...lowered, severity, severitySetBy: null };
}
