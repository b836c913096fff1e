import { isoTime } from '../shared/iso-time.ts';
import { type Incident, itself } from '../shared/model/incident.ts';
import type { IncidentChangeKind } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import { type Severity, severityRank } from '../shared/model/severity.ts';
import type { Announced } from './announced.ts';
import { type Stepped, steppedByItself, withHistory } from './step-incident.ts';
import { hasLiveParts, showingWhole } from './whole.ts';

/** An incident after this batch. `kind` null: nothing that anybody is told. */
export interface Draft {
  readonly before: Announced | null;
  readonly after: Announced;
  readonly kind: IncidentChangeKind | null;
  readonly isFinal: boolean;
  /** It was not quiet: a bound ended it, or its rule is gone. */
  readonly endsEarly: boolean;
}

export const draftOf = (
  before: Announced | null,
  after: Announced,
  kind: IncidentChangeKind | null,
): Draft => ({ before, after, kind, isFinal: false, endsEarly: false });

export const unchanged = (before: Announced): Draft => draftOf(before, before, null);

const closed = (announced: Announced): Announced => ({
  ...announced,
  isLive: false,
  episode: null,
  settled: null,
  putAside: null,
});

/**
 * Over, at an event time. One that persons merged others into is over when the last of those is. One that opened or came back and is over already says both in one version: people are to hear
 * that it happened. One that a person has resolved is over without a word.
 */
export function resolving(draft: Draft, atMs: number, note?: string): Draft {
  const { after } = draft;
  const over = { ...closed(after), isOver: true };
  if (after.whole !== null && hasLiveParts(after.whole))
    return { ...draft, after: { ...over, whole: { ...after.whole, awaitsQuiet: true } } };
  const quiet = steppedByItself(after.incident, 'quiet', { atMs, ...(note === undefined ? {} : { note }) });
  if (quiet === null) return { ...draft, after: over };
  const incident = { ...quiet.incident, '@timestamp': isoTime(atMs) };
  const kind = draft.kind === 'opened' || draft.kind === 'reopened' ? draft.kind : 'resolved';
  return { ...draft, after: { ...over, incident }, kind };
}

/** Closed because its firings belong to an earlier incident of the group. */
export function merging(before: Announced, into: string): Draft {
  if (hasParts(before)) return standingForParts(before);
  const { incident } = before;
  const isWell = before.isLive ? false : incident.status !== 'merged' || incident.mergedInto === into;
  if (isWell) return unchanged(before);
  const entry = { atMs: before.lastMs, note: `into ${into}` };
  return closing(before, steppedByItself({ ...incident, mergedInto: into }, 'merged', entry));
}

/** Closed because a late event took its firings away. */
export function revising(before: Announced): Draft {
  if (hasParts(before)) return standingForParts(before);
  if (!before.isLive) return unchanged(before);
  const entry = { atMs: before.lastMs, note: 'a late event took away its firings' };
  return closing(before, steppedByItself(before.incident, 'revised', entry));
}

const hasParts = ({ whole }: Announced): boolean => whole !== null && whole.parts.length > 0;

/**
 * Its own firings are none, or another's; but a person said that others are part of it, and it stands for those: nobody
 * is to lose sight of them. The person can merge it into the other one.
 */
function standingForParts(before: Announced): Draft {
  const { whole, incident } = before;
  if (whole === null || !before.isLive) return unchanged(before);
  const parts = { ...whole, own: null, awaitsQuiet: true };
  const after = { ...closed(before), whole: parts, incident: showingWhole(incident, parts) };
  return draftOf(before, after, 'updated');
}

const closing = (before: Announced, step: Stepped | null): Draft =>
  step === null
    ? unchanged(before)
    : draftOf(before, closed({ ...before, incident: step.incident }), step.change);

/** What the rule says now, unless a person said otherwise: a step of the incident's life where it stands. */
export function asSevereAsRule(
  incident: Incident,
  change: IncidentChangeKind,
  { rule, atMs }: { readonly rule: Rule | undefined; readonly atMs: number },
): Stepped {
  if (rule === undefined || incident.severitySetBy !== null || rule.severity === incident.severity)
    return { incident, change };
  const entry = { atMs, note: 'its rule says so', from: incident.severity, to: rule.severity };
  const step = isHigher(rule.severity, incident.severity) ? 'rule-raises' : 'rule-lowers';
  const moved = steppedByItself(incident, step, entry);
  if (moved === null) return { incident, change };
  return { incident: { ...moved.incident, severity: rule.severity }, change: louder(change, moved.change) };
}

const isHigher = (a: Severity, b: Severity): boolean => severityRank(a) > severityRank(b);

/** Of two changes in one version: that something only went on gives way. */
export const louder = (change: IncidentChangeKind, other: IncidentChangeKind): IncidentChangeKind =>
  change === 'updated' ? other : change;

/**
 * What persons gave to incidents that turned out to be part of this one: its assignee where it has none, a severity
 * that a person set where it is higher and nobody set another. Their notes stay with them.
 */
export function inheriting(draft: Draft, merged: readonly Draft[]): Draft {
  let heir = draft;
  for (const { before, after, kind } of merged)
    if (kind === 'merged' && before?.isLive === true) heir = inheritingFrom(heir, after);
  return heir;
}

function inheritingFrom(draft: Draft, { incident: from, lastMs: atMs }: Announced): Draft {
  const legacy = { from, atMs, note: `from ${from.id}, which is part of it` };
  return inheritingSeverity(inheritingAssignee(draft, legacy), legacy);
}

interface Legacy {
  readonly from: Incident;
  readonly atMs: number;
  readonly note: string;
}

function inheritingAssignee(draft: Draft, { from, atMs, note }: Legacy): Draft {
  const { incident } = draft.after;
  if (incident.assignee !== null || from.assignee === null) return draft;
  const entry = {
    time: isoTime(atMs),
    what: 'assigned',
    who: itself,
    note,
    from: null,
    to: from.assignee,
  } as const;
  return become(draft, {
    incident: withHistory({ ...incident, assignee: from.assignee }, entry),
    change: 'assigned',
  });
}

function inheritingSeverity(draft: Draft, { from, atMs, note }: Legacy): Draft {
  const { incident } = draft.after;
  const { severity, severitySetBy } = from;
  const isToRise = incident.severitySetBy === null && severitySetBy !== null;
  if (!isToRise || !isHigher(severity, incident.severity)) return draft;
  const moved = steppedByItself(incident, 'rule-raises', {
    atMs,
    note,
    from: incident.severity,
    to: severity,
  });
  if (moved === null) return draft;
  return become(draft, { ...moved, incident: { ...moved.incident, severity, severitySetBy } });
}

const become = (draft: Draft, { incident, change }: Stepped): Draft => ({
  ...draft,
  after: { ...draft.after, incident },
  kind: louder(draft.kind ?? 'updated', change),
});
