import { storeContract } from '../contracts/store.ts';
import { MemoryDisk, MemoryStore } from './memory-store.ts';

storeContract('MemoryStore', () => {
  const disk = new MemoryDisk();
  return { open: () => new MemoryStore(disk) };
});
