import { actionQueueContract } from '../contracts/action-queue.ts';
import { givenUpContract } from '../contracts/given-up.ts';
import { outboxContract } from '../contracts/outbox.ts';
import { storeContract } from '../contracts/store.ts';
import { tellingContract } from '../contracts/telling.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryStore } from './memory-store.ts';

for (const contract of [
  storeContract,
  actionQueueContract,
  outboxContract,
  givenUpContract,
  tellingContract,
]) {
  contract('MemoryStore', () => {
    const disk = new MemoryDisk();
    return { open: () => new MemoryStore(disk) };
  });
}
