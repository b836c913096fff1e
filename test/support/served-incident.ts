import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openBus } from '../../src/bus/open-bus.ts';
import { SystemClock } from '../../src/runtime/system-clock.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { CollectingConsumer } from './collecting-consumer.ts';
import { RecordingLog } from './recording-log.ts';
import { eventually, type Finished, runTocsin, TocsinProcess } from './tocsin-process.ts';

const rule = {
  id: 'three-failures',
  title: 'Failures of {{ user }}',
  severity: 'medium',
  description: 'Somebody fails again and again.',
  conditions: { all: [{ fact: 'outcome', operator: 'equal', value: 'failure' }] },
  groupBy: ['user'],
  window: { type: 'event_count', timespan: '1h', condition: { gte: 3 } },
  dedup: '2h',
};

const config = {
  bus: { kind: 'embedded', file: 'log.db' },
  state: { file: 'state.db' },
  rules: ['rule.json'],
  web: { listen: 'off' },
  sources: [{ name: 'auth', topics: ['logs.auth'], time: { field: 'time', format: 'iso8601' } }],
};

/** A version of an incident as it was published: the kind of the change, and the whole incident. */
export interface PublishedVersion {
  readonly kind: string;
  readonly incident: Incident;
}

/** The real service on the embedded log in a folder of its own, and one incident of it that persons work on. */
export class ServedIncident {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-life-'));
  #service: TocsinProcess | undefined;

  constructor() {
    writeFileSync(join(this.#folder, 'rule.json'), JSON.stringify(rule));
    writeFileSync(join(this.#folder, 'tocsin.json'), JSON.stringify(config));
  }

  /** Starts the service, and attacks until there is an incident; gives its id. */
  async open(): Promise<string> {
    await this.start();
    await this.attack(3);
    await eventually(() => this.#found() !== undefined);
    return this.now().id;
  }

  async start(): Promise<void> {
    this.#service = new TocsinProcess(['run'], { cwd: this.#folder });
    await this.#service.up();
  }

  /** Stops the service where it stands, at a moment at which it is not writing: nobody else could write until it goes on. */
  async freeze(): Promise<void> {
    for (;;) {
      this.#service?.signal('SIGSTOP');
      // It ends the system call that it is in first, and that may be the one that takes the lock.
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (this.#isWritable()) return;
      this.#service?.signal('SIGCONT');
    }
  }

  thaw(): void {
    this.#service?.signal('SIGCONT');
  }

  #isWritable(): boolean {
    const db = new Database(join(this.#folder, 'state.db'), { fileMustExist: true, timeout: 0 });
    try {
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
      return true;
    } catch {
      return false;
    } finally {
      db.close();
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#service?.end(signal);
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** `tocsin incidents ...` */
  incidents(...args: string[]): Promise<Finished> {
    return runTocsin(['incidents', ...args], { cwd: this.#folder });
  }

  /** The same of a command that asks the service for something: waits for the answer of one that is slow, too. */
  ask(...args: string[]): Promise<Finished> {
    return this.incidents(...args, '--wait', '1h');
  }

  /** Failures of a user just now: each after the second is a firing. */
  async attack(count: number, user = 'jo'): Promise<void> {
    const nowMs = Date.now();
    const events = Array.from({ length: count }, (_, nth) =>
      JSON.stringify({ time: new Date(nowMs - count + nth).toISOString(), outcome: 'failure', user }),
    );
    const input = events.join('\n');
    await runTocsin(['ingest', '--topic', 'logs.auth'], { cwd: this.#folder, input });
  }

  /** The state, opened beside the service. */
  beside(): SqliteStore {
    return openSqliteStore({ file: join(this.#folder, 'state.db'), beside: true });
  }

  /** The incident of a user, as the state has it; undefined: there is none. */
  of(user: string): Incident | undefined {
    const store = openSqliteStore({ file: join(this.#folder, 'state.db'), readOnly: true });
    try {
      return store.incidents({ limit: 10 }).find(({ group }) => group['user'] === user);
    } finally {
      store.close();
    }
  }

  /** The incident as the state has it. */
  now(): Incident {
    const incident = this.#found();
    if (incident === undefined) throw new Error('no incident');
    return incident;
  }

  #found(): Incident | undefined {
    const store = openSqliteStore({ file: join(this.#folder, 'state.db'), readOnly: true });
    try {
      return store.incidents({ limit: 10 })[0];
    } finally {
      store.close();
    }
  }

  /** Its versions on the incidents topic, up to that one. */
  async published(last: number): Promise<readonly PublishedVersion[]> {
    const bus = openBus(
      { kind: 'embedded', file: join(this.#folder, 'log.db') },
      { log: new RecordingLog(), clock: new SystemClock() },
    );
    const source = bus.source(['tocsin.incidents']);
    const consumer = new CollectingConsumer();
    const read = (): PublishedVersion[] =>
      consumer.batches
        .flatMap(({ records }) => records)
        .map(({ headers, value }) => ({
          kind:
            Buffer.from(headers.find(([name]) => name === 'ce_type')?.[1] ?? [])
              .toString()
              .split('.')[2] ?? '',
          incident: JSON.parse(Buffer.from(value ?? []).toString()) as Incident,
        }));
    const running = source.run(consumer);
    await consumer.until(() => read().some(({ incident }) => incident.version >= last));
    await source.stop();
    await running;
    await bus.close();
    return read();
  }
}
