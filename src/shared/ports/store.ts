import type { Incident, IncidentStatus } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Severity } from '../model/severity.ts';
import type { ActionQueue, AnsweredAction } from './action-queue.ts';
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
  /**
   * Of one that is final, and that persons merged others into: what each of them adds (opaque text of `incident/`), so that a
   * merge can be taken back. Null: there is no such thing any more; left out: there never was.
   */
  readonly whole?: string | null;
}

/** Who was told of what, and who waits to be, as opaque texts of `notify/`. */
export interface StoredTelling {
  /** By incident: one for each that is not final, or of which somebody is still to hear. */
  readonly records: readonly { readonly incidentId: string; readonly state: string }[];
  /** Groups of incidents that are told together. */
  readonly groups: readonly { readonly key: string; readonly state: string }[];
}

/** What one batch changed of that; null: forgotten. */
export interface TellingWrites {
  readonly records: readonly { readonly incidentId: string; readonly state: string | null }[];
  readonly groups: readonly { readonly key: string; readonly state: string | null }[];
  /** Added to those of the incident; each incident once. Where it is to be trimmed, the newest hundred stay. */
  readonly notices: readonly {
    readonly incidentId: string;
    readonly notices: readonly Notice[];
    readonly isToTrim: boolean;
  }[];
}

/** Ids of events of one source that came while event time went on by so much, as pairs of numbers. */
export interface StoredEventIds {
  readonly source: string;
  /** Rises by one from each such time to the next. */
  readonly generation: number;
  /** Event time at which that generation began, milliseconds. */
  readonly startedMs: number;
  readonly ids: Float64Array;
}

/** What one batch changed of the ids that are known. */
export interface EventIdWrites {
  readonly added: readonly StoredEventIds[];
  /** Of the source, all generations below this one are forgotten. */
  readonly dropped: readonly { readonly source: string; readonly before: number }[];
}

/** Opaque to the store: bytes, or text, which is how the first version wrote it. */
export type WindowState = Uint8Array | string;

/** Everything one batch changed: written in one transaction, or not at all. */
export interface BatchCommit {
  readonly positions: readonly PartitionProgress[];
  /** Watermark of each source, milliseconds; only those that moved. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** The deltas of all window state the batch touched, as one opaque piece; null when it touched none. */
  readonly windowDelta: WindowState | null;
  readonly incidents: readonly StoredIncident[];
  readonly outbox: readonly NewOutboxRow[];
  /** What became of what persons asked for; left out where they asked for nothing. */
  readonly answers?: readonly AnsweredAction[];
  /** Left out where nothing changed. */
  readonly telling?: TellingWrites;
  /** Left out where nothing changed. */
  readonly eventIds?: EventIdWrites;
}

/** The window state as stored: snapshots by shard, and the deltas since, oldest first. */
export interface StoredWindows {
  readonly shards: readonly {
    readonly shard: number;
    readonly sequence: number;
    readonly snapshot: WindowState;
  }[];
  /** A delta counts for a key only where its sequence is above that of the key's shard. */
  readonly deltas: readonly { readonly sequence: number; readonly delta: WindowState }[];
}

export interface StoredState {
  readonly positions: readonly PartitionProgress[];
  readonly watermarks: Readonly<Record<string, number>>;
  readonly windows: StoredWindows;
  /** Incidents that are not final. */
  readonly incidents: readonly StoredIncident[];
  readonly telling: StoredTelling;
  /** By source and generation, in order. */
  readonly eventIds: readonly StoredEventIds[];
}

export interface IncidentQuery {
  readonly status?: IncidentStatus;
  readonly ruleId?: string;
  readonly severity?: Severity;
  /** Null: those that nobody has. */
  readonly assignee?: string | null;
  /** Those of rules in shadow, or the others. */
  readonly shadow?: boolean;
  /** Last seen then or later, ISO 8601. */
  readonly since?: string;
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
   * `snapshot(shard)` gives the present state of one shard (0 to shardCount - 1), this batch included; the store asks
   * for at most one a batch, as often as keeps the deltas no larger than the snapshots, and drops the deltas that all
   * shards have passed.
   */
  commit(batch: BatchCommit, snapshot: (shard: number) => WindowState): void;
  incidents(query: IncidentQuery): readonly Incident[];
  /** The incident of that id, or whose id begins with it where only one does. */
  incident(idOrPrefix: string): Incident | undefined;
  /** With what is needed to go on folding into it; by its whole id. */
  storedIncident(id: string): StoredIncident | undefined;
  readonly actions: ActionQueue;
  /** Why somebody was or was not told of the incident: the newest hundred, the oldest first. */
  notices(incidentId: string): readonly Notice[];
  close(): void;
}

export const shardCount = 256;
