import type Database from 'better-sqlite3';
import { recordId } from './record-id.ts';

/** What the log keeps. Ages count from the time of appending, so that old data put in today stays for its time. */
export interface Retention {
  /** Milliseconds after which records leave; in compacted topics, after which superseded ones leave. */
  readonly ageMs: number;
  /** Bytes of all topics together that are not compacted: past it the oldest segment leaves. */
  readonly bytes: number;
}

interface SegmentRow {
  readonly partition_id: number;
  readonly base_offset: number;
  readonly next_offset: number;
  readonly bytes: number;
}

/** How many segments, and how many times 1,000 superseded records, one sweep removes: it runs between two publishes. */
const stepsMax = 4;

const ordinary = `FROM segment JOIN partition ON partition.id = segment.partition_id
  JOIN topic ON topic.id = partition.topic_id WHERE topic.compacted = 0`;

/**
 * Removes what is too old or too much, oldest first, a few short transactions at a time. The file does not shrink: its
 * free pages are used again, so it is bounded by the most it ever held. Returns whether there may be more to remove.
 */
export function sweepLog(db: Database.Database, keep: Retention & { nowMs: number }): boolean {
  const horizonMs = keep.nowMs - keep.ageMs;
  let more = true;
  for (let step = 0; step < stepsMax && more; step++) {
    const segmentLeft = db.transaction(() => removeOldestSegment(db, horizonMs, keep.bytes)).immediate();
    const supersededLeft = db.transaction(() => removeSuperseded(db, horizonMs)).immediate();
    more = segmentLeft || supersededLeft;
  }
  return more;
}

function removeOldestSegment(db: Database.Database, horizonMs: number, bytesMax: number): boolean {
  const bytes = db.prepare<[], number>(`SELECT coalesce(sum(bytes), 0) ${ordinary}`).pluck().get() ?? 0;
  const oldest = db
    .prepare<[number], SegmentRow>(
      `SELECT segment.partition_id, base_offset, segment.next_offset, bytes ${ordinary}
         AND appended_ms < ? ORDER BY appended_ms, base_offset LIMIT 1`,
    )
    .get(bytes > bytesMax ? Number.MAX_SAFE_INTEGER : horizonMs);
  if (oldest === undefined) return false;
  removeBefore(db, oldest.partition_id, oldest.next_offset);
  return true;
}

/** Removes the records of a partition before an offset; they are gone for every reader. */
export function removeBefore(db: Database.Database, partitionId: number, offset: number): void {
  db.prepare('DELETE FROM record WHERE id >= ? AND id < ?').run(
    recordId(partitionId, 0),
    recordId(partitionId, offset),
  );
  db.prepare('DELETE FROM segment WHERE partition_id = ? AND next_offset <= ?').run(partitionId, offset);
  db.prepare('UPDATE partition SET earliest_offset = ? WHERE id = ?').run(offset, partitionId);
}

function removeSuperseded(db: Database.Database, horizonMs: number): boolean {
  const ids = db
    .prepare<[number], number>(
      'SELECT record_id FROM superseded WHERE since_ms < ? ORDER BY since_ms LIMIT 1000',
    )
    .pluck()
    .all(horizonMs);
  const remove = db.prepare('DELETE FROM record WHERE id = ?');
  const forgetKey = db.prepare('DELETE FROM latest WHERE record_id = ?');
  const forget = db.prepare('DELETE FROM superseded WHERE record_id = ?');
  for (const id of ids) {
    remove.run(id);
    forgetKey.run(id);
    forget.run(id);
  }
  return ids.length > 0;
}
