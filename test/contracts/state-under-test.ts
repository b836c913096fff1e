import { beforeEach } from 'vitest';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import type { BatchCommit, Store } from '../../src/shared/ports/store.ts';
import { emptyBatch, noSnapshot } from '../support/stored-batch.ts';

/** One state that can be opened again and again, as by one process after the other. */
export interface StateUnderTest {
  open(): Store & Outbox;
}

/** What the parts of the contract of stores do with the state of a test. */
export interface StateActs {
  /** Commits what is given, and nothing else. */
  commit(batch: Partial<BatchCommit>): void;
  /** The next start. */
  reopen(): void;
}

/** Opens a state of its own for each test that follows, and closes it after; `opened` hears of every start. */
export function openForEach(make: () => StateUnderTest, opened: (store: Store & Outbox) => void): StateActs {
  let state: StateUnderTest;
  let store: Store & Outbox;
  const open = (): void => {
    store = state.open();
    opened(store);
  };
  beforeEach(() => {
    state = make();
    open();
    return () => store.close();
  });
  return {
    commit: (batch) => store.commit({ ...emptyBatch, ...batch }, noSnapshot),
    reopen: () => {
      store.close();
      open();
    },
  };
}
