import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { recordCount } from '../support/kafka/topic-tools.ts';
import type { TocsinProcess } from '../support/tocsin-process.ts';
import type { TortureWorld } from './torture-world.ts';

/** Longer than this without any progress, and it hangs. */
const standstillMs = 300_000;

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
  let before = '';
  let sinceMs = Date.now();
  for (;;) {
    const left = leftOf(world);
    if (left.read >= records && left.outbox + left.live + left.waiting === 0) return;
    const now = JSON.stringify(left);
    if (now !== before) sinceMs = Date.now();
    before = now;
    if (!tocsin.isRunning || Date.now() - sinceMs > standstillMs)
      throw new Error(
        `of ${records} records it came to ${now}, and no further:\n${tocsin.err.slice(-5_000)}`,
      );
    await sleep(200);
  }
}

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
