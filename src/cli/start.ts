import type { Command } from 'commander';
import { busConfigOf } from '../app/bus-config.ts';
import type { Service } from '../app/life-cycle.ts';
import { openBus } from '../bus/open-bus.ts';
import type { Config } from '../config/config-model.ts';
import { PinoLog } from '../runtime/pino-log.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { OutgoingRecord } from '../shared/model/log-record.ts';
import type { Log } from '../shared/ports/log.ts';
import type { RecordSink } from '../shared/ports/record-sink.ts';
import type { CommandContext } from './command-context.ts';
import { exitCode } from './exit-code.ts';
import { incidentLine } from './incident-line.ts';
import { configOption, configOrComplain } from './load-config.ts';
import { runUntilSignal } from './run.ts';
import { type SampleRecord, sampleAttacks, sampleTopics } from './start/sample-attacks.ts';
import { complain, complainPainted, print, type Terminal } from './terminal.ts';
import { version } from './version.ts';

interface StartOptions {
  readonly config?: string;
  readonly samples: boolean;
}

/** `tocsin start` (`npm start`): the main job with something to see; no broker needed. */
export function registerStart(program: Command, context: CommandContext): void {
  program
    .command('start')
    .description('the service with its incidents live in the terminal, and sample attacks to see it work')
    .option(...configOption)
    .option('--no-samples', 'without the sample attacks')
    .action(
      context.act(async (options: StartOptions) => {
        const config = configOrComplain(context, options.config);
        if (config === undefined) return exitCode.usage;
        const log = new PinoLog({ level: 'warn', stream: process.stderr });
        return runUntilSignal(config, {
          log,
          whenUp: (service) =>
            show({ terminal: context.terminal, config, log, samples: options.samples }, service),
        });
      }),
    );
}

interface Show {
  readonly terminal: Terminal;
  readonly config: Config;
  readonly log: Log;
  readonly samples: boolean;
}

/** Greets, shows incidents as they come, and plays the sample attacks. What it returns stops the show. */
function show({ terminal, config, log, samples }: Show, service: Service): () => void {
  for (const line of greeting({ terminal, config, samples }, service)) print(terminal, line);
  let shown = 0;
  const unsubscribe = service.onChange(({ kind, incident }) => {
    if (kind === 'updated' && terminal.isScreen) return;
    print(terminal, incidentLine(terminal, incident, kind));
    shown += 1;
  });
  if (!samples) return unsubscribe;
  // A shipper of its own: the service's sink serves its outbox alone.
  const bus = openBus(busConfigOf(config), { log, clock: new SystemClock() });
  const stopSamples = playSamples(bus.sink, {
    done: () => closing({ terminal, shown }),
    failed: (reason) => complain(terminal, `the samples could not be sent: ${reason}`),
  });
  return () => {
    unsubscribe();
    stopSamples();
    bus.close().catch(() => undefined);
  };
}

function greeting({ terminal, config, samples }: Omit<Show, 'log'>, service: Service): string[] {
  const { colours } = terminal;
  const below = samples
    ? 'Sample attacks are played now; each line below is an incident that they open. Ctrl-C ends.'
    : 'Each line below is an incident that opens or changes. Ctrl-C ends.';
  const bus =
    config.bus.kind === 'kafka'
      ? `Kafka at ${config.bus.brokers.join(', ')}`
      : `the embedded log in ${config.bus.file}`;
  const topics = config.sources.flatMap((source) => source.topics).join(' ');
  return [
    '',
    `${colours.bold(`tocsin ${version}`)}  ${service.ruleCount} rules on ${bus}`,
    '',
    `  ${colours.dim('reading')}   ${topics}`,
    `  ${colours.dim('send it')}   npm run tocsin -- ingest --topic logs.auth FILE   (lines of now; for old ones: replay)`,
    `  ${colours.dim('look')}      npm run tocsin -- incidents list`,
    ...(service.address === null
      ? []
      : [`  ${colours.dim('status')}    ${service.address}/incidents, /healthz and /metrics`]),
    `  ${colours.dim('rules')}     ${config.rules.join(' ')}  (docs/rules.md says how to write one)`,
    '',
    colours.dim(below),
    '',
  ];
}

function closing({ terminal, shown }: { terminal: Terminal; shown: number }): void {
  const { colours } = terminal;
  complain(terminal, '');
  complainPainted(
    terminal,
    `${colours.dim('The samples are over')} (${shown} lines above). ${colours.dim('In another terminal:')}`,
  );
  complain(terminal, '  npm run tocsin -- incidents list            and  incidents show ID');
  complain(terminal, '  npm run tocsin -- tail remediation --from-beginning');
  complain(
    terminal,
    '  npm run tocsin -- rules test                after you wrote a rule of your own in rules/',
  );
  complainPainted(terminal, `${colours.dim('tocsin goes on reading; Ctrl-C ends it.')}`);
}

/** Puts the sample records on their topics at their times, as a shipper would. */
function playSamples(sink: RecordSink, over: { done(): void; failed(reason: string): void }): () => void {
  const byTime = Map.groupBy(sampleAttacks(Date.now()), (record) => record.afterMs);
  const timers = [...byTime].map(([afterMs, records]) =>
    setTimeout(() => {
      sending = sending
        .then(() => send(records.map(outgoing)))
        .catch((error: unknown) => over.failed(String(error)));
    }, afterMs),
  );
  timers.push(setTimeout(over.done, Math.max(...byTime.keys()) + 2_000));
  // A sink takes one publish at a time.
  let sending = sink.ensureTopics(sampleTopics.map((topic) => ({ topic, partitions: 1, compacted: false })));
  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    const delivery = await sink.publish(records);
    if (delivery.kind !== 'delivered') over.failed(delivery.detail);
  };
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

const outgoing = ({ topic, text, timeMs }: SampleRecord): OutgoingRecord => ({
  topic,
  key: null,
  value: Buffer.from(text),
  headers: [],
  timestampMs: timeMs,
});
