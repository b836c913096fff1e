import type { Command } from 'commander';
import { busConfigOf } from '../app/bus-config.ts';
import { openBus } from '../bus/open-bus.ts';
import type { Config } from '../config/config-model.ts';
import { readLists } from '../config/read-lists.ts';
import type { Placeholders } from '../config/sigma-placeholders.ts';
import { sourceOfTopic } from '../config/source-of-topic.ts';
import { assembleEngine } from '../engine/assemble-engine.ts';
import type { Engine } from '../engine/engine.ts';
import type { OwnModules } from '../live-rules/load-own-modules.ts';
import { PinoLog } from '../runtime/pino-log.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { CommandContext } from './command-context.ts';
import { durationOption } from './duration-option.ts';
import { addEventOptions, type EventOptions, sourceFromOptions } from './event-options.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { FileTimes } from './file-times.ts';
import { configOrComplain } from './load-config.ts';
import { compileFaultLine, rulesOrComplain } from './load-rules.ts';
import { firingLines, incidentLines } from './replay-output.ts';
import type { ReplayedEvents } from './replayed-events.ts';
import { cacheOption, openCaches, type RuleCaches } from './rule-caches.ts';
import {
  addModuleOptions,
  modulesOrComplain,
  placeholdersOption,
  placeholdersOrComplain,
  type RuleNameOptions,
} from './rule-names.ts';
import { rulesOption } from './rules-option.ts';
import { StoredEvents } from './stored-events.ts';
import { complain, printable, type Terminal } from './terminal.ts';
import { timeOption } from './time-option.ts';
import { TopicEvents } from './topic-events.ts';

interface ReplayOptions extends EventOptions, RuleNameOptions {
  readonly rules?: readonly string[];
  readonly source?: string;
  readonly topic?: string;
  readonly since?: number;
  readonly firings?: boolean;
  readonly from?: number;
  readonly to?: number;
}

/** After so many events what is settled leaves the tails: memory follows the lateness, not the file. */
const eventsPerSettle = 1_000;

/** `tocsin replay`: the whole pipeline in event time over stored events; nothing is sent, nothing is stored. */
export function registerReplay(program: Command, context: CommandContext): void {
  const command = program
    .command('replay [files...]')
    .description(
      'run rules with their windows over stored events (files, .gz too, standard input, or a topic); nothing is sent',
    )
    .addOption(rulesOption('a rule file or folder, instead of the configuration’s'))
    .option('-c, --config <file>', 'configuration: its sources say how events are written')
    .option('--source <name>', 'which source of the configuration the events belong to')
    .option('--topic <topic>', 'what this topic of the configured bus holds, instead of files')
    .option(...placeholdersOption)
    .option(...cacheOption)
    .option('--since <duration>', 'with --topic: only events of the last 24h, 7d ...', durationOption)
    .option('--firings', 'print each settled firing instead of the incidents')
    .option('--from <time>', 'only events from this time on (ISO 8601)', timeOption)
    .option('--to <time>', 'only events before this time (ISO 8601)', timeOption);
  addEventOptions(addModuleOptions(command)).action(
    context.act((files: string[], options: ReplayOptions) => replay(files, options, context)),
  );
}

async function replay(
  files: readonly string[],
  options: ReplayOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const setup = await setUp(options, context);
  if (setup === undefined) return exitCode.usage;
  if (setup.config === undefined || options.topic === undefined) {
    const events = new StoredEvents(files.length === 0 ? ['-'] : files, setup.source);
    return play(events, { ...setup, options, terminal });
  }
  const clock = new SystemClock();
  // A group of its own, so that the service keeps its partitions.
  const bus = openBus(busConfigOf(setup.config, `tocsin-replay-${process.pid}-${clock.nowMs()}`), {
    log: new PinoLog({ level: 'warn', stream: process.stderr }),
    clock,
  });
  try {
    const events = await TopicEvents.open({ bus, clock }, options.topic, setup.source);
    const from = options.since === undefined ? {} : { from: clock.nowMs() - options.since };
    return await play(events, { ...setup, options: { ...from, ...options }, terminal });
  } finally {
    await bus.close();
  }
}

interface Playing {
  readonly engine: Engine;
  readonly source: SourceConfig;
  readonly options: ReplayOptions;
  readonly terminal: Terminal;
}

