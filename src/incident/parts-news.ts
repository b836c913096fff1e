import { isoToMs } from '../shared/iso-to-ms.ts';
import type { Evidence, Incident } from '../shared/model/incident.ts';
import type { IncidentChangeKind } from '../shared/model/incident-change.ts';
import type { Announced } from './announced.ts';
import { type Draft, louder } from './draft.ts';
import { steppedByItself } from './step-incident.ts';
import { isJoined } from './transitions.ts';
import { type Part, partOf, showingWhole, withPart } from './whole.ts';

/** What became of an incident that a person made part of another, for the other. */
export interface PartNews {
  readonly head: string;
  readonly part: string;
  /** Null: it is no part of it any more, for its firings are none, or another's. */
  readonly now: { readonly part: Part; readonly evidence: readonly Evidence[] } | null;
}

/** What one incident hears of its parts in one batch. */
export interface HeardOfParts {
  readonly news: readonly PartNews[];
  /** What was to be told of it in this batch already; null: nothing. */
  readonly earlier: IncidentChangeKind | null;
}

/** What the incident that this one is part of has to hear; null: nothing, or it is part of none. */
export function partNews({ before, after, kind, isFinal }: Draft): PartNews | null {
  if (before === null || !isJoined(before.incident)) return null;
  const head = before.incident.mergedInto ?? '';
  if (!isJoined(after.incident)) return { head, part: after.id, now: null };
  return kind === null && !isFinal
    ? null
    : { head, part: after.id, now: contribution(after.incident, !isFinal) };
}

export const contribution = (incident: Incident, isLive: boolean): NonNullable<PartNews['now']> => ({
  part: partOf(incident, isLive),
  evidence: incident.evidence,
});

/** An incident after what became of its parts: its counts are those of all; one that a person resolved comes back. */
export function hearingOfParts(draft: Draft, { news, earlier }: HeardOfParts): Draft {
  let { after, kind } = { ...draft, kind: earlier ?? draft.kind };
  for (const one of news) {
    const heard = hearing(after, one);
    after = heard.after;
    if (heard.change !== null) kind = louder(kind ?? 'updated', heard.change);
  }
  return { ...draft, after, kind };
}

interface Heard {
  readonly after: Announced;
  readonly change: IncidentChangeKind | null;
}

function hearing(head: Announced, { part: id, now }: PartNews): Heard {
  const { whole, incident } = head;
  const known = whole?.parts.find((part) => part.id === id);
  if (whole === null || known === undefined) return { after: head, change: null };
  const moved = withPart(whole, id, now);
  const shown = showingWhole(incident, moved);
  const after = { ...head, whole: moved, incident: shown };
  const isNothingLeft = moved.own === null && moved.parts.length === 0;
  if (isNothingLeft) return stepping(after, 'revised', 'a late event took away the firings of all its parts');
  if (now !== null && isSame(known, now.part)) return { after: { ...after, incident }, change: null };
  const isFiring = now !== null && (now.part.firings > known.firings || now.part.lastSeen > known.lastSeen);
  return incident.status !== 'resolved' || isFiring ? stepping(after, 'fired') : { after, change: 'updated' };
}

function stepping(after: Announced, step: 'fired' | 'revised', note?: string): Heard {
  const atMs = isoToMs(after.incident.lastSeen);
  const moved = steppedByItself(after.incident, step, { atMs, ...(note === undefined ? {} : { note }) });
  if (moved === null) return { after, change: 'updated' };
  return { after: { ...after, putAside: null, incident: moved.incident }, change: moved.change };
}

const isSame = (a: Part, b: Part): boolean =>
  a.events === b.events &&
  a.firings === b.firings &&
  a.peak === b.peak &&
  a.title === b.title &&
  a.firstSeen === b.firstSeen &&
  a.lastSeen === b.lastSeen;
