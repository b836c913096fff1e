import { type CrashPoint, crashPoints } from './crash-points.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How one life of tocsin ends. */
export type KillPlan =
  /** From outside, so long after its start: mostly before it reads. */
  | { readonly kind: 'start-up'; readonly afterMs: number }
  /** From outside, so long after it has restored its state, or, where it is to read, after it has joined the group. */
  | { readonly kind: 'at-work'; readonly afterMs: number; readonly isReading: boolean }
  /** By itself, the nth time it comes to this point. */
  | { readonly kind: 'aimed'; readonly point: CrashPoint; readonly nth: number }
  /** From outside, so long after it was asked to stop. */
  | { readonly kind: 'stopping'; readonly workMs: number; readonly afterMs: number }
  /** From outside, so long after it has passed a silent partition by: before that comes back, or after. */
  | { readonly kind: 'passing'; readonly afterMs: number }
  /** Not killed: asked to stop, and let. */
  | { readonly kind: 'orderly'; readonly workMs: number };

/** Met once a life at most. */
const once: ReadonlySet<CrashPoint> = new Set([
  'state-opened',
  'restore-begun',
  'restore-half-read',
  'restore-read',
  'checkpoint-due',
]);

/** Met once in several transactions. */
const rare: ReadonlySet<CrashPoint> = new Set(['shard-due', 'shard-written', 'deltas-dropped']);

/** Old deltas are dropped once all 256 shards were written: only a long run comes to that. */
const killsBeforeDrop = 200;

/** Says how the next life ends. `isBrokerAway`: then only what needs no broker is worth aiming at. */
export type NextPlan = (now: { readonly isBrokerAway: boolean }) => KillPlan;

/** Of the kills half are aimed; the aimed ones go through all crash points in turn, in an order of their own. */
export function killPlans(random: SeededRandom, kills: number): NextPlan {
  const all = crashPoints.filter((point) => point !== 'deltas-dropped' || kills >= killsBeforeDrop);
  let points: CrashPoint[] = [];
  const aimed = (): KillPlan => {
    if (points.length === 0) points = shuffled(all, random);
    const point = points.pop()!;
    const nth = once.has(point) ? 1 : random.between(1, rare.has(point) ? 2 : 5);
    return { kind: 'aimed', point, nth };
  };
  return ({ isBrokerAway }) => {
    const draw = random.next();
    if (draw < 0.1 || isBrokerAway) return { kind: 'start-up', afterMs: random.between(100, 1_500) };
    if (draw < 0.6) return aimed();
    if (draw < 0.85)
      return { kind: 'at-work', afterMs: random.between(0, 1_200), isReading: random.chance(0.7) };
    const workMs = random.between(200, 900);
    if (draw < 0.95) return { kind: 'stopping', workMs, afterMs: random.between(0, 250) };
    return { kind: 'orderly', workMs };
  };
}

/** Lives from one passing to the next. */
const livesPerPassing = 5;

/**
 * For times in which partitions fall idle: beside the plans given there are lives that last until they have passed one. Where
 * the first of them did not come so far, those after it try, too.
 */
export function idlePlans(random: SeededRandom, others: NextPlan, passes: () => number): NextPlan {
  let life = 0;
  return (now) => {
    if (now.isBrokerAway) return others(now);
    life += 1;
    const isToPass = life % livesPerPassing === 2 || (life > 2 && passes() === 0);
    return isToPass ? { kind: 'passing', afterMs: random.between(0, 600) } : others(now);
  };
}

/** For a log to which nothing comes any more: then hardly any point is met. */
export const quietPlans =
  (random: SeededRandom): NextPlan =>
  () => ({ kind: 'at-work', afterMs: random.between(0, 1_500), isReading: random.chance(0.7) });

const shuffled = <T>(list: readonly T[], random: SeededRandom): T[] =>
  list
    .map((item) => ({ item, by: random.next() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
