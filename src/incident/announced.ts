import { invariant } from '../shared/invariant.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import type { Episode } from './episode.ts';
import type { Claimant } from './reconcile.ts';

/** An incident that was told of and is not final: its document, and what is needed to go on folding into it. */
export interface Announced extends Claimant {
  readonly incident: Incident;
  /** What its document shows; null for one that is closed. */
  readonly episode: Episode | null;
  /** The part of its episode that no late event can change; null where there is none yet. */
  readonly settled: Episode | null;
}

/** Whether it was resolved as quiet. Such a one waits here only so that its id is not given again. */
export const isQuiet = (announced: Announced): boolean => announced.incident.reason === 'quiet';

/** An episode without its evidence, which the incident's document holds. */
type StoredEpisode = Omit<Episode, 'evidence'> & { readonly evidence: number };

/** The `fold` of a stored incident, as JSON. Version 1. */
interface StoredFold {
  readonly v: 1;
  readonly anchorMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Milliseconds of the times of the document's evidence. */
  readonly evidenceMs: readonly number[];
  readonly settled: StoredEpisode | null;
  readonly episode: StoredEpisode | null;
}

/** An announced incident as the store keeps it; with `isFinal` without its fold. */
export function storedIncident(announced: Announced, groupKey: string, isFinal: boolean): StoredIncident {
  const { incident } = announced;
  const fold = isFinal ? null : JSON.stringify(foldOf(announced));
  return { incident, ruleId: incident.rule.id, groupKey, fold };
}

function foldOf(announced: Announced): StoredFold {
  const { anchorMs, firstMs, lastMs, episode, settled } = announced;
  return {
    v: 1,
    anchorMs,
    firstMs,
    lastMs,
    evidenceMs: episode?.evidence.map((kept) => kept.timeMs) ?? [],
    settled: settled === null ? null : withoutEvidence(settled),
    episode: episode === null ? null : withoutEvidence(episode),
  };
}

const withoutEvidence = (episode: Episode): StoredEpisode => ({
  ...episode,
  evidence: episode.evidence.length,
});

/** The inverse of `storedIncident`, for one that is not final. */
export function restoredIncident({ incident, fold: text }: StoredIncident): Announced {
  invariant(text !== null, 'a final incident is not restored');
  const fold = JSON.parse(text) as StoredFold;
  invariant(fold.v === 1, `the fold of incident ${incident.id} has the unknown version ${fold.v}`);
  const { anchorMs, firstMs, lastMs } = fold;
  const isLive = fold.episode !== null;
  const episode = fold.episode === null ? null : withEvidence(fold.episode, fold, incident);
  const settled = fold.settled === null ? null : withEvidence(fold.settled, fold, incident);
  return { id: incident.id, incident, anchorMs, firstMs, lastMs, isLive, episode, settled };
}

/** Settled firings are the earliest of their episode, and so is their evidence. */
function withEvidence(stored: StoredEpisode, fold: StoredFold, incident: Incident): Episode {
  const evidence = incident.evidence.slice(0, stored.evidence).map((kept, index) => ({
    timeMs: fold.evidenceMs[index] ?? stored.firstMs,
    position: kept.position,
    event: kept.event,
  }));
  return { ...stored, evidence };
}
