import { isoToMs } from '../shared/iso-to-ms.ts';
import type { Evidence, Incident, MergedPart } from '../shared/model/incident.ts';
import { comparePositions } from '../shared/model/position.ts';

/** What firings say of an incident. */
export interface Counted extends Pick<Incident, 'firstSeen' | 'lastSeen' | 'events' | 'firings' | 'peak'> {
  readonly evidence: readonly Evidence[];
}

/** An incident that a person merged into this one, as far as its firings have come. */
export interface Part extends MergedPart {
  readonly peak: number;
  /** It may still change. */
  readonly isLive: boolean;
  /** It was over when it was merged, and a person had opened it again: it stands until a person resolves it. */
  readonly stands?: true;
}

/**
 * Of an incident that persons merged others into: what is its own, and what each of the others adds. So its document
 * has the counts of all of them, while its own firings are folded as if nobody had merged anything.
 */
export interface Whole {
  /** Null once a late event took all of its own firings away: then it stands for its parts. */
  readonly own: Counted | null;
  readonly parts: readonly Part[];
  /** The parts' earliest evidence, ten at most, each with the part that it is of. */
  readonly evidence: readonly { readonly of: string; readonly kept: Evidence }[];
  /** Merged before it was final the last time: counted in `own` for good. */
  readonly folded: readonly MergedPart[];
  /** Its own firings are over, and it resolves as quiet when those of its parts are. */
  readonly awaitsQuiet: boolean;
}

/** As many as of an incident of its own. */
const evidenceMax = 10;

export const countedOf = (incident: Incident): Counted => {
  const { firstSeen, lastSeen, events, firings, peak, evidence } = incident;
  return { firstSeen, lastSeen, events, firings, peak, evidence };
};

/** An incident that takes in its first part. */
export const wholeOf = (incident: Incident): Whole => ({
  own: countedOf(incident),
  parts: [],
  evidence: [],
  folded: incident.mergedFrom ?? [],
  awaitsQuiet: false,
});

export const partOf = (incident: Incident, isLive: boolean): Part => {
  const { id, rule, title, firstSeen, lastSeen, events, firings, peak } = incident;
  return { id, rule: rule.id, title, firstSeen, lastSeen, events, firings, peak, isLive };
};

export const hasLiveParts = (whole: Whole | null): boolean =>
  whole?.parts.some(({ isLive }) => isLive) === true;

/** With a part as it is now; `part` null: it is none any more. */
export function withPart(
  whole: Whole,
  id: string,
  now: { part: Part; evidence: readonly Evidence[] } | null,
): Whole {
  const others = whole.evidence.filter(({ of }) => of !== id);
  const added = (now?.evidence ?? []).map((kept) => ({ of: id, kept }));
  const at = whole.parts.findIndex((part) => part.id === id);
  const parts = whole.parts.filter((part) => part.id !== id);
  const before = whole.parts[at]?.stands === true ? ({ stands: true } as const) : {};
  if (now !== null) parts.splice(at < 0 ? parts.length : at, 0, { ...now.part, ...before });
  const evidence = [...others, ...added].sort((a, b) => byTime(a.kept, b.kept)).slice(0, evidenceMax);
  return { ...whole, parts, evidence };
}

/** The document with the counts of all that it stands for. Its words (title, why) stay its own. */
export function showingWhole(incident: Incident, { own, parts, evidence, folded }: Whole): Incident {
  const all = [...(own === null ? [] : [own]), ...parts];
  const [first] = all;
  const mergedFrom = [...folded, ...parts.map(asMerged)];
  const { mergedFrom: _, ...rest } = incident;
  // A late event took everything away: the counts stay those that were told, and nothing is part of it any more.
  if (first === undefined) return rest;
  const lastSeen = all.map((one) => one.lastSeen).reduce((a, b) => (isoToMs(b) > isoToMs(a) ? b : a));
  return {
    ...rest,
    firstSeen: all.map((one) => one.firstSeen).reduce((a, b) => (isoToMs(b) < isoToMs(a) ? b : a)),
    lastSeen,
    events: all.reduce((sum, { events }) => sum + events, 0),
    firings: all.reduce((sum, { firings }) => sum + firings, 0),
    peak: peakOf(incident, { own, parts }),
    evidence: [...(own?.evidence ?? []), ...evidence.map(({ kept }) => kept)]
      .sort(byTime)
      .slice(0, evidenceMax),
    '@timestamp': lastSeen,
    ...(mergedFrom.length === 0 ? {} : { mergedFrom }),
  };
}

/** The document with its own counts alone. */
export const showingOwn = (incident: Incident, whole: Whole | null): Incident =>
  whole === null ? incident : { ...incident, ...(whole.own ?? { evidence: [] }) };

/** Values of different rules do not compare: a count and a sum are not of one kind. */
function peakOf(incident: Incident, { own, parts }: Pick<Whole, 'own' | 'parts'>): number {
  const same = parts.filter(({ rule }) => rule === incident.rule.id).map(({ peak }) => peak);
  return Math.max(
    own?.peak ?? Number.NEGATIVE_INFINITY,
    ...(own === null && same.length === 0 ? [incident.peak] : same),
  );
}

const asMerged = ({ peak: _, isLive: __, stands: ___, ...merged }: Part): MergedPart => merged;

/** The order of firings, as `Episode` has it. */
function byTime(a: Evidence, b: Evidence): number {
  const ms = isoToMs(a.time) - isoToMs(b.time);
  if (ms !== 0) return ms;
  if (a.position === null || b.position === null)
    return (a.position === null ? 0 : 1) - (b.position === null ? 0 : 1);
  return comparePositions(a.position, b.position);
}
