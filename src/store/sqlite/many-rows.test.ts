import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { ManyRows } from './many-rows.ts';

test.each([0, 1, 15, 16, 17, 32, 50])('%i rows are written one after the other, in their order', (count) => {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE latest (key TEXT PRIMARY KEY, value INTEGER) STRICT;
    CREATE TABLE earlier (id INTEGER PRIMARY KEY, key TEXT, value INTEGER) STRICT;
    CREATE TRIGGER aside BEFORE UPDATE ON latest BEGIN
      INSERT INTO earlier (key, value) VALUES (OLD.key, OLD.value);
    END;`);
  const put = new ManyRows<readonly [key: string, value: number]>(db, {
    into: 'INSERT INTO latest (key, value)',
    columns: 2,
    conflict: 'ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  });
  const rows = Array.from({ length: count }, (_, nth) => [`k${nth % 7}`, nth] as const);
  put.write(rows);
  const values = (table: string) => db.prepare(`SELECT key, value FROM ${table} ORDER BY value`).raw().all();
  expect(values('latest')).toEqual(rows.slice(-7));
  expect(values('earlier')).toEqual(rows.slice(0, -7));
  db.close();
});
