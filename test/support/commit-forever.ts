import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { recordRow, storedWith } from './stored-batch.ts';

// A child process for the tests of the store: commits batch after batch, prints each number once it is committed, and
// delivers rows in between, until it is killed. Batch n is recognisable in everything that it writes.

const [file = ''] = process.argv.slice(2);
const store = openSqliteStore({ file });
let batch = store.load().positions[0]?.nextOffset ?? 0;

for (;;) {
  batch += 1;
  const number = batch;
  store.commit(
    {
      positions: [{ topic: 'logs', partition: 0, nextOffset: number, maxEventMs: number * 1_000 }],
      watermarks: { logs: number * 1_000 - 5 },
      windowDelta: `${number}${' '.repeat((number % 7) * 2_000)}`,
      incidents: [
        storedWith({ id: `i${number}`, version: 1 }, `fold ${number}`),
        ...(number > 1 ? [storedWith({ id: `i${number - 1}`, version: 2, status: 'resolved' }, null)] : []),
      ],
      outbox: Array.from({ length: 1 + (number % 40) }, (_, row) => recordRow('lane', `${number}.${row}`)),
    },
    (shard) => `${number}/${shard}${' '.repeat(3_000)}`,
  );
  process.stdout.write(`committed ${number}\n`);
  // Nearly all, so that few wait, however many batches a slow kill leaves time for.
  if (number % 3 === 0) store.delivered(store.peek('lane', 60).map(({ id }) => id));
}