async function play(
  events: ReplayedEvents,
  { engine, source, options, terminal }: Playing,
): Promise<ExitCode> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options;
  const show = options.firings ? firingLines(terminal, events) : incidentLines(terminal);
  const topicOf = new Map(events.partitions.map(({ topic, partition }) => [partition, topic]));
  const partitions = events.partitions.map((each) => ({ ...each, caughtUp: false }));
  engine.watermarks.assigned({ source: source.name, partitions, nowMs: null });
  const times = new FileTimes();
  let sinceSettle = 0;
  await events.forEach({
    ...(engine.asksFacts ? { prepare: (batch) => engine.prepare(batch) } : {}),
    each: (event) => {
      times.count(event);
      if (event.timeMs < from || event.timeMs >= to) return;
      engine.observe(event, null);
      sinceSettle += 1;
      if (sinceSettle < eventsPerSettle) return;
      sinceSettle = 0;
      show.take(engine.settle());
    },
    ended: (partition) => {
      const topic = topicOf.get(partition) ?? source.name;
      engine.watermarks.progress({ source: source.name, topic, partition, caughtUp: true, nowMs: null });
    },
  });
  await events.close();
  engine.watermarks.finish();
  show.take(engine.settle());
  show.end();
  sayUnread(terminal, events);
  if (options.topic === undefined) times.say(terminal);
  return exitCode.well;
}

function sayUnread(terminal: Terminal, { unread, unreadCount }: ReplayedEvents): void {
  for (const { place, reason } of unread) complain(terminal, printable(`${place}: ${reason}`));
  if (unreadCount > unread.length) complain(terminal, `${unreadCount} records in all could not be decoded`);
}

interface Setup {
  readonly engine: Engine;
  readonly source: SourceConfig;
  readonly config: Config | undefined;
}

async function setUp(options: ReplayOptions, context: CommandContext): Promise<Setup | undefined> {
  const { terminal } = context;
  const needsConfig =
    options.config !== undefined || options.rules === undefined || options.topic !== undefined;
  const config = needsConfig ? configOrComplain(context, options.config) : undefined;
  if (config === undefined && needsConfig) return undefined;
  const source = sourceFor(options, config);
  if (source === undefined) {
    const names = (config?.sources ?? []).map((each) => each.name).join(', ');
    complain(terminal, `which source do the events belong to? give --source, one of: ${names}`);
    return undefined;
  }
  const modules = await modulesOrComplain(options, config, context);
  const placeholders = placeholdersOrComplain(options, context);
  if (modules === undefined || placeholders === undefined) return undefined;
  const caches = openCaches(options, context);
  return assemble(options, { config, source, modules, placeholders, caches }, terminal);
}

/** What rules are read and run with. */
interface Given {
  readonly config: Config | undefined;
  readonly source: SourceConfig;
  readonly modules: OwnModules;
  readonly placeholders: Placeholders;
  readonly caches: RuleCaches;
}

function assemble(
  options: ReplayOptions,
  { config, source, modules, placeholders, caches }: Given,
  terminal: Terminal,
): Setup | undefined {
  const read = config === undefined ? undefined : readLists(config.lists);
  for (const { list, message } of read?.faults ?? []) complain(terminal, `list ${list}: ${message}`);
  const loaded = rulesOrComplain(terminal, options.rules ?? config?.rules ?? [], {
    ...modules,
    ...(read === undefined ? {} : { lists: read.lists }),
    placeholders: { ...read?.entries, ...placeholders },
    ...caches,
  });
  if (loaded.length === 0) return undefined;
  const { engine, faults } = assembleEngine({
    rules: rulesFor(
      loaded.map(({ rule }) => rule),
      options,
      source,
    ),
    ...modules,
    ...caches,
    sources: [source],
    events: {
      onError: (ruleId, error) => complain(terminal, printable(`rule ${ruleId}: ${String(error)}`)),
    },
    ...(read === undefined ? {} : { lists: read.lists }),
  });
  for (const fault of faults) complain(terminal, compileFaultLine(fault, loaded));
  return { engine, source, config };
}

/** Where it was said which source the events are of, its rules; else nobody said it, and every rule is tried. */
function rulesFor(rules: readonly Rule[], options: ReplayOptions, source: SourceConfig): readonly Rule[] {
  if (options.source === undefined && options.topic === undefined) {
    return rules.map(({ sources: _, ...rule }) => rule);
  }
  const own = rules.filter((rule) => rule.sources?.includes(source.name) ?? true);
  return own.map((rule) => (rule.sources === undefined ? rule : { ...rule, sources: [source.name] }));
}

function sourceFor(options: ReplayOptions, config: Config | undefined): SourceConfig | undefined {
  const sources = config?.sources ?? [];
  if (options.source !== undefined) return sources.find((source) => source.name === options.source);
  if (options.topic !== undefined) return sourceOfTopic(options.topic, sources);
  if (options.config === undefined) return sourceFromOptions('replay', options);
  return sources.length === 1 ? sources[0] : undefined;
}
