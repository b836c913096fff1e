import { Argument, type Command } from 'commander';
import { busConfigOf } from '../app/bus-config.ts';
import { openBus } from '../bus/open-bus.ts';
import type { Config } from '../config/config.ts';
import { PinoLog } from '../runtime/pino-log.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { Incident } from '../shared/model/incident.ts';
import { type IncidentChangeKind, incidentChangeKinds } from '../shared/model/incident-change.ts';
import type { LogRecord } from '../shared/model/log-record.ts';
import { partitionName } from '../shared/model/position.ts';
import type { RecordConsumer, RecordSource } from '../shared/ports/record-source.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { incidentLine } from './incident-line.ts';
import { configOption, configOrComplain } from './load-config.ts';
import { complain, print, printable, type Terminal } from './terminal.ts';

interface TailOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly fromBeginning?: boolean;
}

type TailedTopic = 'incidents' | 'remediation' | 'dead-letters';

/** `tocsin tail`: follows a topic of tocsin's own in the terminal, until Ctrl-C. */
export function registerTail(program: Command, context: CommandContext): void {
  program
    .command('tail')
    .description('follow a topic in the terminal')
    .addArgument(
      new Argument('[topic]', 'which')
        .choices(['incidents', 'remediation', 'dead-letters'])
        .default('incidents'),
    )
    .option(...configOption)
    .option('--json', 'the values as they are, one a line')
    .option('--from-beginning', 'everything the topic still holds first')
    .action(context.act((topic: TailedTopic, options: TailOptions) => tail(topic, options, context)));
}

async function tail(topic: TailedTopic, options: TailOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = configOrComplain(context, options.config);
  if (config === undefined) return exitCode.usage;
  const name = topicName(config, topic);
  const clock = new SystemClock();
  const log = new PinoLog({ level: 'warn', stream: process.stderr });
  // A group of its own: following a topic must not take partitions from anybody.
  const bus = openBus(busConfigOf(config, `tocsin-tail-${process.pid}-${clock.nowMs()}`), { log, clock });
  await bus.sink.ensureTopics([{ topic: name, partitions: 1, compacted: topic === 'incidents' }]);
  const source = bus.source([name]);
  complain(terminal, `following ${name} (Ctrl-C ends)`);
  const ended = new Promise<ExitCode>((resolve) => {
    process.once('SIGINT', () => resolve(exitCode.well));
    process.once('SIGTERM', () => resolve(exitCode.well));
    const show = (record: LogRecord): void =>
      print(terminal, options.json ? rawLine(record) : line(terminal, topic, record));
    const fail = (error: unknown): void => {
      complain(terminal, `tocsin: ${error instanceof Error ? error.message : String(error)}`);
      resolve(exitCode.world);
    };
    source
      .run(tailConsumer(source, { show, fail, fromBeginning: options.fromBeginning === true }))
      .catch(fail);
  });
  const code = await ended;
  await source.stop();
  await bus.close();
  return code;
}

function topicName(config: Config, topic: TailedTopic): string {
  if (topic === 'incidents') return config.outputs.incidents;
  return topic === 'remediation' ? config.outputs.remediation : config.outputs.deadLetters;
}

/** Shows records from the beginning, or from the end of each partition as it was when it was first assigned. */
function tailConsumer(source: RecordSource, options: TailConsumerOptions): RecordConsumer {
  const shownFrom = new Map<string, number>();
  const next = new Map<string, number>();
  return {
    position: (topic, partition) => next.get(partitionName(topic, partition)),
    assigned: (partitions) => {
      for (const { topic, partition, earliestOffset, endOffset } of partitions) {
        const name = partitionName(topic, partition);
        if (shownFrom.has(name)) continue;
        const from = options.fromBeginning ? earliestOffset : endOffset;
        shownFrom.set(name, from);
        source.seek(topic, partition, from);
      }
    },
    process: async (batch) => {
      const name = partitionName(batch.topic, batch.partition);
      const from = Math.max(shownFrom.get(name) ?? Number.POSITIVE_INFINITY, next.get(name) ?? 0);
      for (const record of batch.records) if (record.offset >= from) options.show(record);
      if (shownFrom.has(name)) next.set(name, batch.nextOffset);
    },
    gap: () => undefined,
    failed: (error) => options.fail(error),
  };
}

interface TailConsumerOptions {
  readonly fromBeginning: boolean;
  show(record: LogRecord): void;
  fail(error: Error): void;
}

/** What became of the incident with this version, as `ce_type` says; undefined for a record that somebody else wrote. */
function kindOf({ headers }: LogRecord): IncidentChangeKind | undefined {
  const type = Buffer.from(headers.find(([name]) => name === 'ce_type')?.[1] ?? []).toString();
  return incidentChangeKinds.find((kind) => type === `tocsin.incident.${kind}.v1`);
}

const rawLine = (record: LogRecord): string =>
  printable(Buffer.from(record.value ?? []).toString(), 1_000_000);

function line(terminal: Terminal, topic: TailedTopic, record: LogRecord): string {
  const text = Buffer.from(record.value ?? []).toString();
  if (topic !== 'incidents') return `${new Date(record.timestampMs).toISOString()}  ${printable(text, 400)}`;
  const incident = JSON.parse(text) as Incident;
  return incidentLine(terminal, incident, kindOf(record) ?? incident.status);
}
