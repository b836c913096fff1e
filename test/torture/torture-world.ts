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
 * What time is like while tocsin lives and dies. `idle`: partitions fall idle at once, and hold the watermark back no longer;
 * `lateness` is so much longer than the disorder that nothing on a partition that wakes up is late, as long as tocsin
 * reads it within thirty rounds. `sharp`: no partition is ever idle, and the lateness just enough. In both the wall clock is
 * before all events, so that it does not matter when all partitions are idle at once: kills and restarts of the broker
 * stop the producers. `quiet`: everything is on the topic, the clock is long after it, and moves the watermark.
 */
export type Times = 'idle' | 'sharp' | 'quiet';

const timings: Readonly<Record<Times, { readonly latenessMs: number; readonly idleAfter: string }>> = {
  idle: { latenessMs: disorderMs + 30_000, idleAfter: '200ms' },
  sharp: { latenessMs: disorderMs, idleAfter: '1h' },
  quiet: { latenessMs: disorderMs, idleAfter: '500ms' },
};

/** A configuration with every rule in a folder of its own, and the topics it names. */
export class TortureWorld {
  readonly brokers: readonly string[];
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-torture-'));
  readonly config = join(this.folder, 'tocsin.json');
  readonly state = join(this.folder, 'state', 'tocsin.db');
  readonly topics = { logs: 'torture.logs', incidents: 'torture.incidents', firings: 'torture.firings' };

  #times: Times = 'idle';
  /** How often a life moved the watermark to where an idle partition would have held it back. */
  passedIdle = 0;
  #watermarkMs = Number.NEGATIVE_INFINITY;
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
    writeFileSync(`${this.config}.new`, JSON.stringify(this.#configuration()));
    renameSync(`${this.config}.new`, this.config);
  }

  /** By how much the wall clock of a life is ahead of the machine's. */
  get clockOffsetMs(): number {
    return this.#times === 'quiet' ? 0 : this.#earlyMs;
  }

  /** Between two lives: looks how far event time has come. */
  seeWatermark(): void {
    const { watermarkMs, leastMs } = watermarkIn(this.state);
    const isPast = watermarkMs > Math.max(this.#watermarkMs, leastMs - timings.idle.latenessMs);
    if (isPast && this.#times === 'idle') this.passedIdle += 1;
    this.#watermarkMs = watermarkMs;
  }

  static async open(brokers: readonly string[]): Promise<TortureWorld> {
    const world = new TortureWorld(brokers);
    await startTopic(brokers, world.topics.logs, { partitions });
    // Never compacted nor too old: event times are of long ago, and every version is to be seen.
    for (const topic of [world.topics.incidents, world.topics.firings])
      await startTopic(brokers, topic, { partitions, config: { 'retention.ms': '-1' } });
    return world;
  }

  #configuration(): unknown {
    const { incidents, firings, logs } = this.topics;
    const { latenessMs, idleAfter } = timings[this.#times];
    return {
      bus: { kind: 'kafka', brokers: this.brokers, groupId: 'torture' },
      sources: [
        {
          name: source,
          topics: [logs],
          format: 'json',
          time: { field: 'time', format: 'epoch-ms' },
          lateness: `${latenessMs}ms`,
          idleAfter,
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

/** What the state says of event time: the watermark, and the least of the partitions' greatest times. */
export function watermarkIn(state: string): { readonly watermarkMs: number; readonly leastMs: number } {
  const number = (sql: string): number | null | undefined =>
    orUndefined(() => {
      const db = new Database(state, { readonly: true, fileMustExist: true });
      try {
        return db.prepare<[], number | null>(sql).pluck().get();
      } finally {
        db.close();
      }
    });
  return {
    watermarkMs: number('SELECT max(watermark_ms) FROM watermarks') ?? Number.NEGATIVE_INFINITY,
    leastMs: number('SELECT min(max_event_ms) FROM positions') ?? Number.NEGATIVE_INFINITY,
  };
}
