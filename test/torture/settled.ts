import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { recordCount } from '../support/kafka/topic-tools.ts';
import type { TocsinProcess } from '../support/tocsin-process.ts';
import type { TortureWorld } from './torture-world.ts';

/** Longer than this without any change, and it hangs. */
const standstillMs = 300_000;
/** Longer than this without less to do than ever before, and it does the same again and again. */
const endlessMs = 900_000;

interface Left {
  /** Records worked on. */
  readonly read: number;
  readonly outbox: number;
  /** Incidents that are not final. */
  readonly live: number;
  /** Wishes of persons that nobody has answered. */
  readonly waiting: number;
}

/** Waits until everything on the topic was worked on, every incident is final, and all of it was told. */
export async function settled(world: TortureWorld, tocsin: TocsinProcess): Promise<void> {
  const records = await recordCount(world.brokers, world.topics.logs);
  let best: Left | undefined;
  let last = '';
  let betterMs = Date.now();
  let otherMs = Date.now();
  for (;;) {
    const left = leftOf(world);
    if (left.read >= records && left.outbox + left.live + left.waiting === 0) return;
    if (best === undefined || isLess(left, best)) {
      best = lesser(left, best ?? left);
      betterMs = Date.now();
    }
    const now = JSON.stringify(left);
    if (now !== last) otherMs = Date.now();
    last = now;
    const isStuck = Date.now() - otherMs > standstillMs || Date.now() - betterMs > endlessMs;
    if (!tocsin.isRunning || isStuck)
      throw new Error(
        `of ${records} records it came to ${now}, and no further:\n${tocsin.err.slice(-5_000)}`,
      );
    await sleep(200);
  }
}

/** Less to do in any respect: what is only done again and again is no progress. */
const isLess = (a: Left, b: Left): boolean =>
  a.read > b.read || a.outbox < b.outbox || a.live < b.live || a.waiting < b.waiting;

const lesser = (a: Left, b: Left): Left => ({
  read: Math.max(a.read, b.read),
  outbox: Math.min(a.outbox, b.outbox),
  live: Math.min(a.live, b.live),
  waiting: Math.min(a.waiting, b.waiting),
});

function leftOf({ state }: TortureWorld): Left {
  const db = new Database(state, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    const number = (sql: string): number => Number(db.prepare(sql).pluck().get() ?? 0);
    return {
      read: number('SELECT sum(next_offset) FROM positions'),
      outbox: number('SELECT count(*) FROM outbox'),
      live: number('SELECT count(*) FROM incidents WHERE fold IS NOT NULL'),
      waiting: number('SELECT count(*) FROM incident_actions WHERE answer IS NULL'),
    };
  } finally {
    db.close();
  }
}
