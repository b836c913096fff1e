import type Database from 'better-sqlite3';
import { invariant } from '../../shared/invariant.ts';
import type { DigestPace } from '../../shared/model/digest-pace.ts';
import type { IncidentNotice } from '../../shared/model/notice.ts';
import type { Digest } from '../../shared/model/notification.ts';
import type {
  FailedRow,
  GivenUpRow,
  NewOutboxRow,
  Outbox,
  OutboxRow,
  RetryLater,
} from '../../shared/ports/outbox.ts';
import { BatchDocuments } from './batch-documents.ts';
import { decodePayload, encodePayload } from './outbox-payload.ts';
import {
  type Lane,
  lastIdSql,
  type MessageColumns,
  prepareOutbox,
  type RecordColumns,
  type VersionColumns,
} from './outbox-statements.ts';

/** One `peek` gives no more than about this much at a time, and at least one row. */
const peekBytesMax = 16 * 1024 * 1024;
/** Rows kept of a lane that were given up, and their bytes: beyond either the oldest of the lane leave for good. */
const givenUpMax = 10_000;
const givenUpBytesMax = 256 * 1024 * 1024;

/**
 * The outbox as a table. It grows as long as a receiver takes nothing: the delivery loop ends that by giving rows up.
 * Counts by lane are kept in memory, for this is the only writer. Calls throw SQLite's errors.
 */
export class OutboxTable implements Omit<Outbox, 'sendAgain' | 'notices'> {
  readonly #statements;
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<number, Lane>();
  #lastId: number;

  constructor(db: Database.Database) {
    this.#statements = prepareOutbox(db);
    this.#lastId = db.prepare<[], number>(lastIdSql).pluck().get() ?? 0;
    this.refresh();
  }

