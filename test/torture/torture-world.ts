import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTopic } from '../support/kafka/start-topic.ts';
import { latenessMs } from './torture-events.ts';
import { tortureRules } from './torture-rules.ts';

export const partitions = 4;

const source = 'torture';

/** A configuration with every rule in a folder of its own, and the topics it names. */
export class TortureWorld {
  readonly brokers: readonly string[];
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-torture-'));
  readonly config = join(this.folder, 'tocsin.json');
  readonly state = join(this.folder, 'state', 'tocsin.db');
  readonly topics = { logs: 'torture.logs', incidents: 'torture.incidents', firings: 'torture.firings' };

  private constructor(brokers: readonly string[]) {
    this.brokers = brokers;
    process.on('exit', this.#remove);
    writeFileSync(
      join(this.folder, 'rules.json'),
      JSON.stringify(tortureRules.map(({ written }) => written)),
    );
    writeFileSync(this.config, JSON.stringify(this.#configuration()));
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
    return {
      bus: { kind: 'kafka', brokers: this.brokers, groupId: 'torture' },
      sources: [
        {
          name: source,
          topics: [logs],
          format: 'json',
          time: { field: 'time', format: 'epoch-ms' },
          lateness: `${latenessMs}ms`,
          // Kills and restarts of the broker stop the producers: such a silence must not make the rest late.
          idleAfter: '1h',
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
