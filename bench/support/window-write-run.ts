import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { median } from './figures.ts';
import { commitBatch, loadOf, newStage, withStateFile } from './window-state.ts';

// A child process: what writing a batch costs by the keys it touches. Argument: live keys. Sends the parent what was
// measured, and ends.

export interface WindowWriteCost {
  /** Medians of the CPU time of a batch's transaction, and means of what was written, shards included. */
  readonly byKeysTouched: readonly {
    readonly touched: number;
    readonly micros: number;
    readonly kilobytes: number;
  }[];
}

const batches = 40;
const keys = Number(process.argv[2]);

await withStateFile(async (file) => {
  const parts = { store: openSqliteStore({ file }), stage: newStage(), load: loadOf(keys) };
  for (let done = 0; done < keys; done += 4_000) commitBatch(parts, 4_000);
  const byKeysTouched = [1, 10, 100, 1_000, 10_000].map((touched) => {
    const written = Array.from({ length: batches }, () => commitBatch(parts, touched));
    return {
      touched,
      micros: median(written.map(({ micros }) => micros)),
      kilobytes: written.reduce((sum, { bytes }) => sum + bytes, 0) / batches / 1_000,
    };
  });
  parts.store.close();
  const cost: WindowWriteCost = { byKeysTouched };
  process.send?.(cost);
});
process.disconnect();
