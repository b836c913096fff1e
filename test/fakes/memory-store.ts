import type { DigestPace } from '../../src/shared/model/digest-pace.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import { outgoingRecord } from '../../src/shared/model/incident-record.ts';
import type { IncidentNotice, Notice } from '../../src/shared/model/notice.ts';
import type { Digest } from '../../src/shared/model/notification.ts';
import type { ActionQueue } from '../../src/shared/ports/action-queue.ts';
import type {
  FailedRow,
  GivenUpRow,
  NewOutboxPayload,
  NewOutboxRow,
  Outbox,
  OutboxPayload,
  OutboxRow,
  RetryLater,
} from '../../src/shared/ports/outbox.ts';
import {
  type BatchCommit,
  type EventIdWrites,
  type IncidentQuery,
  type Store,
  type StoredEventIds,
  type StoredIncident,
  type StoredState,
  shardCount,
  type TellingWrites,
  type WindowState,
} from '../../src/shared/ports/store.ts';
import { MemoryDisk } from './memory-disk.ts';

const untried = { attempts: 0, dueMs: 0, mayHaveArrived: false } as const;
/** An incident's record is written as the record it becomes. */
const written = (payload: NewOutboxPayload): OutboxPayload =>
  payload.kind === 'incident'
    ? { kind: 'record', record: outgoingRecord(payload.record, (text) => Buffer.from(text)) }
    : payload;

const peekBytesMax = 16 * 1024 * 1024;

/** A store without a disk, for tests that are about something else. Holds the contract of the real one. */
export class MemoryStore implements Store, Outbox {
  readonly disk: MemoryDisk;
  #failed = false;

  constructor(disk = new MemoryDisk()) {
    this.disk = disk;
  }

  load(): StoredState {
    const { positions, watermarks, incidents, shards, deltas, records, groups } = this.disk;
    return structuredClone({
      positions: [...positions.values()],
      watermarks: Object.fromEntries(watermarks),
      windows: { shards: [...shards.values()].sort((a, b) => a.shard - b.shard), deltas },
      incidents: [...incidents.values()].filter(({ fold }) => fold !== null),
      telling: {
        records: [...records].map(([incidentId, state]) => ({ incidentId, state })),
        groups: [...groups].map(([key, state]) => ({ key, state })),
      },
      eventIds: this.disk.eventIds,
    });
  }

  commit(batch: BatchCommit, snapshot: (shard: number) => WindowState): void {
    if (this.#failed) throw new Error('a commit failed before: memory is ahead of the disk');
    this.#failed = true;
    const { disk } = this;
    const shard = batch.windowDelta === null ? null : this.#nextShard(batch.windowDelta);
    const text = shard === null ? null : snapshot(shard);
    for (const progress of batch.positions)
      disk.positions.set(`${progress.topic}/${progress.partition}`, progress);
    for (const [source, at] of Object.entries(batch.watermarks)) disk.watermarks.set(source, at);
    for (const row of batch.incidents) disk.incidents.set(row.incident.id, structuredClone(row));
    disk.actions.write(batch.answers ?? []);
    this.#add(batch.outbox);
    if (batch.telling !== undefined) this.#tell(batch.telling);
    if (batch.eventIds !== undefined) this.#writeIds(batch.eventIds);
    if (batch.windowDelta !== null) this.#append(batch.windowDelta, { shard, text });
    this.#failed = false;
  }

  #writeIds({ added, dropped }: EventIdWrites): void {
    const isKept = ({ source, generation }: StoredEventIds): boolean =>
      dropped.every((drop) => drop.source !== source || generation >= drop.before);
    this.disk.eventIds = [...this.disk.eventIds, ...structuredClone(added)]
      .filter(isKept)
      .sort((a, b) => (a.source === b.source ? a.generation - b.generation : a.source < b.source ? -1 : 1));
  }

