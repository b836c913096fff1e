import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { recordCount } from '../support/kafka/topic-tools.ts';
import type { TocsinProcess } from '../support/tocsin-process.ts';
import { isOfLogsInSql } from './of-logs.ts';
import { type Left, Patience } from './patience.ts';
import type { TortureWorld } from './torture-world.ts';

/** Waits until everything on the topic was worked on, every incident but tocsin's own is final, and all of it was told. */
export async function settled(world: TortureWorld, tocsin: TocsinProcess): Promise<void> {
  const records = await recordCount(world.brokers, world.topics.logs);
  const patience = new Patience();
  for (;;) {
    const left = leftOf(world);
    if (left.read >= records && left.outbox + left.live + left.waiting === 0) return;
    if (!tocsin.isRunning || !patience.hasFor(left, Date.now()))
      throw new Error(
        `of ${records} records it came to ${JSON.stringify(left)}, and no further:\n${tocsin.err.slice(-5_000)}`,
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
      live: number(`SELECT count(*) FROM incidents WHERE fold IS NOT NULL AND ${isOfLogsInSql}`),
      waiting: number('SELECT count(*) FROM incident_actions WHERE answer IS NULL'),
    };
  } finally {
    db.close();
  }
}
