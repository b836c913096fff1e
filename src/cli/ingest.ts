import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { busConfigOf } from '../app/bus-config.ts';
import { type Bus, openBus } from '../bus/open-bus.ts';
import type { Config } from '../config/config-model.ts';
import { sourceOfTopic } from '../config/source-of-topic.ts';
import { PinoLog } from '../runtime/pino-log.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { OutgoingRecord } from '../shared/model/log-record.ts';
import { WorldError } from '../shared/world-error.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOption, configOrComplain } from './load-config.ts';
import { readLines } from './read-lines.ts';
import { complain, type Terminal } from './terminal.ts';

interface IngestOptions {
  readonly config?: string;
  readonly topic: string;
  readonly format: 'lines' | 'json';
}

/** Lines sent in one publish: large enough for throughput, small enough that progress moves. */
const recordsPerPublish = 1_000;

/** `tocsin ingest`: puts the lines of a file, or of standard input, on a topic as they are, each a record. */
export function registerIngest(program: Command, context: CommandContext): void {
  program
    .command('ingest [file]')
    .description('put events on a topic, one a line, from a file (.gz too) or standard input')
    .requiredOption('-t, --topic <topic>', 'the topic')
    .option(...configOption)
    .addOption(
      new Option('-f, --format <format>', 'lines: as they are; json: each line must be JSON, and is checked')
        .choices(['lines', 'json'])
        .default('lines'),
    )
    .action(
      context.act((file: string | undefined, options: IngestOptions) =>
        ingest(file ?? '-', options, context),
      ),
    );
}

async function ingest(file: string, options: IngestOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = configOrComplain(context, options.config);
  if (config === undefined) return exitCode.usage;
  const clock = new SystemClock();
  const log = new PinoLog({ level: 'warn', stream: process.stderr });
  const bus = openBus(busConfigOf(config), { log, clock });
  try {
    await bus.sink.ensureTopics([{ topic: options.topic, partitions: 1, compacted: false }]);
    const sent = await sendAll({ bus, file, options, terminal, nowMs: () => clock.nowMs() });
    if (sent === undefined) return exitCode.foundFaults;
    complain(terminal, `${sent} record${sent === 1 ? '' : 's'} put on ${options.topic}`);
    if (sourceOfTopic(options.topic, config.sources) === undefined)
      complain(terminal, unread(options.topic, config));
    return exitCode.well;
  } finally {
    await bus.close();
  }
}

/** Records may be put there for others; more often the topic is misspelt. */
function unread(topic: string, { sources }: Config): string {
  const read = sources.flatMap(({ topics }) => topics);
  const meant = didYouMean(topic, read);
  const hint = meant === undefined ? `sources read ${read.join(', ')}` : `did you mean ${meant}?`;
  return `no source reads ${topic}: nothing is detected in it (${hint})`;
}

interface Sending {
  readonly bus: Bus;
  readonly file: string;
  readonly options: IngestOptions;
  readonly terminal: Terminal;
  nowMs(): number;
}

async function sendAll({ bus, file, options, terminal, nowMs }: Sending): Promise<number | undefined> {
  const progress = openProgress(terminal, file);
  let sent = 0;
  for await (const { firstLine, lines } of readLines(file)) {
    const faulty =
      options.format === 'json' ? lines.findIndex((line) => line.length > 0 && !isJson(line)) : -1;
    if (faulty >= 0) {
      complain(
        terminal,
        `${file}: line ${firstLine + faulty} is not JSON; ${sent} records were sent before it, none after`,
      );
      return undefined;
    }
    const records = lines
      .filter((line) => line.length > 0)
      .map((line) => recordOf(line, options.topic, nowMs()));
    for (let from = 0; from < records.length; from += recordsPerPublish) {
      await publish(bus, records.slice(from, from + recordsPerPublish));
    }
    sent += records.length;
    progress.moved({ sent, bytes: lines.reduce((sum, line) => sum + line.length + 1, 0) });
  }
  progress.done();
  return sent;
}

async function publish(bus: Bus, records: readonly OutgoingRecord[]): Promise<void> {
  const delivery = await bus.sink.publish(records);
  if (delivery.kind === 'delivered') return;
  throw new WorldError('broker', `cannot put records on the topic (${delivery.reason}): ${delivery.detail}`);
}

const recordOf = (line: Buffer, topic: string, nowMs: number): OutgoingRecord => ({
  topic,
  key: null,
  value: line,
  headers: [],
  timestampMs: nowMs,
});

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString());
    return true;
  } catch {
    return false;
  }
}

interface Progress {
  moved(step: { sent: number; bytes: number }): void;
  done(): void;
}

/** A bar on a screen, by bytes of the file; nothing elsewhere. */
function openProgress(terminal: Terminal, file: string): Progress {
  const isShown = terminal.isScreen && process.stderr.isTTY === true && file !== '-' && !file.endsWith('.gz');
  if (!isShown) return { moved: () => undefined, done: () => undefined };
  const total = Math.max(1, statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const width = 30;
  let bytes = 0;
  return {
    moved: (step) => {
      bytes += step.bytes;
      const share = Math.min(1, bytes / total);
      const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░');
      terminal.err.write(`\r${bar} ${Math.floor(share * 100)} %  ${step.sent} records`);
    },
    done: () => void terminal.err.write('\n'),
  };
}