  #tell({ records, groups, notices }: TellingWrites): void {
    const put = (map: Map<string, string>, key: string, state: string | null): void => {
      if (state === null) map.delete(key);
      else map.set(key, state);
    };
    for (const { incidentId, state } of records) put(this.disk.records, incidentId, state);
    for (const { key, state } of groups) put(this.disk.groups, key, state);
    for (const { incidentId, notices: added } of notices)
      this.disk.notices.set(incidentId, [...this.notices(incidentId), ...added].slice(-100));
  }

  #note(notices: readonly IncidentNotice[] = []): void {
    for (const { incidentId, notice } of notices)
      this.#tell({ records: [], groups: [], notices: [{ incidentId, notices: [notice], isToTrim: false }] });
  }

  notices(incidentId: string): readonly Notice[] {
    return this.disk.notices.get(incidentId) ?? [];
  }

  #add(rows: readonly NewOutboxRow[]): void {
    for (const { lane, payload } of rows) {
      this.disk.lastRowId += 1;
      const row = { id: this.disk.lastRowId, lane, payload: structuredClone(written(payload)), ...untried };
      this.disk.outbox.push(row);
    }
  }

  #nextShard(delta: WindowState): number | null {
    const oldest = Array.from({ length: shardCount }, (_, shard) => this.disk.shards.get(shard)).reduce(
      (least, row, shard) =>
        (row?.sequence ?? 0) < least.sequence ? { shard, sequence: row?.sequence ?? 0 } : least,
      { shard: 0, sequence: this.disk.shards.get(0)?.sequence ?? 0 },
    );
    const known = this.disk.shards.get(oldest.shard)?.snapshot.length ?? 0;
    return this.disk.owed + delta.length >= Math.max(4_096, known) ? oldest.shard : null;
  }

  #append(delta: WindowState, written: { shard: number | null; text: WindowState | null }): void {
    const { disk } = this;
    disk.sequence += 1;
    disk.owed += delta.length;
    disk.deltas.push({ sequence: disk.sequence, delta });
    if (written.shard === null || written.text === null) return;
    disk.owed = Math.min(disk.owed - Math.max(4_096, written.text.length), written.text.length);
    disk.shards.set(written.shard, { shard: written.shard, sequence: disk.sequence, snapshot: written.text });
    if (disk.shards.size < shardCount) return;
    const passed = Math.min(...[...disk.shards.values()].map(({ sequence }) => sequence));
    disk.deltas = disk.deltas.filter(({ sequence }) => sequence > passed);
  }

  incidents({ status, ruleId, limit, ...asked }: IncidentQuery): readonly Incident[] {
    return [...this.disk.incidents.values()]
      .filter((row) => ruleId === undefined || row.ruleId === ruleId)
      .map(({ incident }) => incident)
      .filter((incident) => status === undefined || incident.status === status)
      .filter(({ severity }) => asked.severity === undefined || severity === asked.severity)
      .filter(({ assignee }) => asked.assignee === undefined || assignee === asked.assignee)
      .filter(({ shadow }) => asked.shadow === undefined || shadow === asked.shadow)
      .filter(({ lastSeen }) => asked.since === undefined || lastSeen >= asked.since)
      .sort((a, b) => (a.lastSeen < b.lastSeen ? 1 : a.lastSeen > b.lastSeen ? -1 : a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  get actions(): ActionQueue {
    return this.disk.actions;
  }

  storedIncident(id: string): StoredIncident | undefined {
    const row = this.disk.incidents.get(id);
    return row === undefined ? undefined : structuredClone(row);
  }

  incident(idOrPrefix: string): Incident | undefined {
    const exact = this.disk.incidents.get(idOrPrefix);
    if (exact !== undefined) return exact.incident;
    const found = [...this.disk.incidents.values()].filter(({ incident }) =>
      incident.id.startsWith(idOrPrefix),
    );
    return idOrPrefix !== '' && found.length === 1 ? found[0]?.incident : undefined;
  }

  lanes(): readonly string[] {
    return [...new Set(this.disk.outbox.map(({ lane }) => lane))];
  }

  peek(lane: string, limit: number, afterId = 0): readonly OutboxRow[] {
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.disk.outbox) {
      if (row.lane !== lane || row.id <= afterId) continue;
      if (rows.length >= limit || bytes >= peekBytesMax) break;
      rows.push({ ...row });
      bytes += row.payload.kind === 'record' ? (row.payload.record.value?.length ?? 0) : 0;
    }
    return rows;
  }

  waiting(lane: string): number {
    return this.disk.outbox.filter((row) => row.lane === lane).length;
  }

  begin(id: number, pace?: DigestPace): void {
    const row = this.disk.outbox.find((one) => one.id === id);
    if (row === undefined) return;
    row.mayHaveArrived = true;
    if (pace !== undefined) this.keepPace(row.lane, pace);
  }

  pace(lane: string): DigestPace | null {
    return this.disk.paces.get(lane) ?? null;
  }

  keepPace(lane: string, pace: DigestPace): void {
    this.disk.paces.set(lane, pace);
  }

  collapse(ids: readonly number[], into: Digest, notices?: readonly IncidentNotice[]): number {
    this.#note(notices);
    const taken = new Set(ids);
    const removed = this.disk.outbox.filter(({ id }) => taken.has(id));
    const lane = removed[0]?.lane;
    if (lane === undefined) throw new Error('a digest stands for rows of the outbox');
    this.disk.outbox = this.disk.outbox.filter(({ id }) => !taken.has(id));
    this.#add([{ lane, payload: { kind: 'digest', digest: into } }]);
    const row = this.disk.outbox.at(-1);
    if (row === undefined) throw new Error('it was added');
    row.attempts = Math.max(...removed.map(({ attempts }) => attempts));
    row.dueMs = Math.max(...removed.map(({ dueMs }) => dueMs));
    return row.id;
  }

  delivered(ids: readonly number[], notices?: readonly IncidentNotice[]): void {
    this.#note(notices);
    this.disk.outbox = this.disk.outbox.filter(({ id }) => !ids.includes(id));
  }

  retryAt(id: number, { dueMs, told, hasNotArrived, notices }: RetryLater): void {
    this.#note(notices);
    const row = this.disk.outbox.find((one) => one.id === id);
    if (row === undefined) return;
    row.attempts += 1;
    row.dueMs = dueMs;
    if (hasNotArrived) row.mayHaveArrived = false;
    if (told === undefined || row.payload.kind === 'record') return;
    row.payload =
      row.payload.kind === 'digest'
        ? { kind: 'digest', digest: { ...row.payload.digest, told } }
        : { kind: 'notification', notification: { ...row.payload.notification, told } };
  }

  gaveUp(rows: readonly FailedRow[], nowMs: number): void {
    for (const row of rows) {
      const waiting = this.disk.outbox.find(({ id }) => id === row.id);
      if (waiting === undefined) continue;
      this.disk.givenUp.push({ lane: waiting.lane, row, was: waiting, atMs: nowMs });
      this.delivered([row.id], row.notices);
      this.#add(row.instead ?? []);
    }
  }

  givenUp({ lane, limit }: { lane?: string; limit: number }): readonly GivenUpRow[] {
    return this.disk.givenUp
      .filter((one) => lane === undefined || one.lane === lane)
      .map(({ row: { id, reason, detail }, was, atMs }) => {
        const { lane: name, attempts, payload } = was;
        return { id, lane: name, attempts, reason, detail, givenUpMs: atMs, payload };
      })
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }

  sendAgain(...[ids, noticesOf = () => []]: Parameters<Outbox['sendAgain']>): number {
    const again = this.disk.givenUp.filter(({ row }) => ids.includes(row.id));
    this.disk.givenUp = this.disk.givenUp.filter((one) => !again.includes(one));
    this.disk.outbox.push(...again.map(({ was }) => ({ ...was, ...untried })));
    this.disk.outbox.sort((a, b) => a.id - b.id);
    this.#note(again.flatMap(({ was }) => noticesOf(was)));
    return again.length;
  }

  depth(): readonly { lane: string; waiting: number; gaveUp: number }[] {
    const lanes = new Set([...this.lanes(), ...this.disk.givenUp.map(({ lane }) => lane)]);
    return [...lanes].map((lane) => ({
      lane,
      waiting: this.disk.outbox.filter((row) => row.lane === lane).length,
      gaveUp: this.disk.givenUp.filter((row) => row.lane === lane).length,
    }));
  }

  close(): void {}
}
