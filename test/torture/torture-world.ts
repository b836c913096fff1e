import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startTopic } from '../support/kafka/start-topic.ts';
import { orUndefined } from './or-undefined.ts';
import { disorderMs, startMs } from './torture-events.ts';
import { tortureRules } from './torture-rules.ts';

export const partitions = 4;

const source = 'torture';

const day = 86_400_000;

/**
 * What time is like while tocsin lives and dies. `idle`: partitions fall idle at once, hold the watermark back no longer, and
 * are late when they come back. `sharp`: no partition is ever idle, and nothing is late. In both the wall clock is before
 * all events, so that it does not matter when all partitions are idle at once: kills and restarts of the broker stop the
 * producers. `quiet`: everything is on the topic, the clock is long after it, and moves the watermark.
 */
export type Times = 'idle' | 'sharp' | 'quiet';

/** Shorter than the tick, so that what decides is when something comes. */
export const idleAfterMs = 200;

const idleAfter: Readonly<Record<Times, string>> = { idle: `${idleAfterMs}ms`, sharp: '1h', quiet: '500ms' };

/** A configuration with every rule in a folder of its own, and the topics it names. */
export class TortureWorld {
  readonly brokers: readonly string[];
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-torture-'));
  readonly config = join(this.folder, 'tocsin.json');
  /** What tocsin notes of its turns, whichever life it is in. */
  readonly turnsFile = join(this.folder, 'turns');
  readonly state = join(this.folder, 'state', 'tocsin.db');
  readonly topics = { logs: 'torture.logs', incidents: 'torture.incidents', firings: 'torture.firings' };

  #times: Times = 'idle';
  readonly #earlyMs = startMs - 30 * day - Date.now();

  private constructor(brokers: readonly string[]) {
    this.brokers = brokers;
    process.on('exit', this.#remove);
    writeFileSync(
      join(this.folder, 'rules.json'),
      JSON.stringify(tortureRules.map(({ written }) => written)),
    );
    this.enter('idle');
  }

  /** From the next life on. */
  enter(times: Times): void {
    this.#times = times;
    writeFileSync(
      `${this.config}.new`,
      JSON.stringify(this.#configuration({ topic: this.topics.logs, lateness: `${disorderMs}ms` })),
    );
    renameSync(`${this.config}.new`, this.config);
  }

  get times(): Times {
    return this.#times;
  }

  /** By how much the wall clock of a life is ahead of the machine's. */
  get clockOffsetMs(): number {
    return this.#times === 'quiet' ? 0 : this.#earlyMs;
  }

  /** Where a replay finds the events that were not late, and how it is to read them. */
  inTime(): { readonly topic: string; readonly config: string } {
    const topic = `${this.topics.logs}.in-time`;
    const config = join(this.folder, 'replay.json');
    writeFileSync(config, JSON.stringify(this.#configuration({ topic, lateness: '30m' })));
    return { topic, config };
  }

  static async open(brokers: readonly string[]): Promise<TortureWorld> {
    const world = new TortureWorld(brokers);
    await startTopic(brokers, world.topics.logs, { partitions });
    // Never compacted nor too old: event times are of long ago, and every version is to be seen.
    for (const topic of [world.topics.incidents, world.topics.firings])
      await startTopic(brokers, topic, { partitions, config: { 'retention.ms': '-1' } });
    return world;
  }

  #configuration({ topic, lateness }: { topic: string; lateness: string }): unknown {
    const { incidents, firings } = this.topics;
    return {
      bus: { kind: 'kafka', brokers: this.brokers, groupId: 'torture' },
      sources: [
        {
          name: source,
          topics: [topic],
          format: 'json',
          time: { field: 'time', format: 'epoch-ms' },
          lateness,
          idleAfter: idleAfter[this.#times],
          maxSkew: '365d',
        },
      ],
      outputs: {
        incidents,
        firings,
        remediation: 'torture.remediation',
        deadLetters: 'torture.dead-letters',
      },
      rules: ['rules.json'],
      state: { file: this.state },
      web: { listen: 'off' },
    };
  }

  readonly #remove = (): void => rmSync(this.folder, { recursive: true, force: true });

  close(): void {
    process.off('exit', this.#remove);
    this.#remove();
  }
}

/** How far event time has come, by the state; -Infinity before there is one. */
export function watermarkIn(state: string): number {
  const found = orUndefined(() => {
    const db = new Database(state, { readonly: true, fileMustExist: true });
    try {
      return db.prepare<[], number | null>('SELECT max(watermark_ms) FROM watermarks').pluck().get();
    } finally {
      db.close();
    }
  });
  return found ?? Number.NEGATIVE_INFINITY;
}
