import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryDisk } from '../../../test/fakes/memory-disk.ts';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { emptyBatch, incidentWith, noSnapshot } from '../../../test/support/stored-batch.ts';
import { digestOf } from '../../notify/message/digest.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { NewOutboxRow, Outbox, OutboxPayload } from '../../shared/ports/outbox.ts';
import type { Store } from '../../shared/ports/store.ts';
import { migrate } from './migrate.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

// Rows refer to documents that incidents hold; to whoever reads them they hold those themselves.

const folder = mkdtempSync(join(tmpdir(), 'tocsin-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
let file = '';
beforeEach(() => {
  files += 1;
  file = join(folder, `state-${files}.db`);
});
const open = () => openSqliteStore({ file, synchronous: 'off' });

/** Hostile, and of several bytes a character: a document is copied as text, cut into and put together by SQL. */
const versionOf = (id: string, version: number): Incident =>
  incidentWith({
    id,
    version,
    title: `v${version} of ${id} "}]\u0000\u{1F642}\ud800\u2028',"incident":null}`,
  });

const stored = (incident: Incident) => ({ incident, ruleId: 'r1', groupKey: '[]', fold: '{}' });

const message = (lane: string, incident: Incident): NewOutboxRow => ({
  lane,
  payload: {
    kind: 'notification',
    notification: { id: `${lane} ${incident.version}`, reason: 'opened', incident },
  },
});

const record = (incident: Incident): NewOutboxRow => ({
  lane: 't',
  payload: {
    kind: 'incident',
    record: { topic: 'incidents', source: 'urn:ü"é\n', change: { kind: 'updated', incident } },
  },
});

const lanes = ['t', 'a', 'b'];

const bytes = (payload: OutboxPayload): unknown =>
  payload.kind !== 'record'
    ? payload
    : {
        ...payload.record,
        key: Buffer.from(payload.record.key ?? []).toString(),
        value: Buffer.from(payload.record.value ?? []).toString(),
        headers: payload.record.headers.map(([name, value]) => [name, Buffer.from(value).toString()]),
      };

/** All that can be read of an outbox. */
const seen = (store: Outbox): unknown => ({
  waiting: lanes.map((lane) =>
    store.peek(lane, 1_000).map((row) => ({ ...row, payload: bytes(row.payload) })),
  ),
  givenUp: store.givenUp({ limit: 1_000 }).map((row) => ({ ...row, payload: bytes(row.payload) })),
});

const documentsLeft = (): number => {
  const db = new Database(file, { readonly: true });
  const left = db.prepare<[], number>('SELECT count(*) FROM documents').pluck().get() ?? -1;
  db.close();
  return left;
};

type Step =
  | {
      readonly kind: 'commit';
      readonly ids: readonly number[];
      readonly told: readonly string[];
      readonly twice: boolean;
    }
  | { readonly kind: 'repeat' | 'again'; readonly nth: number }
  | {
      readonly kind: 'delivered' | 'gaveUp' | 'told' | 'collapse';
      readonly lane: string;
      readonly nth: number;
    }
  | { readonly kind: 'resend' | 'reopen' };

const nth = fc.nat({ max: 4 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('commit' as const),
        ids: fc.uniqueArray(nth, { minLength: 1, maxLength: 3 }),
        told: fc.uniqueArray(fc.constantFrom(...lanes)),
        twice: fc.boolean(),
      }),
    },
    fc.record({ kind: fc.constantFrom('repeat' as const, 'again' as const), nth }),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('delivered' as const, 'gaveUp' as const, 'told' as const, 'collapse' as const),
        lane: fc.constantFrom(...lanes),
        nth,
      }),
    },
    fc.record({ kind: fc.constantFrom('resend' as const, 'reopen' as const) }),
  ),
  { maxLength: 25 },
);

/** Does the same to any store; `versions` is what the incidents have come to. */
class Run {
  #store: Store & Outbox;
  readonly #open: () => Store & Outbox;
  readonly #latest = new Map<number, Incident>();

  constructor(opened: () => Store & Outbox) {
    this.#open = opened;
    this.#store = opened();
  }

  get store(): Store & Outbox {
    return this.#store;
  }

  take(step: Step): void {
    const store = this.#store;
    if (step.kind === 'reopen') {
      store.close();
      this.#store = this.#open();
    } else if (step.kind === 'resend') store.sendAgain(store.givenUp({ limit: 3 }).map(({ id }) => id));
    else if (step.kind === 'commit') this.#commit(step);
    else if ('lane' in step) this.#deliver(step);
    else if ('nth' in step) this.#tellAgain(step.kind, step.nth);
  }

