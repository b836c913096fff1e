import type Database from 'better-sqlite3';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import { isDigest, type Message } from '../../shared/model/notification.ts';
import type {
  FailedRow,
  GivenUpRow,
  NewOutboxRow,
  Outbox,
  OutboxPayload,
  OutboxRow,
  RetryLater,
} from '../../shared/ports/outbox.ts';

/** One `peek` gives no more than about this much at a time, and at least one row. */
const peekBytesMax = 16 * 1024 * 1024;
/** Rows kept of a lane that were given up, and their bytes: beyond either the oldest of the lane leave for good. */
const givenUpMax = 10_000;
const givenUpBytesMax = 256 * 1024 * 1024;

interface Payload {
  readonly topic: string | null;
  readonly timestamp_ms: number | null;
  readonly headers: string | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly notification: string | null;
}

interface Row extends Payload {
  readonly id: number;
  readonly attempts: number;
  readonly due_ms: number;
}

interface GivenUp extends Payload {
  readonly id: number;
  readonly name: string;
  readonly attempts: number;
  readonly reason: FailedRow['reason'];
  readonly detail: string;
}

interface Lane {
  readonly id: number;
  readonly name: string;
  waiting: number;
  gaveUp: number;
  gaveUpBytes: number;
}

/**
 * The outbox as a table. It grows as long as a receiver takes nothing: the delivery loop ends that by giving rows up.
 * Counts by lane are kept in memory, for this is the only writer. Calls throw SQLite's errors.
 */
export class OutboxTable implements Outbox {
  readonly #statements;
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<number, Lane>();
  #lastId: number;

  constructor(db: Database.Database) {
    this.#statements = prepare(db);
    this.#lastId = db.prepare<[], number>(lastIdSql).pluck().get() ?? 0;
    this.refresh();
  }

