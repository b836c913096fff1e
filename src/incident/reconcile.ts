/** Which incident, of those already told of, goes with which episode, after firings came, moved or went. */

/** An announced incident that may still change. */
export interface Claimant {
  readonly id: string;
  /** Time of the first firing it was opened with. */
  readonly anchorMs: number;
  /** Times of the first and last firing that it was last known to hold. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** False for one that was closed as merged or revised: it comes back only where no other has the place. */
  readonly isLive: boolean;
}

/** An interval of firings. */
export interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface Reconciliation<C extends Claimant> {
  /** For each episode the incident that stands for it; null: a new one is to be opened. */
  readonly owners: readonly (C | null)[];
  /** Incidents whose firings now belong to another's episode. */
  readonly merged: readonly { readonly claimant: C; readonly episode: number }[];
  /** Incidents near which nothing fires any more. */
  readonly orphans: readonly C[];
}

/**
 * Gives each episode at most one incident. An incident goes with the episode that holds the firing it was opened with;
 * else with the one its firings overlap; else with the nearest that is less than dedup away (its firing has moved).
 * Where several meet, one that is open goes before one that was closed, then the earliest: the others are merged into
 * it. So an id is opened at most once: an episode that holds a known incident's first firing always has an owner.
 */
export function reconcile<C extends Claimant>(
  announced: readonly C[],
  episodes: readonly Span[],
  dedupMs: number,
): Reconciliation<C> {
  const claims: C[][] = episodes.map(() => []);
  const orphans: C[] = [];
  for (const claimant of announced) {
    const claimed = claims[episodeOf(claimant, episodes, dedupMs)];
    if (claimed === undefined) orphans.push(claimant);
    else claimed.push(claimant);
  }
  const merged: { claimant: C; episode: number }[] = [];
  const owners = claims.map((claimants, episode) => {
    const [owner, ...others] = claimants.sort(byPrecedence);
    for (const claimant of others) merged.push({ claimant, episode });
    return owner ?? null;
  });
  return { owners, merged, orphans };
}

function byPrecedence(a: Claimant, b: Claimant): number {
  if (a.isLive !== b.isLive) return a.isLive ? -1 : 1;
  return a.firstMs - b.firstMs || a.anchorMs - b.anchorMs || (a.id < b.id ? -1 : 1);
}

/** Index of the episode that an incident goes with; -1: none. */
function episodeOf(claimant: Claimant, episodes: readonly Span[], dedupMs: number): number {
  const anchor = { firstMs: claimant.anchorMs, lastMs: claimant.anchorMs };
  const holding = episodes.findIndex((episode) => distance(episode, anchor) === 0);
  if (holding >= 0) return holding;
  let nearest = -1;
  let nearestMs = dedupMs;
  for (const [index, episode] of episodes.entries()) {
    const awayMs = distance(episode, claimant);
    if (awayMs < nearestMs) [nearest, nearestMs] = [index, awayMs];
  }
  return nearest;
}

/** Milliseconds between two intervals; 0 where they overlap. */
const distance = (a: Span, b: Span): number => Math.max(0, b.firstMs - a.lastMs, a.firstMs - b.lastMs);
