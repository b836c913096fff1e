import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyBatch, incidentWith, noSnapshot } from '../../../test/support/stored-batch.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** Another program in the middle of a write, until it is told to go on by the number it shares. */
const otherWriter = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('better-sqlite3');
const db = new Database(workerData.file);
db.exec('BEGIN IMMEDIATE');
parentPort.postMessage('writing');
Atomics.wait(workerData.goOn, 0, 0);
db.exec('ROLLBACK');
db.close();
`;

describe('while another program is in the middle of a write', () => {
  let folder: string;
  let store: SqliteStore;
  let other: Worker | undefined;
  let goOn: Int32Array;
  /** What was waited when, and what happens then. */
  let waited: number[];
  let then: () => void;
  let tries: number;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-patience-'));
    const file = join(folder, 'state.db');
    goOn = new Int32Array(new SharedArrayBuffer(4));
    waited = [];
    then = () => undefined;
    const waiting = (waitedMs: number): void => {
      waited.push(waitedMs);
      then();
    };
    tries = 1_000;
    store = openSqliteStore({
      file,
      patience: {
        eachMs: 20,
        get tries() {
          return tries;
        },
        waiting,
      },
    });
    const writer = new Worker(otherWriter, { eval: true, workerData: { file, goOn } });
    other = writer;
    await new Promise((resolve, reject) => writer.once('message', resolve).once('error', reject));
  });
  afterEach(async () => {
    release();
    await other?.terminate();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function release(): void {
    Atomics.store(goOn, 0, 1);
    Atomics.notify(goOn, 0);
  }

  const releaseAtThird = (): void => {
    if (waited.length === 3) release();
  };

  test('a batch waits for it, and is then written once', () => {
    then = releaseAtThird;
    const incident = incidentWith();
    const row = { incident, ruleId: 'r', groupKey: 'g', fold: null };
    store.commit({ ...emptyBatch, incidents: [row] }, noSnapshot);
    expect(waited.slice(0, 3)).toEqual([20, 40, 60]);
    expect(store.incidents({ limit: 10 })).toEqual([incident]);
  });

  test('so does what the outbox writes', () => {
    then = releaseAtThird;
    store.keepPace('a', { mode: 'calm', holdUntilMs: 7, everyMs: 1, sentMs: [], alone: 0 });
    expect(waited.length).toBeGreaterThanOrEqual(3);
    expect(store.pace('a')?.holdUntilMs).toBe(7);
  });

  test('not for ever', () => {
    tries = 3;
    expect(() => store.commit({ ...emptyBatch, watermarks: { a: 1 } }, noSnapshot)).toThrow(
      /is being written by another program/,
    );
    expect(waited).toEqual([20, 40]);
  });
});
