import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from 'kafkajs';
import type { Incident } from '../../src/shared/model/incident.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { startTopic } from './kafka/start-topic.ts';
import { produce, readTopic, recordCount } from './kafka/topic-tools.ts';
import { SlackStandIn } from './slack-stand-in.ts';
import { TestSmtpServer } from './smtp-server.ts';
import { authLines, sshdTruth, type TruthIncident } from './sshd-truth.ts';
import { eventually, runTocsin } from './tocsin-process.ts';

/** The rule: three failed passwords from one address in 30 seconds. Lines "message repeated" are not in the truth. */
const rule = {
  id: 'failed-passwords',
  title: 'Failed passwords from {{ source.ip }}',
  severity: 'high',
  conditions: { all: [{ fact: 'message', operator: 'startsWith', value: 'Failed password for ' }] },
  groupBy: ['source.ip'],
  window: { type: 'event_count', timespan: '30s', condition: { gte: 3 } },
  dedup: '1h',
};

const partitions = 4;

/** Of each partition, when the log comes in bit by bit: it is later than everything, and settles what came before. */
const closingLine = 'Apr 20 23:59:59 ip-10-77-20-248 sshd[1]: Server listening on 0.0.0.0 port 22.';

/** How long a partition must be silent to hold no window back: none is while its lines may still come, however slowly. */
const neverIdle = '1d';

/**
 * The partition of a line: lines of one second go to one partition, so that the order of equal times is the order of
 * the file; the lines of one address are spread over all four.
 */
