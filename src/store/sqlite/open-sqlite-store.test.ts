import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyBatch, noSnapshot, recordRow, storedWith } from '../../../test/support/stored-batch.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { isWriterLocked } from './writer-lock.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-open-'));
  file = join(folder, 'tocsin.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
  return 'no error';
};

/** Commits something, and ends as a killed process does: the file is not closed, only its lock is let go. */
function written(options: { clean: boolean }): void {
  const store = openSqliteStore({ file, synchronous: 'off' });
  const incidents = Array.from({ length: 500 }, (_, index) => storedWith({ id: `i${index}` }));
  store.commit({ ...emptyBatch, incidents }, noSnapshot);
  store.close();
  if (options.clean) return;
  const db = new Database(file);
  db.exec("UPDATE meta SET value = 1 WHERE name = 'unclean'");
  db.close();
}

describe('opening a state', () => {
  test('that another process writes is refused, and works once that one has ended', () => {
    const first = openSqliteStore({ file });
    expect(codeOf(() => openSqliteStore({ file }))).toMatch(
      new RegExp(`^state-in-use: .*another tocsin \\(process ${process.pid}\\)`),
    );
    first.close();
    openSqliteStore({ file }).close();
  });

  test('asks whether one writes it without keeping another from doing so', () => {
    expect(isWriterLocked(file)).toBe(false);
    const first = openSqliteStore({ file });
    expect(isWriterLocked(file)).toBe(true);
    first.close();
    expect(isWriterLocked(file)).toBe(false);
    openSqliteStore({ file }).close();
  });

  test('for reading is never refused, and sees what the writer commits', () => {
    const writer = openSqliteStore({ file });
    const reader = openSqliteStore({ file, readOnly: true });
    writer.commit({ ...emptyBatch, incidents: [storedWith({})], outbox: [recordRow('a', '1')] }, noSnapshot);
    expect(reader.incident('a1')?.id).toBe('a1');
    expect(reader.depth()).toEqual([{ lane: 'a', waiting: 1, gaveUp: 0 }]);
    writer.close();
    expect(reader.incidents({ limit: 10 }).length).toBe(1);
    reader.close();
  });

  test('for reading works on one that was closed, and on one that was not', () => {
    written({ clean: true });
    const reader = openSqliteStore({ file, readOnly: true });
    expect(reader.incidents({ limit: 1_000 }).length).toBe(500);
    reader.close();
  });

  test('for reading cannot write', () => {
    written({ clean: true });
    const reader = openSqliteStore({ file, readOnly: true });
    expect(codeOf(() => reader.commit({ ...emptyBatch, incidents: [storedWith({})] }, noSnapshot))).toMatch(
      /^disk: /,
    );
    reader.close();
  });

  test('for reading that is not there says so, and makes nothing', () => {
    expect(codeOf(() => openSqliteStore({ file, readOnly: true }))).toMatch(/^state: there is no state in/);
    expect(() => statSync(file)).toThrow();
  });

  test('of a newer version is refused', () => {
    written({ clean: true });
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    expect(codeOf(() => openSqliteStore({ file }))).toMatch(/^state: .*newer tocsin \(schema 99/);
    expect(codeOf(() => openSqliteStore({ file, readOnly: true }))).toMatch(/^state: .*newer tocsin/);
  });

  test('that is another program’s database is refused, and left alone', () => {
    const db = new Database(file);
    db.exec('CREATE TABLE precious (id INTEGER)');
    db.close();
    const before = readFileSync(file);
    expect(codeOf(() => openSqliteStore({ file }))).toMatch(/^state: .*no state of tocsin/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('that is no database says what to do', () => {
    writeFileSync(file, 'not a database at all, but long enough to be taken for one'.repeat(100));
    expect(codeOf(() => openSqliteStore({ file }))).toMatch(/^state: .*damaged.*Restore it from a backup/);
  });

  test('that was damaged while it was not closed cleanly is found out', () => {
    written({ clean: false });
    const content = readFileSync(file);
    // Pages in the middle hold incidents; the first ones, the schema.
    content.fill(0xab, 4_096 * 12, 4_096 * 14);
    writeFileSync(file, content);
    expect(codeOf(() => openSqliteStore({ file }))).toMatch(/^state: .*damaged/);
  });

  test('that was not closed cleanly and is whole goes on', () => {
    written({ clean: false });
    const store = openSqliteStore({ file });
    expect(store.load().incidents.length).toBe(500);
    store.close();
  });

  test('in a place where nothing can be written is an error of the disk', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(codeOf(() => openSqliteStore({ file: join(folder, 'file', 'tocsin.db') }))).toMatch(/^disk: /);
  });

  test('makes files that only their owner reads', () => {
    const store = openSqliteStore({ file });
    store.commit({ ...emptyBatch, incidents: [storedWith({})] }, noSnapshot);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o077).toBe(0);
    store.close();
  });
});

describe('a disk that is full', () => {
  test('ends in an error of the disk, and in nothing half written', () => {
    const script = fileURLToPath(import.meta.resolve('../../../test/support/commit-until-full.ts'));
    // Files may grow to 4 MB; without the trap the signal that comes with the limit would end the process.
    const limited = `trap '' XFSZ; ulimit -f 8192; exec '${process.execPath}' '${script}' '${file}'`;
    const { stdout, stderr } = spawnSync('sh', ['-c', limited], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { committed, error, again, closing } = JSON.parse(stdout);
    expect({ error, again, closing }).toEqual({ error: 'disk', again: 'disk', closing: null });
    expect(committed).toBeGreaterThan(5);

    const store = openSqliteStore({ file });
    expect(store.load().incidents.length).toBe(committed);
    expect(store.load().windows.deltas.at(-1)?.delta).toBe(`${committed - 1}`);
    store.close();
  });
});
