import type { DigestPace } from '../../src/shared/model/digest-pace.ts';
import type { Notice } from '../../src/shared/model/notice.ts';
import type { FailedRow, OutboxPayload } from '../../src/shared/ports/outbox.ts';
import type {
  PartitionProgress,
  StoredEventIds,
  StoredIncident,
  WindowState,
} from '../../src/shared/ports/store.ts';
import { MemoryActions } from './memory-actions.ts';

/** A row of the outbox that waits. */
interface WaitingRow {
  readonly id: number;
  readonly lane: string;
  payload: OutboxPayload;
  attempts: number;
  dueMs: number;
  mayHaveArrived: boolean;
}

/** What stays when the store is closed: give it to the next store, as a file is given to the next process. */
export class MemoryDisk {
  positions = new Map<string, PartitionProgress>();
  watermarks = new Map<string, number>();
  incidents = new Map<string, StoredIncident>();
  shards = new Map<number, { shard: number; sequence: number; snapshot: WindowState }>();
  deltas: { sequence: number; delta: WindowState }[] = [];
  outbox: WaitingRow[] = [];
  givenUp: {
    readonly lane: string;
    readonly row: FailedRow;
    readonly was: WaitingRow;
    readonly atMs: number;
  }[] = [];
  records = new Map<string, string>();
  groups = new Map<string, string>();
  notices = new Map<string, Notice[]>();
  readonly actions = new MemoryActions();
  eventIds: readonly StoredEventIds[] = [];
  readonly paces = new Map<string, DigestPace>();
  lastRowId = 0;
  sequence = 0;
  owed = 0;
}