const partitionOf = (line: string): number =>
  [...line.slice(0, 15)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % partitions;

/** The sshd log on a Kafka topic, tocsin's configuration for it, and real receivers; what came of it against the truth. */
export class SshdRun {
  readonly brokers: readonly string[];
  readonly slack: SlackStandIn;
  readonly smtp: TestSmtpServer;
  readonly folder: string;
  readonly config: string;
  readonly #idleAfter: string;
  readonly topics: { readonly logs: string; readonly incidents: string; readonly firings: string };
  readonly truth = sshdTruth({ count: 3, windowSeconds: 30, dedupMs: 3_600_000, year: 2026 });
  /** The line (from 1) that stands at a partition and offset. */
  readonly #lineAt = new Map<string, number>();

  private constructor(parts: {
    brokers: readonly string[];
    name: string;
    idleAfter: string;
    slack: SlackStandIn;
    smtp: TestSmtpServer;
  }) {
    this.#idleAfter = parts.idleAfter;
    this.brokers = parts.brokers;
    this.slack = parts.slack;
    this.smtp = parts.smtp;
    this.topics = {
      logs: `${parts.name}.logs`,
      incidents: `${parts.name}.incidents`,
      firings: `${parts.name}.firings`,
    };
    this.folder = mkdtempSync(join(tmpdir(), 'tocsin-sshd-'));
    this.config = join(this.folder, 'tocsin.json');
    writeFileSync(join(this.folder, 'rule.json'), JSON.stringify(rule));
    writeFileSync(this.config, JSON.stringify(this.#configuration(parts.name)));
  }

  /** With a short `idleAfter` all lines must be on the topic before they are read; it is their silence that settles them. */
  static async open(
    brokers: readonly string[],
    name: string,
    { idleAfter = neverIdle }: { idleAfter?: string } = {},
  ): Promise<SshdRun> {
    // Never compacted nor too old: event times are of long ago, and a reader that comes late is to see every version.
    for (const topic of [`${name}.incidents`, `${name}.firings`]) {
      await startTopic(brokers, topic, { partitions: 4, config: { 'retention.ms': '-1' } });
    }
    return new SshdRun({
      brokers,
      name,
      idleAfter,
      slack: await SlackStandIn.start(),
      smtp: await TestSmtpServer.start(),
    });
  }

  #configuration(name: string): unknown {
    return {
      bus: { kind: 'kafka', brokers: this.brokers, groupId: name },
      sources: [
        {
          name: 'auth',
          topics: [this.topics.logs],
          format: 'syslog',
          time: { format: 'syslog', zone: 'UTC', year: 2026 },
          idleAfter: this.#idleAfter,
        },
      ],
      outputs: {
        incidents: this.topics.incidents,
        firings: this.topics.firings,
        remediation: `${name}.remediation`,
        deadLetters: `${name}.dead-letters`,
      },
      rules: ['rule.json'],
      receivers: {
        // One message an incident: the log's times are long past, and fast as it is read it would be a storm.
        soc: {
          digestAfter: 10_000,
          pastAfter: '5200w',
          slack: { webhookUrl: this.slack.webhookUrl, ratePerSecond: 500 },
          email: { to: ['soc@example.org'], ratePerSecond: 500 },
        },
      },
      routes: { receiver: 'soc' },
      smtp: { host: '127.0.0.1', port: this.smtp.port, requireTls: false, from: 'tocsin@example.org' },
      state: { file: 'state/tocsin.db' },
      web: { listen: '127.0.0.1:0' },
    };
  }

  /** Puts all lines on the topic in the order of the file, so many at a time, with a pause in between. */
  async produceAll(pace: { linesAtATime: number; pauseMs: number }): Promise<void> {
    await produce(this.brokers, this.topics.logs, this.#batches(pace));
  }

  async *#batches({
    linesAtATime,
    pauseMs,
  }: {
    linesAtATime: number;
    pauseMs: number;
  }): AsyncGenerator<Message[]> {
    const next = new Array<number>(partitions).fill(0);
    const lines = authLines();
    for (let from = 0; from < lines.length; from += linesAtATime) {
      yield lines.slice(from, from + linesAtATime).map((text, index) => {
        const partition = partitionOf(text);
        this.#lineAt.set(`${partition}/${next[partition]}`, from + index + 1);
        next[partition] = (next[partition] ?? 0) + 1;
        return { partition, value: Buffer.from(text, 'latin1') };
      });
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    if (this.#idleAfter === neverIdle) yield next.map((_, partition) => ({ partition, value: closingLine }));
  }

  /** Waits until every true firing was published, every incident is at its end, and everybody was told of all. */
  async settled(): Promise<void> {
    const firings = this.truth.firings.length;
    await eventually(
      async () => (await recordCount(this.brokers, this.topics.firings).catch(() => 0)) >= firings,
    );
    // After a kill some may be there twice while others are still to come.
    await eventually(async () => new Set(await this.firingLines()).size >= firings);
    await eventually(async () => (await this.incidents()).every(({ status }) => status !== 'open'));
    await eventually(() => this.#isAllTold());
  }

  #isAllTold(): boolean {
    const store = openSqliteStore({ file: join(this.folder, 'state', 'tocsin.db'), readOnly: true });
    try {
      return store.depth().every(({ waiting }) => waiting === 0);
    } finally {
      store.close();
    }
  }

  /** All incidents there ever were, as `tocsin incidents list` gives them. */
  async incidents(): Promise<readonly Incident[]> {
    const { out } = await runTocsin([
      'incidents',
      'list',
      '--json',
      '--limit',
      '10000',
      '--config',
      this.config,
    ]);
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Incident);
  }

  /** The lines at which the settled firings stand, as published; repeats are given, too. */
  async firingLines(): Promise<number[]> {
    const records = await readTopic(this.brokers, this.topics.firings);
    const firings = records.map(
      ({ value }) => JSON.parse(String(value)) as { position: { partition: number; offset: number } },
    );
    return this.linesOf(firings.map(({ position }) => position));
  }

  /** The lines that stand at these positions of the topic; -1 where none does. */
  linesOf(positions: readonly { partition: number; offset: number }[]): number[] {
    return positions.map(({ partition, offset }) => this.#lineAt.get(`${partition}/${offset}`) ?? -1);
  }

  /** The versions on the incidents topic by incident, in the order a plain consumer sees them. */
  async publishedVersions(): Promise<Map<string, Incident[]>> {
    const records = await readTopic(this.brokers, this.topics.incidents);
    return Map.groupBy(
      records.map((record) => JSON.parse(String(record.value)) as Incident),
      (incident) => incident.id,
    );
  }

  async close(): Promise<void> {
    await this.slack.stop();
    await this.smtp.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What two runs must agree in: incidents that are neither merged nor revised. */
export const standing = (incidents: readonly Incident[]): TruthIncident[] =>
  incidents
    .filter(({ status, reason }) => status !== 'merged' && reason !== 'revised')
    .map(({ group, firstSeen, lastSeen, events, firings }) => ({
      ip: String(group['source.ip']),
      firstSeen,
      lastSeen,
      events,
      firings,
    }))
    .sort(byAddressAndTime);

export const byAddressAndTime = (a: TruthIncident, b: TruthIncident): number =>
  a.ip.localeCompare(b.ip) || a.firstSeen.localeCompare(b.firstSeen);
