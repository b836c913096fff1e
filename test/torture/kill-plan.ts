import { type CrashPoint, crashPoints } from './crash-points.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How one life of tocsin ends. */
export type KillPlan =
  /** From outside, so long after its start: mostly before it reads. */
  | { readonly kind: 'start-up'; readonly afterMs: number }
  /** From outside, so long after it has begun to restore its state. */
  | { readonly kind: 'at-work'; readonly afterMs: number }
  /** By itself, the nth time it comes to this point. */
  | { readonly kind: 'aimed'; readonly point: CrashPoint; readonly nth: number }
  /** From outside, so long after it was asked to stop. */
  | { readonly kind: 'stopping'; readonly workMs: number; readonly afterMs: number }
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

/** Of the kills half are aimed; the aimed ones go through all crash points in turn, in an order of their own. */
export function killPlans(random: SeededRandom): () => KillPlan {
  let points: CrashPoint[] = [];
  const nextPoint = (): CrashPoint => {
    if (points.length === 0)
      points = crashPoints
        .map((point) => ({ point, by: random.next() }))
        .sort((a, b) => a.by - b.by)
        .map(({ point }) => point);
    return points.pop()!;
  };
  const aimed = (): KillPlan => {
    const point = nextPoint();
    return {
      kind: 'aimed',
      point,
      nth: once.has(point) ? 1 : random.between(1, point === 'shard-written' ? 2 : 5),
    };
  };
  return () => {
    const draw = random.next();
    if (draw < 0.5) return aimed();
    if (draw < 0.62) return { kind: 'start-up', afterMs: random.between(100, 900) };
    if (draw < 0.85) return { kind: 'at-work', afterMs: random.between(0, 1_200) };
    const workMs = random.between(200, 900);
    if (draw < 0.95) return { kind: 'stopping', workMs, afterMs: random.between(0, 250) };
    return { kind: 'orderly', workMs };
  };
}
