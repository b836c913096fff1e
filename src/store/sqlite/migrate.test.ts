import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { emptyBatch, incidentWith, noSnapshot } from '../../../test/support/stored-batch.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { migrate } from './migrate.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-migrate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the version of schema 7 left in a file: written by its SQL, not by today's code. */
function stateOfSchema7(file: string, fill: (db: Database.Database) => void): void {
  const db = new Database(file);
  migrate(db, 7);
  fill(db);
  db.close();
}

const ofRule = (ruleId: string, changes: Partial<Incident>): Incident =>
  incidentWith({ rule: { id: ruleId, title: 'Rule "}\u{1F642}', hash: 'h' }, ...changes });

/** In the order in which they were opened, which is neither that of their ids nor that of their rules. */
const opened = [
  { incident: ofRule('r2', { id: 'z', version: 2 }), fold: '{"z":1}', documentId: 1 },
  { incident: ofRule('r1', { id: 'm' }), fold: '{"m":1}', documentId: 3 },
  { incident: ofRule('r2', { id: 'f', status: 'resolved', reason: 'quiet' }), fold: null, documentId: null },
  { incident: ofRule('r2', { id: 'a' }), fold: '{"a":1}', documentId: null },
] as const;
const firstOfZ = ofRule('r2', { id: 'z', version: 1 });

