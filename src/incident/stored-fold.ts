import { invariant } from '../shared/invariant.ts';
import type { Announced, PutAside } from './announced.ts';
import { type Episode, firingName } from './episode.ts';
import type { Whole } from './whole.ts';

/** What of an incident is not in its document. */
type FoldedParts = Pick<
  Announced,
  'anchorMs' | 'firstMs' | 'lastMs' | 'episode' | 'settled' | 'isOver' | 'putAside' | 'whole'
>;

/** An episode without its evidence, which the incident's document holds. */
export type StoredEpisode = Omit<Episode, 'evidence'> & { readonly evidence: number };

/** Milliseconds; null: those of the fold's `anchorMs`, which is most of them. */
type StoredMs = number | null;

/** The same in the order of its members: this is written for every firing, and names would be most of it. */
type EpisodeRow = readonly [
  firstMs: StoredMs,
  lastMs: StoredMs,
  firstSeenMs: StoredMs,
  lastSeenMs: StoredMs,
  events: number,
  firings: number,
  peak: number,
  evidence: number,
  heldUntilMs: number | null,
];

/** The `fold` of a stored incident, as JSON. Version 2. */
interface StoredFold {
  readonly v: 2;
  readonly anchorMs: number;
  readonly span: readonly [firstMs: StoredMs, lastMs: StoredMs];
  /** Times of the document's evidence. */
  readonly evidenceMs: readonly StoredMs[];
  /** `episode`: all of that, as it is where no firing can be withdrawn. */
  readonly settled: EpisodeRow | 'episode' | null;
  readonly episode: EpisodeRow | null;
  /** Each left out where it is not so. */
  readonly settledEvidence?: readonly number[];
  readonly isOver?: boolean;
  readonly putAside?: PutAside;
  /** What persons merged into it. */
  readonly whole?: Whole;
}

/** A fold with everything named: as it is read, and as version 1 was written. */
export interface ReadFold {
  readonly v: 1;
  readonly anchorMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly evidenceMs: readonly number[];
  readonly settled: StoredEpisode | 'episode' | null;
  readonly episode: StoredEpisode | null;
  /**
   * Which of the episode's evidence is of what is settled, where that is not the first: what fired before its rule changed
   * is settled, and what fires by the new rule may be earlier.
   */
  readonly settledEvidence?: readonly number[];
  /** Missing in folds that were stored before persons could act. */
  readonly isOver?: boolean;
  readonly putAside?: PutAside | null;
  readonly whole?: Whole;
}

/**
 * The `fold` of an incident that is not final. Of one that fired once, by one match, and of which nothing else is to be
 * said, that is a number alone, its `anchorMs`: in a storm most are, and to write so many numbers takes as long as a hash.
 */
export const writeFold = (announced: FoldedParts): string =>
  isOfOneMatch(announced) ? String(announced.anchorMs) : JSON.stringify(foldOf(announced));

function isOfOneMatch(announced: FoldedParts): boolean {
  const { anchorMs, firstMs, lastMs, episode, settled, isOver, putAside, whole } = announced;
  if (episode === null || settled !== episode || isOver || putAside !== null || whole !== null) return false;
  const { firstSeenMs, lastSeenMs, events, firings, peak, evidence, heldUntilMs } = episode;
  const [one, second] = evidence;
  if (one === undefined || second !== undefined || events !== 1 || firings !== 1 || peak !== 1) return false;
  if (heldUntilMs !== null || firstMs !== anchorMs || lastMs !== anchorMs || one.timeMs !== anchorMs)
    return false;
  const isSpan = firstSeenMs === anchorMs && lastSeenMs === anchorMs;
  return isSpan && episode.firstMs === anchorMs && episode.lastMs === anchorMs;
}

const ofOneMatch = (ms: number): ReadFold => ({
  v: 1,
  anchorMs: ms,
  firstMs: ms,
  lastMs: ms,
  evidenceMs: [ms],
  settled: 'episode',
  episode: {
    firstMs: ms,
    lastMs: ms,
    firstSeenMs: ms,
    lastSeenMs: ms,
    events: 1,
    firings: 1,
    peak: 1,
    evidence: 1,
    heldUntilMs: null,
  },
});

function foldOf(announced: FoldedParts): StoredFold {
  const { anchorMs, firstMs, lastMs, episode, settled, isOver, putAside, whole } = announced;
  const storedMs = (ms: number): StoredMs => (ms === anchorMs ? null : ms);
  return {
    v: 2,
    anchorMs,
    span: [storedMs(firstMs), storedMs(lastMs)],
    evidenceMs: episode?.evidence.map((kept) => storedMs(kept.timeMs)) ?? [],
    settled: settled === null ? null : settled === episode ? 'episode' : episodeRow(settled, storedMs),
    episode: episode === null ? null : episodeRow(episode, storedMs),
    ...settledEvidenceOf(announced),
    ...(isOver ? { isOver } : {}),
    ...(putAside === null ? {} : { putAside }),
    ...(whole === null ? {} : { whole }),
  };
}

function settledEvidenceOf({ episode, settled }: FoldedParts): Pick<StoredFold, 'settledEvidence'> {
  if (episode === null || settled === null || settled === episode) return {};
  const names = episode.evidence.map(firingName);
  const places = settled.evidence.map((kept) => names.indexOf(firingName(kept)));
  if (places.every((place, index) => place === index)) return {};
  return { settledEvidence: places.filter((place) => place !== -1) };
}

const episodeRow = (episode: Episode, storedMs: (ms: number) => StoredMs): EpisodeRow => [
  storedMs(episode.firstMs),
  storedMs(episode.lastMs),
  storedMs(episode.firstSeenMs),
  storedMs(episode.lastSeenMs),
  episode.events,
  episode.firings,
  episode.peak,
  episode.evidence.length,
  episode.heldUntilMs,
];

/** The inverse of `writeFold`, of any version. */
export function readFold(text: string, incidentId: string): ReadFold {
  const fold = JSON.parse(text) as number | StoredFold | ReadFold;
  if (typeof fold === 'number') return ofOneMatch(fold);
  if (fold.v === 1) return fold;
  invariant(fold.v === 2, `the fold of incident ${incidentId} has the unknown version ${JSON.parse(text).v}`);
  const { anchorMs, span, evidenceMs, settled, episode, ...rest } = fold;
  const ms = (stored: StoredMs): number => stored ?? anchorMs;
  const named = ([firstMs, lastMs, firstSeenMs, lastSeenMs, ...counts]: EpisodeRow): StoredEpisode => {
    const [events, firings, peak, evidence, heldUntilMs] = counts;
    return {
      firstMs: ms(firstMs),
      lastMs: ms(lastMs),
      firstSeenMs: ms(firstSeenMs),
      lastSeenMs: ms(lastSeenMs),
      events,
      firings,
      peak,
      evidence,
      heldUntilMs,
    };
  };
  return {
    ...rest,
    v: 1,
    anchorMs,
    firstMs: ms(span[0]),
    lastMs: ms(span[1]),
    evidenceMs: evidenceMs.map(ms),
    settled: settled === null || settled === 'episode' ? settled : named(settled),
    episode: episode === null ? null : named(episode),
  };
}
