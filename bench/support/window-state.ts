import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindowStage } from '../../src/detect/window/window-stage.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { emptyBatch } from '../../test/support/stored-batch.ts';
import { windowedRule } from '../../test/support/windowed-rules.ts';
import { WindowLoad } from './window-load.ts';

/** Ten in an hour, by address: a count rule that all keys are live in. */
const rule = windowedRule({
  type: 'event_count',
  timespanMs: 3_600_000,
  condition: { gte: 10 },
  reset: false,
});

export const newStage = (): WindowStage => new WindowStage([rule], { maxKeysPerRule: 2_000_000 });

export const loadOf = (keys: number): WindowLoad =>
  new WindowLoad({ keys, disorder: 0, latenessMs: 120_000, perSecond: 2_000 });

/** Takes in so many matches of the load and commits them as one batch; the CPU time and bytes of writing alone. */
export function commitBatch(
  parts: { readonly stage: WindowStage; readonly store: SqliteStore; readonly load: WindowLoad },
  size: number,
): { readonly micros: number; readonly bytes: number } {
  const { stage, store, load } = parts;
  for (const match of load.next(size)) stage.fold(match, load.watermarkMs);
  const before = process.cpuUsage();
  const { delta } = stage.take(() => load.watermarkMs);
  let bytes = delta?.length ?? 0;
  store.commit({ ...emptyBatch, windowDelta: delta }, (shard) => {
    const snapshot = stage.snapshot(shard);
    bytes += snapshot.length;
    return snapshot;
  });
  const { user, system } = process.cpuUsage(before);
  return { micros: user + system, bytes };
}

/** Calls with a state file in a folder of its own, which is removed afterwards. */
export async function withStateFile(work: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    await work(join(folder, 'state.db'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills a state file with live keys, batch by batch, as a running service does. */
export function fillState(file: string, keys: number): void {
  const store = openSqliteStore({ file, synchronous: 'off' });
  const stage = newStage();
  const load = loadOf(keys);
  for (let done = 0; done < keys; done += 4_000) commitBatch({ stage, store, load }, 4_000);
  store.close();
}
