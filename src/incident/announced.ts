import { invariant } from '../shared/invariant.ts';
import { isoToMs } from '../shared/iso-to-ms.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import type { Episode, KeptEvidence } from './episode.ts';
import type { Claimant } from './reconcile.ts';
import { type ReadFold, readFold, type StoredEpisode, writeFold } from './stored-fold.ts';
import { showingOwn, type Whole } from './whole.ts';

/** An incident that was told of and is not final: its document, and what is needed to go on folding into it. */
export interface Announced extends Claimant {
  readonly incident: Incident;
  /** What its document shows; null for one that is closed. */
  readonly episode: Episode | null;
  /** The part of its episode that no late event can change; null where there is none yet. */
  readonly settled: Episode | null;
  /** It takes no firings any more, and waits here only so that its id is not given again. */
  readonly isOver: boolean;
  /** How far its firings had come when a person resolved it: what goes beyond reopens it. Null: no person did. */
  readonly putAside: PutAside | null;
  /** What persons merged into it; null: nothing. */
  readonly whole: Whole | null;
}

export type PutAside = Pick<Episode, 'firings' | 'lastMs'>;

/** Whether it fired more, or later, than when a person resolved it. */
export const goesBeyond = (episode: Episode, { firings, lastMs }: PutAside): boolean =>
  episode.firings > firings || episode.lastMs > lastMs;

/** An announced incident as the store keeps it; with `isFinal` without its fold. */
export function storedIncident(announced: Announced, groupKey: string, isFinal: boolean): StoredIncident {
  const { incident, whole } = announced;
  const fold = isFinal ? null : writeFold(announced);
  const row = { incident, ruleId: incident.rule.id, groupKey, fold };
  return isFinal && whole !== null ? { ...row, whole: JSON.stringify(whole) } : row;
}

/** The inverse of `storedIncident`, for one that is not final. */
export function restoredIncident({ incident, fold: text }: StoredIncident): Announced {
  invariant(text !== null, 'a final incident is not restored');
  const fold = readFold(text, incident.id);
  const { anchorMs, firstMs, lastMs, putAside = null, whole = null } = fold;
  const isOver = fold.isOver ?? (incident.status === 'resolved' && incident.reason === 'quiet');
  const isLive = fold.episode !== null;
  const own = showingOwn(incident, whole);
  const evidence = evidenceOf(fold, own);
  const episode = fold.episode === null ? null : withEvidence(fold.episode, evidence);
  const settled =
    fold.settled === 'episode'
      ? episode
      : fold.settled === null
        ? null
        : withEvidence(fold.settled, settledAmong(evidence, fold));
  const times = { anchorMs, firstMs, lastMs };
  return { id: incident.id, incident, ...times, isLive, episode, settled, isOver, putAside, whole };
}

/**
 * One that is final, as it is where persons merged others into it: with what each of them adds, where that was kept. It is
 * quiet, and would only be again once something else that is merged into it is.
 */
export function finalIncident({ incident, whole: text = null }: StoredIncident): Announced {
  const lastMs = isoToMs(incident.lastSeen);
  const times = { anchorMs: lastMs, firstMs: isoToMs(incident.firstSeen), lastMs };
  const over = { isLive: false, isOver: true, episode: null, settled: null, putAside: null };
  const whole = text === null ? null : { ...(JSON.parse(text) as Whole), awaitsQuiet: false };
  return { id: incident.id, incident, ...times, ...over, whole };
}

const evidenceOf = ({ evidenceMs, firstMs }: ReadFold, { evidence }: Incident): readonly KeptEvidence[] =>
  evidence.map(({ position, event }, index) => ({ timeMs: evidenceMs[index] ?? firstMs, position, event }));

/** Settled firings are the earliest of their episode, and so is their evidence, unless it is said which it is. */
const settledAmong = (
  evidence: readonly KeptEvidence[],
  { settledEvidence }: ReadFold,
): readonly KeptEvidence[] =>
  settledEvidence === undefined ? evidence : evidence.filter((_, index) => settledEvidence.includes(index));

const withEvidence = (stored: StoredEpisode, evidence: readonly KeptEvidence[]): Episode => ({
  ...stored,
  evidence: evidence.slice(0, stored.evidence),
});
