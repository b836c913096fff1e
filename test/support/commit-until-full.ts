import { WorldError } from '../../src/shared/world-error.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { emptyBatch, noSnapshot, storedWith } from './stored-batch.ts';

// A child process for the tests of the store, run under a limit on the size of files: commits until that fails, then
// says how far it came, which error it was, and whether a further commit is refused too.

const [file = ''] = process.argv.slice(2);
const store = openSqliteStore({ file });
let committed = 0;

function commit(): string | null {
  const incidents = [storedWith({ id: `i${committed}`, title: 'x'.repeat(100_000) })];
  try {
    store.commit({ ...emptyBatch, incidents, windowDelta: `${committed}` }, noSnapshot);
    committed += 1;
    return null;
  } catch (error) {
    return error instanceof WorldError ? error.code : String(error);
  }
}

let error: string | null = null;
while (error === null && committed < 10_000) error = commit();
const again = commit();
let closing: string | null = null;
try {
  store.close();
} catch (thrown) {
  closing = thrown instanceof WorldError ? thrown.code : String(thrown);
}
process.stdout.write(JSON.stringify({ committed, error, again, closing }));