  /** Counts anew: what a reader beside the writer does. */
  refresh(): void {
    this.#lanes.clear();
    for (const row of this.#statements.lanes.all()) this.#hold({ ...row });
  }

  /** Within the batch's transaction, before the incidents of `documents` are written: they say what rows refer to. */
  add(rows: readonly NewOutboxRow[], documents = new BatchDocuments([])): void {
    if (rows.length === 0) return;
    const messages: MessageColumns[] = [];
    const versions: VersionColumns[] = [];
    const records: RecordColumns[] = [];
    for (const { lane: name, payload } of rows) {
      const lane = this.#lane(name);
      this.#lastId += 1;
      lane.waiting += 1;
      const row = encodePayload(payload, { rowId: this.#lastId, documents });
      if (row.shape === 'message') messages.push([this.#lastId, lane.id, row.notification, row.documentId]);
      else if (row.shape === 'version')
        versions.push([this.#lastId, lane.id, row.topic, row.headers, row.documentId]);
      else records.push([this.#lastId, lane.id, row.topic, row.timestampMs, row.headers, row.key, row.value]);
    }
    this.#statements.addVersions.write(versions);
    this.#statements.addRecords.write(records);
    this.#statements.addMessages.write(messages);
    this.#statements.putLastId.run(this.#lastId);
  }

  lanes(): readonly string[] {
    return [...this.#lanes.values()].filter(({ waiting }) => waiting > 0).map(({ name }) => name);
  }

  waiting(lane: string): number {
    return this.#lanes.get(lane)?.waiting ?? 0;
  }

  peek(lane: string, limit: number, afterId = 0): readonly OutboxRow[] {
    const known = this.#lanes.get(lane);
    if (known === undefined) return [];
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.#statements.peek.iterate(known.id, afterId, limit)) {
      const { id, attempts, due_ms: dueMs, tried } = row;
      rows.push({ id, lane, attempts, dueMs, mayHaveArrived: tried === 1, payload: decodePayload(row) });
      bytes += (row.value?.length ?? 0) + (row.notification?.length ?? 0);
      if (bytes >= peekBytesMax) break;
    }
    return rows;
  }

  begin(id: number, pace?: DigestPace): void {
    const row = this.#statements.begin.get(id);
    if (row !== undefined && pace !== undefined)
      this.#statements.keepPace.run(JSON.stringify(pace), row.lane_id);
  }

  pace(lane: string): DigestPace | null {
    const kept = this.#statements.pace.get(lane)?.pace ?? null;
    return kept === null ? null : (JSON.parse(kept) as DigestPace);
  }

  keepPace(lane: string, pace: DigestPace): void {
    this.#statements.keepPace.run(JSON.stringify(pace), this.#lane(lane).id);
  }

  collapse(ids: readonly number[], into: Digest): number {
    const removed = ids.flatMap((id) => this.#statements.remove.get(id) ?? []);
    const lane = this.#byId.get(removed[0]?.lane_id ?? -1);
    invariant(lane !== undefined, 'a digest stands for rows of the outbox');
    lane.waiting -= removed.length;
    this.add([{ lane: lane.name, payload: { kind: 'digest', digest: into } }]);
    const attempts = Math.max(...removed.map((row) => row.attempts));
    const dueMs = Math.max(...removed.map((row) => row.due_ms));
    this.#statements.putOff.run(attempts, dueMs, this.#lastId);
    return this.#lastId;
  }

  delivered(ids: readonly number[]): void {
    for (const id of ids) {
      const lane = this.#byId.get(this.#statements.remove.get(id)?.lane_id ?? -1);
      if (lane !== undefined) lane.waiting -= 1;
    }
  }

  retryAt(id: number, { dueMs, reason, detail, told, hasNotArrived }: RetryLater): void {
    this.#statements.retry.run(dueMs, reason, detail, hasNotArrived === true ? 1 : 0, id);
    if (told !== undefined) this.#statements.putTold.run(JSON.stringify(told), id);
  }

  /** Gives what is to be said of those that were still there. */
  gaveUp(rows: readonly FailedRow[], nowMs: number): readonly IncidentNotice[] {
    const said: IncidentNotice[] = [];
    for (const { id, reason, detail, instead = [], notices = [] } of rows) {
      const moved = this.#statements.giveUp.get({ reason, detail, nowMs, id });
      if (moved === undefined) continue;
      said.push(...notices);
      this.#statements.remove.get(id);
      this.add(instead);
      const lane = this.#byId.get(moved.lane_id);
      if (lane === undefined) continue;
      lane.waiting -= 1;
      lane.gaveUp += 1;
      lane.gaveUpBytes += moved.bytes;
      this.#forgetOldest(lane);
    }
    return said;
  }

  givenUp({ lane, limit }: Parameters<Outbox['givenUp']>[0]): readonly GivenUpRow[] {
    return this.#statements.givenUp.all({ lane: lane ?? null, limit }).map((row) => {
      const { id, name, attempts, reason, detail, given_up_ms: givenUpMs } = row;
      return { id, lane: name, attempts, reason, detail, givenUpMs, payload: decodePayload(row) };
    });
  }

  /** Gives those that there were. */
  sendAgain(ids: readonly number[]): readonly Pick<OutboxRow, 'lane' | 'payload'>[] {
    const moved: Pick<OutboxRow, 'lane' | 'payload'>[] = [];
    for (const id of ids) {
      const row = this.#statements.sendAgain.get(id);
      if (row === undefined) continue;
      const lane = this.#byId.get(row.lane_id);
      const left = this.#statements.removeGivenUp.get(id);
      if (lane !== undefined && left !== undefined) {
        lane.waiting += 1;
        lane.gaveUp -= 1;
        lane.gaveUpBytes -= left.bytes;
      }
      moved.push({ lane: lane?.name ?? '', payload: decodePayload(row) });
    }
    return moved;
  }

  depth(): readonly { lane: string; waiting: number; gaveUp: number }[] {
    return [...this.#lanes.values()]
      .filter(({ waiting, gaveUp }) => waiting > 0 || gaveUp > 0)
      .map(({ name, waiting, gaveUp }) => ({ lane: name, waiting, gaveUp }));
  }

  #forgetOldest(lane: Lane): void {
    while (lane.gaveUp > 1 && (lane.gaveUp > givenUpMax || lane.gaveUpBytes > givenUpBytesMax)) {
      const oldest = this.#statements.forgetOldest.get(lane.id);
      if (oldest === undefined) return;
      lane.gaveUp -= 1;
      lane.gaveUpBytes -= oldest.bytes;
    }
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const id = Number(this.#statements.addLane.run(name).lastInsertRowid);
    return this.#hold({ id, name, waiting: 0, gaveUp: 0, gaveUpBytes: 0 });
  }

  #hold(lane: Lane): Lane {
    this.#lanes.set(lane.name, lane);
    this.#byId.set(lane.id, lane);
    return lane;
  }
}
