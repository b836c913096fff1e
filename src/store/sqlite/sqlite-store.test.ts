import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { actionQueueContract } from '../../../test/contracts/action-queue.ts';
import { givenUpContract } from '../../../test/contracts/given-up.ts';
import { outboxContract } from '../../../test/contracts/outbox.ts';
import { storeContract } from '../../../test/contracts/store.ts';
import { tellingContract } from '../../../test/contracts/telling.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let states = 0;
for (const contract of [
  storeContract,
  actionQueueContract,
  outboxContract,
  givenUpContract,
  tellingContract,
]) {
  contract('SqliteStore', () => {
    states += 1;
    const file = join(folder, `state-${states}`, 'tocsin.db');
    return { open: () => openSqliteStore({ file, synchronous: 'off' }) };
  });
}
