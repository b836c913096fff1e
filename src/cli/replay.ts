import type { Command } from 'commander';
import { assembleEngine } from '../assemble-engine.ts';
import { readLists } from '../config/read-lists.ts';
import type { Engine, SettledFiring } from '../engine.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { CommandContext } from './command-context.ts';
import { addEventOptions, type EventOptions, sourceFromOptions } from './event-options.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOrComplain } from './load-config.ts';
import { compileFaultLine, rulesOrComplain } from './load-rules.ts';
import { StoredEvents } from './stored-events.ts';
import { complain, print, type Terminal } from './terminal.ts';
import { timeOption } from './time-option.ts';

interface ReplayOptions extends EventOptions {
  readonly rules?: readonly string[];
  readonly config?: string;
  readonly source?: string;
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
      'run rules with their windows over stored events (files, .gz too, or standard input); nothing is sent',
    )
    .option('-r, --rules <paths...>', 'rule files or folders, instead of the configuration’s')
    .option('-c, --config <file>', 'configuration: its sources say how events are written')
    .option('--source <name>', 'which source of the configuration the files belong to')
    .option('--firings', 'print each settled firing instead of the incidents')
    .option('--from <time>', 'only events from this time on (ISO 8601)', timeOption)
    .option('--to <time>', 'only events before this time (ISO 8601)', timeOption);
  addEventOptions(command).action(
    context.act((files: string[], options: ReplayOptions) =>
      replay(files.length === 0 ? ['-'] : files, options, context),
    ),
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
  const { engine, source } = setup;
  const events = new StoredEvents(files, source);
  const show = options.firings ? new FiringLines(terminal, files) : new IncidentLines(terminal);
  const partitions = files.map((_, partition) => ({ topic: source.name, partition, caughtUp: false }));
  engine.watermarks.assigned({ source: source.name, partitions, nowMs: null });
  let sinceSettle = 0;
  await events.forEach(
    (event) => {
      if (
        event.timeMs < (options.from ?? Number.NEGATIVE_INFINITY) ||
        event.timeMs >= (options.to ?? Number.POSITIVE_INFINITY)
      )
        return;
      engine.observe(event, null);
      sinceSettle += 1;
      if (sinceSettle < eventsPerSettle) return;
      sinceSettle = 0;
      show.take(engine.settle());
    },
    ({ partition }) =>
      engine.watermarks.progress({
        source: source.name,
        topic: source.name,
        partition,
        caughtUp: true,
        nowMs: null,
      }),
  );
  engine.watermarks.finish();
  show.take(engine.settle());
  show.end();
  sayUnread(terminal, events);
  return exitCode.well;
}

async function setUp(
  options: ReplayOptions,
  context: CommandContext,
): Promise<{ engine: Engine; source: SourceConfig } | undefined> {
  const { terminal } = context;
  const config =
    options.config === undefined && options.rules !== undefined
      ? undefined
      : configOrComplain(context, options.config);
  if (config === undefined && options.rules === undefined) return undefined;
  const source = sourceFor(options, config?.sources ?? []);
  if (source === undefined) {
    const names = (config?.sources ?? []).map((each) => each.name).join(', ');
    complain(terminal, `which source do the files belong to? give --source, one of: ${names}`);
    return undefined;
  }
  const loaded = rulesOrComplain(terminal, options.rules ?? config?.rules ?? []);
  if (loaded.length === 0) return undefined;
  const rules = loaded.map(({ rule }) => rule);
  // Files of one source stand for all of them, so rules for other sources are left out.
  const own = rules.filter(
    (rule) => options.source === undefined || (rule.sources?.includes(options.source) ?? true),
  );
  const events = {
    onError: (ruleId: string, error: unknown) => complain(terminal, `rule ${ruleId}: ${String(error)}`),
  };
  const { engine, faults } = assembleEngine({
    rules: options.source === undefined ? own.map((rule) => withoutSources(rule)) : own,
    sources: [source],
    events,
    ...(config === undefined ? {} : { lists: readLists(config.lists).lists }),
  });
  for (const fault of faults) complain(terminal, compileFaultLine(fault, loaded));
  return { engine, source };
}

/** Without `--source` nobody said where the events come from: every rule is tried. */
function withoutSources({ sources: _, ...rule }: Rule): Rule {
  return rule;
}

function sourceFor(options: ReplayOptions, sources: readonly SourceConfig[]): SourceConfig | undefined {
  if (options.source !== undefined) return sources.find((source) => source.name === options.source);
  if (options.config === undefined) return sourceFromOptions('replay', options);
  return sources.length === 1 ? sources[0] : undefined;
}

function sayUnread(terminal: Terminal, events: StoredEvents): void {
  for (const { file, line, reason } of events.unread) complain(terminal, `${file}: line ${line}: ${reason}`);
  if (events.unreadCount > events.unread.length)
    complain(terminal, `${events.unreadCount} lines in all could not be decoded`);
}

interface Shown {
  readonly settled: readonly SettledFiring[];
  readonly changes: readonly { readonly incident: Incident }[];
}

/** Prints each firing as it is settled. */
class FiringLines {
  readonly #terminal: Terminal;
  readonly #files: readonly string[];

  constructor(terminal: Terminal, files: readonly string[]) {
    this.#terminal = terminal;
    this.#files = files;
  }

  take({ settled }: Shown): void {
    for (const each of settled.toSorted(byTime)) print(this.#terminal, JSON.stringify(this.#line(each)));
  }

  end(): void {}

  #line({ ruleId, group, firing }: SettledFiring): Readonly<Record<string, unknown>> {
    const { position } = firing;
    const place =
      position === null ? {} : { line: position.offset + 1, file: this.#files[position.partition] };
    return {
      rule: ruleId,
      group: group.values,
      time: isoTime(firing.timeMs),
      ...place,
      value: firing.value,
      from: isoTime(firing.fromMs),
      to: isoTime(firing.toMs),
    };
  }
}

function byTime(a: SettledFiring, b: SettledFiring): number {
  const order = a.firing.timeMs - b.firing.timeMs;
  if (order !== 0) return order;
  const [left, right] = [a.firing.position, b.firing.position];
  return (left?.partition ?? 0) - (right?.partition ?? 0) || (left?.offset ?? 0) - (right?.offset ?? 0);
}

/** Prints every incident once, at the end, as it stands then, in the order of opening. */
class IncidentLines {
  readonly #terminal: Terminal;
  readonly #incidents = new Map<string, Incident>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  take({ changes }: Shown): void {
    for (const { incident } of changes) this.#incidents.set(incident.id, incident);
  }

  end(): void {
    for (const incident of this.#incidents.values()) print(this.#terminal, JSON.stringify(incident));
  }
}
