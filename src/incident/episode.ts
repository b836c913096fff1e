import type { Firing } from '../shared/model/firing.ts';
import type { EventFields } from '../shared/model/log-event.ts';
import { comparePositions, type EventPosition } from '../shared/model/position.ts';

/** How many of an episode's firings are kept as evidence: the earliest. */
const evidenceMax = 10;

/** One firing's event, cut to a bounded size; null where it was not at hand. */
export interface KeptEvidence {
  readonly timeMs: number;
  readonly position: EventPosition | null;
  readonly event: EventFields | null;
}

/**
 * Firings of one group that belong together: each less than the rule's dedup after the one before. A fold, of bounded
 * size however many firings there are.
 */
export interface Episode {
  /** Times of its first and its last firing. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Times of the first and the last contributing match. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Distinct contributing matches. */
  readonly events: number;
  readonly firings: number;
  /** The highest value of its firings. */
  readonly peak: number;
  /** The earliest firings, at most `evidenceMax`, in order. */
  readonly evidence: readonly KeptEvidence[];
  /** Not final before the watermark reaches this, though quiet: late firings still come in. Null: no such wait. */
  readonly heldUntilMs: number | null;
}

export interface AddFiring {
  readonly firing: Firing;
  readonly dedupMs: number;
  /** Called only where the firing is among the episode's earliest. */
  evidence(firing: Firing): KeptEvidence;
}

/**
 * Adds one firing to the episodes of its group, in place, and returns the episode it is in now. The episodes are in
 * order and at least dedup apart, before and after. Firings in order cost constant time; one that comes before others
 * extends or joins episodes, which is right only where every firing brings its own matches (a rule without window).
 */
export function addFiring(episodes: Episode[], add: AddFiring): Episode {
  const timeMs = add.firing.timeMs;
  let after = episodes.length;
  while (after > 0 && (episodes[after - 1]?.firstMs ?? timeMs) > timeMs) after -= 1;
  const left = episodes[after - 1];
  const right = episodes[after];
  const joinsLeft = left !== undefined && timeMs - left.lastMs < add.dedupMs;
  const joinsRight = right !== undefined && right.firstMs - timeMs < add.dedupMs;

  let episode = joinsLeft ? extended(left, add) : opened(add);
  if (joinsRight) episode = joined(episode, right);
  const from = joinsLeft ? after - 1 : after;
  episodes.splice(from, (joinsLeft ? 1 : 0) + (joinsRight ? 1 : 0), episode);
  return episode;
}

/** Whether two folds say the same of their firings. */
export function isSameEpisode(a: Episode, b: Episode): boolean {
  return (
    a.firstMs === b.firstMs &&
    a.lastMs === b.lastMs &&
    a.firstSeenMs === b.firstSeenMs &&
    a.lastSeenMs === b.lastSeenMs &&
    a.events === b.events &&
    a.firings === b.firings &&
    a.peak === b.peak &&
    a.evidence.length === b.evidence.length &&
    a.evidence.every((kept, index) => compareEvidence(kept, b.evidence[index] ?? kept) === 0)
  );
}

function opened(add: AddFiring): Episode {
  const { firing } = add;
  return {
    firstMs: firing.timeMs,
    lastMs: firing.timeMs,
    firstSeenMs: firing.firstMs,
    lastSeenMs: firing.lastMs,
    events: firing.matches,
    firings: 1,
    peak: firing.value,
    evidence: [add.evidence(firing)],
    heldUntilMs: null,
  };
}

/** A further firing brings only those matches that come after the match of the firing before it. */
function extended(episode: Episode, add: AddFiring): Episode {
  const { firing } = add;
  return {
    firstMs: Math.min(episode.firstMs, firing.timeMs),
    lastMs: Math.max(episode.lastMs, firing.timeMs),
    firstSeenMs: Math.min(episode.firstSeenMs, firing.firstMs),
    lastSeenMs: Math.max(episode.lastSeenMs, firing.lastMs),
    events: episode.events + firing.fresh,
    firings: episode.firings + 1,
    peak: Math.max(episode.peak, firing.value),
    evidence: withEvidence(episode.evidence, add),
    heldUntilMs: episode.heldUntilMs,
  };
}

function withEvidence(evidence: readonly KeptEvidence[], add: AddFiring): readonly KeptEvidence[] {
  const last = evidence.at(-1);
  const isLater = last === undefined || compareEvidence(last, add.firing) <= 0;
  if (isLater && evidence.length >= evidenceMax) return evidence;
  const kept = add.evidence(add.firing);
  return isLater ? [...evidence, kept] : earliest([...evidence, kept]);
}

/** Both in one: what each counts is its own. */
export function joined(a: Episode, b: Episode): Episode {
  return {
    firstMs: Math.min(a.firstMs, b.firstMs),
    lastMs: Math.max(a.lastMs, b.lastMs),
    firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),
    lastSeenMs: Math.max(a.lastSeenMs, b.lastSeenMs),
    events: a.events + b.events,
    firings: a.firings + b.firings,
    peak: Math.max(a.peak, b.peak),
    evidence: earliest([...a.evidence, ...b.evidence]),
    heldUntilMs: laterOf(a.heldUntilMs, b.heldUntilMs),
  };
}

const earliest = (evidence: KeptEvidence[]): KeptEvidence[] =>
  evidence.sort(compareEvidence).slice(0, evidenceMax);

const laterOf = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

type Placed = Pick<KeptEvidence, 'timeMs' | 'position'>;

/** The order of firings; one without a position (a deadline's) comes before those of the same time. */
function compareEvidence(a: Placed, b: Placed): number {
  if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs;
  if (a.position === null || b.position === null)
    return (a.position === null ? 0 : 1) - (b.position === null ? 0 : 1);
  return comparePositions(a.position, b.position);
}

/** One name for a firing within its group. */
export function firingName(firing: Placed): string {
  const at = firing.position;
  return at === null
    ? `${firing.timeMs}`
    : `${firing.timeMs} ${at.partition} ${at.offset} ${at.index} ${at.topic}`;
}
