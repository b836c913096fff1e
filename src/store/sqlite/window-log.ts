import type Database from 'better-sqlite3';
import { type StoredWindows, shardCount, type WindowState } from '../../shared/ports/store.ts';

/** A shard is not written for fewer bytes of deltas than this: for a small state, deltas are the cheaper thing. */
const bytesPerShardMin = 4_096;

interface ShardRow {
  readonly shard: number;
  readonly sequence: number;
  readonly bytes: number;
}

/**
 * The window state on disk: the deltas of each batch as a log, and snapshots of 256 shards, written one after the
 * other, at most one a batch, each once the deltas since the last amount to its size. So snapshots cost no more bytes
 * than deltas do, and the deltas kept (those that some shard's snapshot does not hold yet) are about as large as all
 * snapshots together, but for small states at most 256 times the greater of 4 kB and a batch's delta.
 */
export class WindowLog {
  readonly #insertDelta;
  readonly #putShard;
  readonly #dropDeltas;
  readonly #allShards;
  readonly #allDeltas;
  readonly #shards: { sequence: number; bytes: number }[];
  #sequence: number;
  #next: number;
  /** Bytes of deltas not yet paid for by a shard. */
  #owed: number;

  constructor(db: Database.Database) {
    this.#insertDelta = db.prepare<[number, WindowState]>('INSERT INTO window_deltas VALUES (?, ?)');
    this.#putShard = db.prepare<[number, number, WindowState]>(
      'INSERT INTO window_shards VALUES (?, ?, ?) ON CONFLICT (shard) DO UPDATE SET sequence = excluded.sequence, snapshot = excluded.snapshot',
    );
    this.#dropDeltas = db.prepare<[number]>('DELETE FROM window_deltas WHERE sequence <= ?');
    this.#allShards = db.prepare<[], StoredWindows['shards'][number]>(
      'SELECT shard, sequence, snapshot FROM window_shards ORDER BY shard',
    );
    this.#allDeltas = db.prepare<[], StoredWindows['deltas'][number]>(
      'SELECT sequence, delta FROM window_deltas ORDER BY sequence',
    );
    const rows = db
      .prepare<[], ShardRow>('SELECT shard, sequence, octet_length(snapshot) AS bytes FROM window_shards')
      .all();
    this.#shards = Array.from({ length: shardCount }, () => ({ sequence: 0, bytes: 0 }));
    for (const { shard, sequence, bytes } of rows) this.#shards[shard] = { sequence, bytes };
    const newest = this.#shards.reduce((most, { sequence }) => Math.max(most, sequence), 0);
    const since = db
      .prepare<[number], { last: number | null; bytes: number | null }>(
        'SELECT max(sequence) AS last, sum(octet_length(delta)) AS bytes FROM window_deltas WHERE sequence > ?',
      )
      .get(newest);
    this.#sequence = Math.max(newest, since?.last ?? 0);
    this.#owed = since?.bytes ?? 0;
    this.#next = this.#oldest();
  }

  load(): StoredWindows {
    return { shards: this.#allShards.all(), deltas: this.#allDeltas.all() };
  }

  /** Within the batch's transaction. If that fails, this object is of no use any more. */
  append(delta: WindowState, snapshot: (shard: number) => WindowState): void {
    this.#sequence += 1;
    this.#insertDelta.run(this.#sequence, delta);
    this.#owed += Buffer.byteLength(delta);
    const known = this.#shards[this.#next]?.bytes ?? 0;
    if (this.#owed >= Math.max(known, bytesPerShardMin)) this.#writeShard(snapshot(this.#next));
  }

  #writeShard(snapshot: WindowState): void {
    const bytes = Buffer.byteLength(snapshot);
    this.#putShard.run(this.#next, this.#sequence, snapshot);
    this.#shards[this.#next] = { sequence: this.#sequence, bytes };
    // A burst is not paid back by a shard with every batch for hours after it: half a shard is carried over at most.
    this.#owed = Math.min(this.#owed - Math.max(bytes, bytesPerShardMin), bytes / 2);
    this.#next = this.#oldest();
    const passed = this.#shards[this.#next]?.sequence ?? 0;
    if (passed > 0) this.#dropDeltas.run(passed);
  }

  /** The shard whose snapshot is oldest: its deltas are what keeps the log long. */
  #oldest(): number {
    let oldest = 0;
    for (const [shard, { sequence }] of this.#shards.entries()) {
      if (sequence < (this.#shards[oldest]?.sequence ?? 0)) oldest = shard;
    }
    return oldest;
  }
}
