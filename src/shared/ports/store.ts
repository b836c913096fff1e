import type { Incident, IncidentStatus } from '../model/incident.ts';
import type { NewOutboxRow } from './outbox.ts';

/** How far one partition was worked on. */
export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  /** The greatest (clamped) event time seen, milliseconds; null before the first event. */
  readonly maxEventMs: number | null;
}

/** An incident and what is needed to go on folding into it (opaque text of `incident/`; null once it is final). */
export interface StoredIncident {
  readonly incident: Incident;
  readonly ruleId: string;
  readonly groupKey: string;
  readonly fold: string | null;
}

/** Everything one batch changed: written in one transaction, or not at all. */
export interface BatchCommit {
  readonly positions: readonly PartitionProgress[];
  /** Watermark of each source, milliseconds; only those that moved. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** The deltas of all window state the batch touched, as one opaque text; null when it touched none. */
  readonly windowDelta: string | null;
  readonly incidents: readonly StoredIncident[];
  readonly outbox: readonly NewOutboxRow[];
}

/** The window state as stored: snapshots by shard, and the deltas since, oldest first. */
export interface StoredWindows {
  readonly shards: readonly {
    readonly shard: number;
    readonly sequence: number;
    readonly snapshot: string;
  }[];
  /** A delta counts for a key only where its sequence is above that of the key's shard. */
  readonly deltas: readonly { readonly sequence: number; readonly delta: string }[];
}

export interface StoredState {
  readonly positions: readonly PartitionProgress[];
  readonly watermarks: Readonly<Record<string, number>>;
  readonly windows: StoredWindows;
  /** Incidents that are not final. */
  readonly incidents: readonly StoredIncident[];
}

export interface IncidentQuery {
  readonly status?: IncidentStatus;
  readonly ruleId?: string;
  /** Newest first (by lastSeen); 1 to 10,000. */
  readonly limit: number;
}

/**
 * The one durable state. `commit` is one transaction; it throws WorldError('disk') when it cannot be written, and
 * the process must end then, for memory is ahead of the disk. Contract suite: test/contracts/store.ts.
 */
export interface Store {
  load(): StoredState;
  /**
   * `snapshot(shard)` gives the present text of one shard (0 to shardCount - 1), this batch included; the store asks
   * for at most one a batch, as often as keeps the deltas no larger than the snapshots, and drops the deltas that all
   * shards have passed.
   */
  commit(batch: BatchCommit, snapshot: (shard: number) => string): void;
  incidents(query: IncidentQuery): readonly Incident[];
  /** The incident of that id, or whose id begins with it where only one does. */
  incident(idOrPrefix: string): Incident | undefined;
  close(): void;
}

export const shardCount = 256;
