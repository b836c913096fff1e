import type Database from 'better-sqlite3';
import { invariant } from '../../shared/invariant.ts';
import type { DigestPace } from '../../shared/model/digest-pace.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentNotice, Notice } from '../../shared/model/notice.ts';
import type { Digest } from '../../shared/model/notification.ts';
import type { Silence } from '../../shared/model/silence.ts';
import type { ActionQueue } from '../../shared/ports/action-queue.ts';
import type { FailedRow, GivenUpRow, Outbox, OutboxRow, RetryLater } from '../../shared/ports/outbox.ts';
import type {
  BatchCommit,
  IncidentQuery,
  PartitionProgress,
  Store,
  StoredIncident,
  StoredState,
  WindowState,
} from '../../shared/ports/store.ts';
import { ActionTable } from './action-table.ts';
import { BatchDocuments } from './batch-documents.ts';
import { EventIdTable } from './event-id-table.ts';
import { IncidentTable } from './incident-table.ts';
import { OutboxTable } from './outbox-table.ts';
import { type Patience, patiently } from './patience.ts';
import { SilenceTable } from './silence-table.ts';
import { orWorldError } from './state-errors.ts';
import { TellingTable } from './telling-table.ts';
import { WindowLog } from './window-log.ts';
import type { WriterLock } from './writer-lock.ts';

export type Synchronous = 'off' | 'normal' | 'full' | 'extra';

export interface SqliteStoreParts {
  readonly db: Database.Database;
  readonly file: string;
  readonly synchronous: Synchronous;
  /** Null for a reader. */
  readonly lock: WriterLock | null;
  readonly patience: Patience;
}

/**
 * Incidents, window state, positions and the outbox in one SQLite file, made by `openSqliteStore`. A batch is one
 * transaction, durable when `commit` returns. What the outbox's own calls write is not waited for: after a power cut
 * some rows come again, with the same ids, and none is missing.
 */
