import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openSqliteStore } from './open-sqlite-store.ts';
import type { SqliteStore } from './sqlite-store.ts';

// A writer that is killed at any moment leaves exactly a prefix of whole batches, and all that it said it committed.

const folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
const file = join(folder, 'tocsin.db');
const script = fileURLToPath(import.meta.resolve('../../../test/support/commit-forever.ts'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the writer, kills it some milliseconds after its first commit, and says what it last said. */
async function killedWriter(afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let last = 0;
  const lines = createInterface({ input: child.stdout });
  const first = once(lines, 'line');
  lines.on('line', (line) => {
    last = Number(line.replace('committed ', ''));
  });
  const closed = once(lines, 'close');
  await first;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await Promise.all([exited, closed]);
  return last;
}

/** Whatever the last batch is, everything of it and of those before it is there, and nothing of a later one. */
function lastWholeBatch(store: SqliteStore): number {
  const { positions, watermarks, windows, incidents } = store.load();
  const batch = positions[0]?.nextOffset ?? 0;
  expect(positions).toEqual([{ topic: 'logs', partition: 0, nextOffset: batch, maxEventMs: batch * 1_000 }]);
  expect(watermarks).toEqual({ logs: batch * 1_000 - 5 });
  expect(incidents.map(({ incident, fold }) => `${incident.id} ${fold}`)).toEqual([
    `i${batch} fold ${batch}`,
  ]);
  expect(store.incidents({ limit: 10_000 }).length).toBe(Math.min(batch, 10_000));
  if (batch > 1) expect(store.incident(`i${batch - 1}`)?.version).toBe(2);

  const deltas = windows.deltas.map(({ sequence, delta }) => ({ sequence, number: Number(delta) }));
  expect(deltas.every(({ sequence, number }) => sequence === number)).toBe(true);
  expect(deltas.at(-1)?.number ?? batch).toBe(batch);
  expect(
    windows.shards.every(
      ({ shard, sequence, snapshot }) => String(snapshot).trim() === `${sequence}/${shard}`,
    ),
  ).toBe(true);

  const rows = store
    .peek('lane', 100_000)
    .map(({ payload }) => (payload.kind === 'record' ? payload.record.value : null));
  const names = rows.map((value) => Buffer.from(value ?? []).toString());
  const written = Array.from({ length: batch }, (_, index) => index + 1).flatMap((number) =>
    Array.from({ length: 1 + (number % 40) }, (_, row) => `${number}.${row}`),
  );
  expect(names).toEqual(written.slice(written.length - names.length));
  return batch;
}

describe('a writer that is killed', () => {
  test('leaves whole batches, 25 times over', async () => {
    let reached = 0;
    for (let kill = 0; kill < 25; kill += 1) {
      const committed = await killedWriter((kill * 37) % 130);
      // A reader leaves the file as the killed writer left it, log and all; a writer that stops cleans up.
      const store = openSqliteStore({ file, readOnly: kill % 2 === 0 });
      const batch = lastWholeBatch(store);
      store.close();
      expect(batch).toBeGreaterThanOrEqual(committed);
      expect(batch).toBeGreaterThan(reached);
      reached = batch;
    }
  });
});