  /** Counts anew: what a reader beside the writer does. */
  refresh(): void {
    this.#lanes.clear();
    for (const row of this.#statements.lanes.all()) this.#hold({ ...row });
  }

  /** Within the batch's transaction. */
  add(rows: readonly NewOutboxRow[]): void {
    if (rows.length === 0) return;
    for (const { lane: name, payload } of rows) {
      const lane = this.#lane(name);
      this.#lastId += 1;
      this.#statements.insert.run({ id: this.#lastId, lane_id: lane.id, ...encode(payload) });
      lane.waiting += 1;
    }
    this.#statements.putLastId.run(this.#lastId);
  }

  lanes(): readonly string[] {
    return [...this.#lanes.values()].filter(({ waiting }) => waiting > 0).map(({ name }) => name);
  }

  peek(lane: string, limit: number): readonly OutboxRow[] {
    const known = this.#lanes.get(lane);
    if (known === undefined) return [];
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.#statements.peek.iterate(known.id, limit)) {
      const { id, attempts, due_ms: dueMs } = row;
      rows.push({ id, lane, attempts, dueMs, payload: decode(row) });
      bytes += (row.value?.length ?? 0) + (row.notification?.length ?? 0);
      if (bytes >= peekBytesMax) break;
    }
    return rows;
  }

  delivered(ids: readonly number[]): void {
    for (const id of ids) {
      const lane = this.#byId.get(this.#statements.remove.get(id)?.lane_id ?? -1);
      if (lane !== undefined) lane.waiting -= 1;
    }
  }

  retryAt(id: number, { dueMs, reason, detail, told }: RetryLater): void {
    this.#statements.retry.run(dueMs, reason, detail, id);
    if (told !== undefined) this.#statements.putTold.run(JSON.stringify(told), id);
  }

  gaveUp(rows: readonly FailedRow[]): void {
    for (const { id, reason, detail, instead = [] } of rows) {
      const moved = this.#statements.giveUp.get(reason, detail, id);
      if (moved === undefined) continue;
      this.#statements.remove.get(id);
      this.add(instead);
      const lane = this.#byId.get(moved.lane_id);
      if (lane === undefined) continue;
      lane.waiting -= 1;
      lane.gaveUp += 1;
      lane.gaveUpBytes += moved.bytes;
      this.#forgetOldest(lane);
    }
  }

  givenUp({ lane, limit }: Parameters<Outbox['givenUp']>[0]): readonly GivenUpRow[] {
    return this.#statements.givenUp.all({ lane: lane ?? null, limit }).map((row) => {
      const { id, name, attempts, reason, detail } = row;
      return { id, lane: name, attempts, reason, detail, payload: decode(row) };
    });
  }

  sendAgain(ids: readonly number[]): number {
    let moved = 0;
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
      moved += 1;
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

/** An id is never given again, not even after every row has left. */
const lastIdSql = `SELECT max(coalesce((SELECT value FROM meta WHERE name = 'outbox_id'), 0),
  coalesce((SELECT max(id) FROM outbox), 0), coalesce((SELECT max(id) FROM outbox_given_up), 0))`;

function prepare(db: Database.Database) {
  return {
    lanes: db.prepare<[], Lane>(
      `SELECT id, name, (SELECT count(*) FROM outbox WHERE lane_id = lanes.id) AS waiting,
         (SELECT count(*) FROM outbox_given_up WHERE lane_id = lanes.id) AS gaveUp,
         (SELECT coalesce(sum(bytes), 0) FROM outbox_given_up WHERE lane_id = lanes.id) AS gaveUpBytes
       FROM lanes ORDER BY id`,
    ),
    addLane: db.prepare<[string]>('INSERT INTO lanes (name) VALUES (?)'),
    insert: db.prepare<[Payload & { id: number; lane_id: number }]>(
      `INSERT INTO outbox (id, lane_id, topic, timestamp_ms, headers, key, value, notification)
       VALUES (@id, @lane_id, @topic, @timestamp_ms, @headers, @key, @value, @notification)`,
    ),
    putLastId: db.prepare<[number]>(
      "INSERT INTO meta VALUES ('outbox_id', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    peek: db.prepare<[number, number], Row>(
      `SELECT id, topic, timestamp_ms, headers, key, value, notification, attempts, due_ms
       FROM outbox WHERE lane_id = ? ORDER BY id LIMIT ?`,
    ),
    remove: db.prepare<[number], { lane_id: number }>('DELETE FROM outbox WHERE id = ? RETURNING lane_id'),
    retry: db.prepare<[number, string, string, number]>(
      'UPDATE outbox SET attempts = attempts + 1, due_ms = ?, reason = ?, detail = ? WHERE id = ?',
    ),
    putTold: db.prepare<[string, number]>(
      "UPDATE outbox SET notification = json_set(notification, '$.told', json(?)) WHERE id = ?",
    ),
    giveUp: db.prepare<[string, string, number], { lane_id: number; bytes: number }>(
      `INSERT INTO outbox_given_up
       SELECT id, lane_id, topic, timestamp_ms, headers, key, value, notification, attempts,
         coalesce(octet_length(value), 0) + coalesce(octet_length(notification), 0), ?, ?
       FROM outbox WHERE id = ? RETURNING lane_id, bytes`,
    ),
    givenUp: db.prepare<[{ lane: string | null; limit: number }], GivenUp>(
      `SELECT outbox_given_up.*, lanes.name FROM outbox_given_up JOIN lanes ON lanes.id = lane_id
       WHERE @lane IS NULL OR lanes.name = @lane ORDER BY outbox_given_up.id DESC LIMIT @limit`,
    ),
    sendAgain: db.prepare<[number], { lane_id: number }>(
      `INSERT INTO outbox (id, lane_id, topic, timestamp_ms, headers, key, value, notification)
       SELECT id, lane_id, topic, timestamp_ms, headers, key, value, notification
       FROM outbox_given_up WHERE id = ? RETURNING lane_id`,
    ),
    removeGivenUp: db.prepare<[number], { bytes: number }>(
      'DELETE FROM outbox_given_up WHERE id = ? RETURNING bytes',
    ),
    forgetOldest: db.prepare<[number], { bytes: number }>(
      `DELETE FROM outbox_given_up
       WHERE id = (SELECT min(id) FROM outbox_given_up WHERE lane_id = ?) RETURNING bytes`,
    ),
  };
}

function encode(payload: OutboxPayload): Payload {
  if (payload.kind !== 'record') {
    const notification = JSON.stringify(payload.kind === 'digest' ? payload.digest : payload.notification);
    return { topic: null, timestamp_ms: null, headers: null, key: null, value: null, notification };
  }
  const { topic, timestampMs, key, value } = payload.record;
  const headers = payload.record.headers.map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  const text = headers.length === 0 ? null : JSON.stringify(headers);
  return { topic, timestamp_ms: timestampMs, headers: text, key, value, notification: null };
}

function decode(row: Payload): OutboxPayload {
  if (row.topic === null) {
    const message = JSON.parse(row.notification ?? 'null') as Message;
    return isDigest(message)
      ? { kind: 'digest', digest: message }
      : { kind: 'notification', notification: message };
  }
  const stored = JSON.parse(row.headers ?? '[]') as [string, string][];
  const record: OutgoingRecord = {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: stored.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')] as const),
    timestampMs: row.timestamp_ms ?? 0,
  };
  return { kind: 'record', record };
}
