import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TocsinProcess } from '../support/tocsin-process.ts';
import type { BrokerRestarts } from './broker-restarts.ts';
import type { KillPlan, NextPlan } from './kill-plan.ts';
import type { Lives } from './lives.ts';
import { endsWithin, orderly } from './orderly-stop.ts';
import type { TortureWorld } from './torture-world.ts';

/** An aimed kill whose point is not met for so long (the broker may be away) comes from outside. */
const aimLimitMs = 6_000;
/** A process that has not begun to restore after so long is killed where it stands. */
const startLimitMs = 180_000;
/** tocsin ends by itself within a minute of being told to; a machine that is short of time needs more. */
const orderlyLimitMs = 180_000;
/** Lives that a restart of the broker may take part in before they wait for it. */
const livesWithoutBroker = 2;
/** A life that has passed nothing by after so long is killed all the same. */
const passingLimitMs = 180_000;

export interface Killed {
  readonly kills: number;
  readonly orderlyStops: number;
  /** Kills by the crash point at which they were aimed, or by what tocsin was doing when one from outside came. */
  readonly hits: ReadonlyMap<string, number>;
}

/** One life that has ended. */
export interface Life {
  readonly plan: KillPlan;
  readonly hit: string;
  readonly tookMs: number;
  /** Kills so far. */
  readonly kills: number;
}

export interface KillLoopOptions {
  readonly world: TortureWorld;
  readonly lives: Lives;
  readonly kills: number;
  readonly nextPlan: NextPlan;
  /** How often a partition was passed by so far. */
  readonly passes: () => number;
  readonly restarts: BrokerRestarts;
  /** Whether the broker is to be restarted beside the coming life. */
  readonly isRestartDue: () => boolean;
  readonly onLife: (life: Life) => void;
  /** Aborted, no further life begins. */
  readonly over: AbortSignal;
}

/** Lets tocsin live and die so many times. Throws when a life ends otherwise than planned: it must not end by itself. */
export async function killLoop(options: KillLoopOptions): Promise<Killed> {
  const hits = new Map<string, number>();
  const { restarts } = options;
  let killed: Killed = { kills: 0, orderlyStops: 0, hits };
  let withoutBroker = 0;
  while (killed.kills < options.kills && !options.over.aborted) {
    if (options.isRestartDue()) restarts.begin();
    withoutBroker = restarts.isUnderWay ? withoutBroker + 1 : 0;
    if (withoutBroker > livesWithoutBroker) await restarts.ended();
    const plan = options.nextPlan({ isBrokerAway: restarts.isUnderWay });
    const startedMs = Date.now();
    const hit = await liveAndDie(plan, options);
    hits.set(hit, (hits.get(hit) ?? 0) + 1);
    killed =
      hit === 'orderly stop'
        ? { ...killed, orderlyStops: killed.orderlyStops + 1 }
        : { ...killed, kills: killed.kills + 1 };
    options.onLife({ plan, hit, tookMs: Date.now() - startedMs, kills: killed.kills });
  }
  await restarts.ended();
  return killed;
}

/** One life. Returns what the kill hit. */
async function liveAndDie(plan: KillPlan, { world, lives, passes }: KillLoopOptions): Promise<string> {
  const phaseFile = join(world.folder, 'phase');
  rmSync(phaseFile, { force: true });
  const { clockOffsetMs, times } = world;
  const orders = {
    phaseFile,
    clockOffsetMs,
    times,
    ...(plan.kind === 'aimed' ? { dieAt: `${plan.point}:${plan.nth}` } : {}),
  };
  const tocsin = plan.kind === 'start-up' ? lives.cold(orders) : lives.warm(orders);
  const phase = (): string => (existsSync(phaseFile) ? readFileSync(phaseFile, 'utf8').trim() : '');
  // On a machine that is short of time it may not have come so far that it hears of a signal: then it is killed.
  const isUp = plan.kind === 'start-up' || (await hasRestored(tocsin, phase));
  if (!isUp) return killed(tocsin, phase());
  switch (plan.kind) {
    case 'start-up':
      await sleep(plan.afterMs);
      break;
    case 'at-work':
      if (plan.isReading) await hasJoined(tocsin, phase);
      await sleep(plan.afterMs);
      break;
    case 'aimed':
      await (plan.point === 'checkpoint-due' ? stopping(tocsin) : undefined);
      if (await endsWithin(tocsin, aimLimitMs)) return dead(tocsin, plan.point);
      break;
    case 'passing':
      await hasPassed(tocsin, passes);
      await sleep(plan.afterMs);
      break;
    case 'stopping':
      await sleep(plan.workMs);
      tocsin.signal('SIGTERM');
      await sleep(plan.afterMs);
      break;
    case 'orderly':
      await sleep(plan.workMs);
      return orderly(tocsin, { limitMs: orderlyLimitMs, phase });
  }
  const { signal, code } = await tocsin.end('SIGKILL');
  // Asked to stop, it may have been quicker than the kill.
  if (plan.kind === 'stopping' && signal === null && code === 0) return 'orderly stop';
  return dead(tocsin, phase() === '' ? 'loading code' : phase());
}

async function killed(tocsin: TocsinProcess, hit: string): Promise<string> {
  await tocsin.end('SIGKILL');
  return dead(tocsin, hit === '' ? 'loading code' : hit);
}

async function hasRestored(tocsin: TocsinProcess, phase: () => string): Promise<boolean> {
  const early = new Set(['', 'opening', 'restoring']);
  const limitMs = Date.now() + startLimitMs;
  while (tocsin.isRunning && early.has(phase()) && Date.now() < limitMs) await sleep(5);
  return !tocsin.isRunning || !early.has(phase());
}

/** Waits until it works; where the broker is away, or the machine short of time, not for ever. */
async function hasJoined(tocsin: TocsinProcess, phase: () => string): Promise<void> {
  const limitMs = Date.now() + aimLimitMs;
  while (tocsin.isRunning && phase() === 'joining' && Date.now() < limitMs) await sleep(5);
}

async function hasPassed(tocsin: TocsinProcess, passes: () => number): Promise<void> {
  const limitMs = Date.now() + passingLimitMs;
  const before = passes();
  while (tocsin.isRunning && passes() === before && Date.now() < limitMs) await sleep(20);
}

async function stopping(tocsin: TocsinProcess): Promise<void> {
  await sleep(300);
  tocsin.signal('SIGTERM');
}

async function dead(tocsin: TocsinProcess, hit: string): Promise<string> {
  const { signal, code, err } = await tocsin.finished();
  if (signal === 'SIGKILL') return hit;
  throw new Error(`tocsin ended by itself (${signal ?? code}) at ${hit}:\n${err}`);
}