export class SqliteStore implements Store, Outbox {
  readonly #parts: SqliteStoreParts;
  readonly #statements;
  readonly #windows: WindowLog;
  readonly #incidents: IncidentTable;
  readonly #outbox: OutboxTable;
  readonly #actions: ActionTable;
  readonly #silences: SilenceTable;
  readonly #telling: TellingTable;
  readonly #eventIds: EventIdTable;
  readonly #write: (batch: BatchCommit, snapshot: (shard: number) => WindowState) => void;
  /** Set by the first commit that failed: what is in memory is ahead of the disk from then on. */
  #failure: unknown = null;
  /** SQLite's mark of the last write by another connection that was noticed. */
  #version = -1;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.#statements = prepare(parts.db);
    this.#windows = new WindowLog(parts.db);
    this.#incidents = new IncidentTable(parts.db);
    this.#outbox = new OutboxTable(parts.db);
    this.#actions = new ActionTable(parts.db);
    this.#silences = new SilenceTable(parts.db);
    this.#telling = new TellingTable(parts.db);
    this.#eventIds = new EventIdTable(parts.db);
    this.#write = parts.db.transaction((batch: BatchCommit, snapshot: (shard: number) => WindowState) =>
      this.#writeBatch(batch, snapshot),
    ).immediate;
  }

  load(): StoredState {
    return this.#orWorldError(() => ({
      positions: this.#statements.positions.all(),
      watermarks: Object.fromEntries(
        this.#statements.watermarks.all().map(({ source, watermarkMs }) => [source, watermarkMs]),
      ),
      windows: this.#windows.load(),
      incidents: this.#incidents.live(),
      telling: this.#telling.load(),
      eventIds: this.#eventIds.load(),
    }));
  }

  commit(batch: BatchCommit, snapshot: (shard: number) => WindowState): void {
    if (this.#failure !== null) throw this.#failure;
    try {
      this.#orWorldError(() => patiently(() => this.#write(batch, snapshot), this.#parts.patience));
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #writeBatch(batch: BatchCommit, snapshot: (shard: number) => WindowState): void {
    for (const { topic, partition, nextOffset, maxEventMs } of batch.positions)
      this.#statements.putPosition.run(topic, partition, nextOffset, maxEventMs);
    for (const [source, watermarkMs] of Object.entries(batch.watermarks))
      this.#statements.putWatermark.run(source, watermarkMs);
    const documents = new BatchDocuments(batch.incidents.map(({ incident }) => incident));
    this.#outbox.add(batch.outbox, documents);
    this.#incidents.put(batch.incidents, documents);
    if (batch.answers !== undefined) this.#actions.write(batch.answers);
    if (batch.telling !== undefined) this.#telling.write(batch.telling);
    if (batch.eventIds !== undefined) this.#eventIds.write(batch.eventIds);
    if (batch.windowDelta !== null) this.#windows.append(batch.windowDelta, snapshot);
  }

  incidents(query: IncidentQuery): readonly Incident[] {
    const { limit } = query;
    invariant(Number.isInteger(limit) && limit >= 1 && limit <= 10_000, `a limit of ${limit} incidents`);
    return this.#orWorldError(() => this.#incidents.query(query));
  }

  incident(idOrPrefix: string): Incident | undefined {
    return this.#orWorldError(() => this.#incidents.find(idOrPrefix));
  }

  storedIncident(id: string): StoredIncident | undefined {
    return this.#orWorldError(() => this.#incidents.row(id));
  }

  /** What persons ask for: by a connection beside the service, which notices. */
  get actions(): ActionQueue {
    const actions = this.#actions;
    return {
      ask: (requests, nowMs) => this.#orWorldError(() => actions.ask(requests, nowMs)),
      waiting: (limit) => this.#orWorldError(() => actions.waiting(limit)),
      answers: (ids) => this.#orWorldError(() => actions.answers(ids)),
    };
  }

  notices(incidentId: string): readonly Notice[] {
    return this.#orWorldError(() => this.#telling.notices(incidentId));
  }

  /** All that are kept, those that are over for a while too; the first to end comes first. */
  silences(): readonly Silence[] {
    return this.#orWorldError(() => this.#silences.all());
  }

  /** Writes a silence, or the new state of one, and forgets those that ended before that time, milliseconds. */
  putSilence(silence: Silence, forgetBeforeMs: number): void {
    this.#unwaited(() => {
      this.#silences.put(silence);
      this.#silences.forgetEndedBefore(forgetBeforeMs);
    });
  }

  lanes(): readonly string[] {
    return this.#counted().lanes();
  }

  peek(lane: string, limit: number, afterId?: number): readonly OutboxRow[] {
    return this.#orWorldError(() => this.#counted().peek(lane, limit, afterId));
  }

  waiting(lane: string): number {
    return this.#counted().waiting(lane);
  }

  begin(id: number, pace?: DigestPace): void {
    this.#unwaited(() => this.#outbox.begin(id, pace));
  }

  pace(lane: string): DigestPace | null {
    return this.#orWorldError(() => this.#outbox.pace(lane));
  }

  keepPace(lane: string, pace: DigestPace): void {
    this.#unwaited(() => this.#outbox.keepPace(lane, pace));
  }

  collapse(ids: readonly number[], into: Digest, notices: readonly IncidentNotice[] = []): number {
    let row = 0;
    this.#unwaited(() => {
      row = this.#outbox.collapse(ids, into);
      this.#telling.note(notices);
    });
    return row;
  }

  delivered(ids: readonly number[], notices: readonly IncidentNotice[] = []): void {
    this.#unwaited(() => {
      this.#outbox.delivered(ids);
      this.#telling.note(notices);
    });
  }

  retryAt(id: number, retry: RetryLater): void {
    this.#unwaited(() => {
      this.#outbox.retryAt(id, retry);
      this.#telling.note(retry.notices ?? []);
    });
  }

  gaveUp(rows: readonly FailedRow[], nowMs: number): void {
    this.#unwaited(() => this.#telling.note(this.#outbox.gaveUp(rows, nowMs)));
  }

  givenUp(query: Parameters<Outbox['givenUp']>[0]): readonly GivenUpRow[] {
    return this.#orWorldError(() => this.#outbox.givenUp(query));
  }

  sendAgain(...[ids, noticesOf = () => []]: Parameters<Outbox['sendAgain']>): number {
    this.#counted();
    const moved: Pick<OutboxRow, 'lane' | 'payload'>[] = [];
    this.#unwaited(() => {
      moved.push(...this.#outbox.sendAgain(ids));
      this.#telling.note(moved.flatMap(noticesOf));
    });
    return moved.length;
  }

  /** Whether another process has written this state since the last call, or before the first (`tocsin outbox retry`, say); the outbox is counted anew then. */
  hasNewsOfOthers(): boolean {
    const version = Number(this.#orWorldError(() => this.#parts.db.pragma('data_version', { simple: true })));
    const isNew = this.#version !== version;
    this.#version = version;
    if (isNew) this.#orWorldError(() => this.#outbox.refresh());
    return isNew;
  }

  depth(): readonly { lane: string; waiting: number; gaveUp: number }[] {
    return this.#counted().depth();
  }

  /** Idempotent. Puts the log into the main file and notes that the stop was a clean one. */
  close(): void {
    const { db, lock } = this.#parts;
    if (!db.open) return;
    try {
      if (lock !== null && this.#failure === null) this.#orWorldError(() => this.#endCleanly());
    } finally {
      db.close();
      lock?.release();
    }
  }

  #endCleanly(): void {
    this.#statements.putUnclean.run(0);
    this.#parts.db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** A reader counts again at each question: the writer is another process. */
  #counted(): OutboxTable {
    if (this.#parts.lock === null) this.#orWorldError(() => this.#outbox.refresh());
    return this.#outbox;
  }

  /** A transaction that need not be on the disk when this returns; the next batch's commit takes it along. */
  #unwaited(work: () => void): void {
    const { db, synchronous, patience } = this.#parts;
    this.#orWorldError(() => {
      if (synchronous !== 'off') db.pragma('synchronous = NORMAL');
      try {
        patiently(() => db.transaction(work).immediate(), patience);
      } finally {
        db.pragma(`synchronous = ${synchronous}`);
      }
    });
  }

  #orWorldError<T>(work: () => T): T {
    return orWorldError(this.#parts.file, work);
  }
}

function prepare(db: Database.Database) {
  return {
    positions: db.prepare<[], PartitionProgress>(
      `SELECT topic, partition, next_offset AS nextOffset, max_event_ms AS maxEventMs
       FROM positions ORDER BY topic, partition`,
    ),
    putPosition: db.prepare<[string, number, number, number | null]>(
      `INSERT INTO positions VALUES (?, ?, ?, ?) ON CONFLICT (topic, partition)
       DO UPDATE SET next_offset = excluded.next_offset, max_event_ms = excluded.max_event_ms`,
    ),
    watermarks: db.prepare<[], { source: string; watermarkMs: number }>(
      'SELECT source, watermark_ms AS watermarkMs FROM watermarks ORDER BY source',
    ),
    putWatermark: db.prepare<[string, number]>(
      'INSERT INTO watermarks VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET watermark_ms = excluded.watermark_ms',
    ),
    putUnclean: db.prepare<[number]>(
      "INSERT INTO meta VALUES ('unclean', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
  };
}