function fill(db: Database.Database): void {
  const put = db.prepare('INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { incident, fold, documentId } of opened) {
    const { id, version, status, lastSeen, rule } = incident;
    put.run(id, version, status, rule.id, `["${id}"]`, lastSeen, JSON.stringify(incident), fold, documentId);
  }
  // Row 1 tells of z as it was when it opened; row 2 of what it is now; row 3 of m, as a record.
  db.prepare('UPDATE incidents SET document_id = 2 WHERE id = ?').run('z');
  db.prepare('INSERT INTO documents VALUES (1, ?)').run(JSON.stringify(firstOfZ));
  db.exec("INSERT INTO lanes VALUES (1, 'chat'), (2, 'topic')");
  const add = db.prepare(
    'INSERT INTO outbox (id, lane_id, topic, timestamp_ms, headers, key, notification, document_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  add.run(1, 1, null, null, null, null, '{"id":"n1","reason":"opened"}', 1);
  add.run(2, 1, null, null, null, null, '{"id":"n2","reason":"raised"}', 2);
  add.run(3, 2, 'incidents', 7.5, '{"ce_subject":"m"}', Buffer.from('m'), null, 3);
  db.exec("INSERT INTO positions VALUES ('logs', 0, 42, 7.5)");
  db.exec("INSERT INTO notification_records VALUES ('z', 'told z'), ('a', 'told a')");
  const note = db.prepare('INSERT INTO notices (incident_id, notice) VALUES (?, ?)');
  note.run('z', '{"detail":"silence 7, by \\"a\\""}');
  note.run('f', '{"detail":"its rule is a shadow"}');
  note.run('z', '{"detail":"by routes"}');
  db.prepare('INSERT INTO window_deltas VALUES (1, ?)').run(Buffer.from([1, 2, 3]));
}

describe('a state of schema 7 with data in it', () => {
  test('is brought up to date, and all of it is there', () => {
    const file = join(folder, 'whole.db');
    stateOfSchema7(file, fill);
    const store = openSqliteStore({ file, synchronous: 'off' });
    const { incidents, positions, telling, windows } = store.load();
    // By rule, and of each rule in the order in which they were opened; what is final does not stand.
    expect(incidents).toEqual(
      [opened[1], opened[0], opened[3]].map(({ incident, fold }) => ({
        incident,
        ruleId: incident.rule.id,
        groupKey: `["${incident.id}"]`,
        fold,
      })),
    );
    expect(store.incidents({ limit: 10 }).map(({ id }) => id)).toEqual(['a', 'f', 'm', 'z']);
    expect(positions).toEqual([{ topic: 'logs', partition: 0, nextOffset: 42, maxEventMs: 7.5 }]);
    expect(telling.records).toEqual([
      { incidentId: 'z', state: 'told z' },
      { incidentId: 'a', state: 'told a' },
    ]);
    expect(store.notices('z')).toEqual([{ detail: 'silence 7, by "a"' }, { detail: 'by routes' }]);
    expect(store.notices('f')).toEqual([{ detail: 'its rule is a shadow' }]);
    expect(store.notices('a')).toEqual([]);
    expect(windows.deltas).toEqual([{ sequence: 1, delta: Buffer.from([1, 2, 3]) }]);
    expect(store.peek('chat', 5).map(({ id, payload }) => [id, payload])).toEqual([
      [1, { kind: 'notification', notification: { id: 'n1', reason: 'opened', incident: firstOfZ } }],
      [
        2,
        { kind: 'notification', notification: { id: 'n2', reason: 'raised', incident: opened[0].incident } },
      ],
    ]);
    const [row] = store.peek('topic', 5);
    const value = row?.payload.kind === 'record' ? row.payload.record.value : null;
    expect(Buffer.from(value ?? []).toString()).toBe(JSON.stringify(opened[1].incident));
    store.close();
  });

  test('goes on: what waits tells what it told, what becomes final stands no more, a new one comes last', () => {
    const file = join(folder, 'goes-on.db');
    stateOfSchema7(file, fill);
    const store = openSqliteStore({ file, synchronous: 'off' });
    const row = (incident: Incident, fold: string | null) => ({
      incident,
      ruleId: incident.rule.id,
      groupKey: `["${incident.id}"]`,
      fold,
    });
    const incidents = [
      row(ofRule('r2', { id: 'z', version: 3, status: 'resolved', reason: 'quiet' }), null),
      row(ofRule('r2', { id: '0' }), '{"0":1}'),
    ];
    store.commit({ ...emptyBatch, incidents }, noSnapshot);
    store.close();
    const again = openSqliteStore({ file, synchronous: 'off' });
    expect(again.load().incidents.map(({ incident }) => incident.id)).toEqual(['m', 'a', '0']);
    const told = again
      .peek('chat', 5)
      .map(({ payload }) => payload.kind === 'notification' && payload.notification.incident);
    expect(told).toEqual([firstOfZ, opened[0].incident]);
    expect(again.incident('z')?.version).toBe(3);
    again.delivered([1, 2, 3]);
    expect(again.depth()).toEqual([]);
    again.close();
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM documents').pluck().get()).toBe(0);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });
});

/** Tables of who was told, and why, came with schema 3; schema 11 made one of them. */
test.each([3, 4, 5, 6, 7, 8, 9, 10])('a state of schema %i brings who was told, and why', (schema) => {
  const file = join(folder, `telling-${schema}.db`);
  const old = new Database(file);
  migrate(old, schema);
  old.exec("INSERT INTO notification_records VALUES ('z', 'told z'), ('a', 'told a')");
  const note = old.prepare('INSERT INTO notices (incident_id, notice) VALUES (?, ?)');
  for (let nth = 0; nth < 150; nth += 1) note.run(nth % 3 === 0 ? 'f' : 'a', JSON.stringify({ nth }));
  old.close();
  const store = openSqliteStore({ file, synchronous: 'off' });
  const records = [
    { incidentId: 'f', state: 'told f' },
    { incidentId: 'z', state: null },
  ];
  const last = { at: '', receiver: 'soc', told: true, reason: 'opened', detail: '' } as const;
  const notices = [{ incidentId: 'f', notices: [last], isToTrim: false }];
  store.commit({ ...emptyBatch, telling: { records, groups: [], notices } }, noSnapshot);
  store.close();
  const again = openSqliteStore({ file, synchronous: 'off' });
  expect(again.load().telling.records).toEqual([
    { incidentId: 'a', state: 'told a' },
    { incidentId: 'f', state: 'told f' },
  ]);
  const all = Array.from({ length: 150 }, (_, nth) => ({ nth }));
  expect(again.notices('a')).toEqual(all.filter(({ nth }) => nth % 3 !== 0));
  expect(again.notices('f')).toEqual([...all.filter(({ nth }) => nth % 3 === 0), last]);
  expect(again.notices('z')).toEqual([]);
  again.close();
});