  #commit({ ids, told, twice }: Extract<Step, { kind: 'commit' }>): void {
    const news = ids.flatMap((id) => (twice ? [this.#next(id), this.#next(id)] : [this.#next(id)]));
    const outbox = news.flatMap((incident) =>
      told.map((lane) => (lane === 't' ? record(incident) : message(lane, incident))),
    );
    this.#store.commit({ ...emptyBatch, incidents: news.map(stored), outbox }, noSnapshot);
  }

  #next(id: number): Incident {
    const next = versionOf(`i${id}`, (this.#latest.get(id)?.version ?? 0) + 1);
    this.#latest.set(id, next);
    return next;
  }

  /** Of an incident that this batch does not store, or stores as it was. */
  #tellAgain(kind: 'repeat' | 'again', id: number): void {
    const incident = this.#latest.get(id);
    if (incident === undefined) return;
    const incidents = kind === 'again' ? [stored(structuredClone(incident))] : [];
    const outbox = kind === 'repeat' ? [message('b', incident)] : [];
    this.#store.commit({ ...emptyBatch, incidents, outbox }, noSnapshot);
  }

  #deliver({ kind, lane, nth: at }: Extract<Step, { lane: string }>): void {
    const store = this.#store;
    const rows = store.peek(lane, 5);
    const [row] = rows.slice(at);
    if (row === undefined) return;
    if (kind === 'delivered') store.delivered(rows.slice(0, at).map(({ id }) => id));
    if (kind === 'gaveUp') store.gaveUp([{ id: row.id, reason: 'client', detail: 'no' }], 7);
    if (kind === 'told')
      store.retryAt(row.id, { dueMs: 5, reason: 'server', detail: '', told: ['a"\u2028'] });
    const { payload } = row;
    if (kind !== 'collapse' || payload.kind !== 'notification') return;
    const digest = digestOf([payload.notification], { id: `d${row.id}`, cause: 'behind', group: {} });
    store.collapse([row.id], digest);
  }
}

describe('rows and the versions they tell of', () => {
  test('hold what they were written with, whatever comes then, as if each had a copy', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        files += 1;
        file = join(folder, `state-${files}.db`);
        const disk = new MemoryDisk();
        const runs = [new Run(open), new Run(() => new MemoryStore(disk))] as const;
        for (const step of taken) {
          for (const run of runs) run.take(step);
          expect(seen(runs[0].store)).toEqual(seen(runs[1].store));
        }
        for (const lane of lanes)
          runs[0].store.delivered(runs[0].store.peek(lane, 1_000).map(({ id }) => id));
        expect(documentsLeft()).toBe(0);
        runs[0].store.close();
      }),
      { numRuns: 25 },
    );
  });

  test('share one document, which is put aside once the incident goes on, until the last of them has left', () => {
    const store = open();
    const [first, second] = [versionOf('i', 1), versionOf('i', 2)];
    store.commit(
      {
        ...emptyBatch,
        incidents: [stored(first)],
        outbox: [record(first), message('a', first), message('b', first)],
      },
      noSnapshot,
    );
    expect(documentsLeft()).toBe(0);
    store.commit({ ...emptyBatch, incidents: [stored(second)], outbox: [message('a', second)] }, noSnapshot);
    expect(documentsLeft()).toBe(1);
    const rows = lanes.flatMap((lane) => store.peek(lane, 5));
    expect(rows.map(({ payload }) => JSON.stringify(bytes(payload)).includes('v1 of i'))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    store.delivered(rows.slice(0, 3).map(({ id }) => id));
    expect(documentsLeft()).toBe(1);
    store.delivered(rows.slice(3).map(({ id }) => id));
    expect(documentsLeft()).toBe(0);
    store.close();
  });
});

describe('a state of the schema before', () => {
  test('is brought up to date with what waits and what was given up in it, and goes on', () => {
    const [first, second] = [versionOf('i', 1), versionOf('i', 2)];
    const db = new Database(file);
    migrate(db, 6);
    const text = JSON.stringify(first);
    const notification = { id: 'n1', reason: 'opened', incident: first } as const;
    db.prepare("INSERT INTO incidents VALUES ('i', 1, 'open', 'r1', '[]', ?, ?, '{}')").run(
      first.lastSeen,
      text,
    );
    db.exec("INSERT INTO lanes VALUES (1, 't'), (2, 'a')");
    const headers = JSON.stringify([['h', Buffer.from('x').toString('base64')]]);
    const put = db.prepare(
      `INSERT INTO outbox (id, lane_id, topic, timestamp_ms, headers, key, value, notification)
       VALUES (?, ?, ?, 7.5, ?, ?, ?, ?)`,
    );
    put.run(3, 1, 'incidents', headers, Buffer.from('i'), Buffer.from(text), null);
    put.run(4, 2, null, null, null, null, JSON.stringify(notification));
    db.prepare(
      "INSERT INTO outbox_given_up VALUES (2, 2, NULL, NULL, NULL, NULL, NULL, ?, 5, 9, 'client', 'no', 7)",
    ).run(JSON.stringify(notification));
    db.close();

    const store = open();
    store.commit({ ...emptyBatch, incidents: [stored(second)], outbox: [message('a', second)] }, noSnapshot);
    expect(store.sendAgain([2])).toBe(1);
    expect(store.peek('t', 5).map(({ payload }) => bytes(payload))).toEqual([
      { topic: 'incidents', timestampMs: 7.5, key: 'i', value: text, headers: [['h', 'x']] },
    ]);
    expect(store.peek('a', 5).map(({ id, payload }) => [id, payload])).toMatchObject([
      [2, { kind: 'notification', notification }],
      [4, { kind: 'notification', notification }],
      [5, { kind: 'notification', notification: { incident: second } }],
    ]);
    store.close();
  });
});
