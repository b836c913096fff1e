import type { Command } from 'commander';
import type { Config } from '../config/config-model.ts';
import { explainRoutes, type RoutesExplained } from '../notify/routing/explain-routes.ts';
import { compileRoutes } from '../notify/routing/route.ts';
import { Suppressions } from '../notify/routing/suppressions.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { CommandContext } from './command-context.ts';
import { configuredRule, configuredRules } from './configured-rules.ts';
import {
  type Description,
  describedIncident,
  describedSource,
  describeOption,
} from './described-incident.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOption, configOrComplain } from './load-config.ts';
import { receiverLines, treeDocument, treeLines } from './route-lines.ts';
import { columns, complain, jsonLine, print, printable } from './terminal.ts';
import { timeOption } from './time-option.ts';

interface ShowOptions {
  readonly config?: string;
  readonly json?: boolean;
}

interface TestOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly set?: Description;
  readonly at?: number;
  readonly verify?: string;
}

/** `tocsin routes show` and `tocsin routes test`: who hears of what, by the configuration alone. */
export function registerRouteCommands(program: Command, context: CommandContext): void {
  const routes = program.command('routes').description('who hears of which incidents, and when');
  routes
    .command('show')
    .description('the routing tree, with what each route has from those above it')
    .option(...configOption)
    .option('--json', 'the tree as JSON; null where there is none')
    .action(context.act((options: ShowOptions) => show(options, context)));
  routes
    .command('test')
    .description('who would be told of an incident like this, by which route, when, and why not')
    .option(...configOption)
    .option(
      '--set <field=value>',
      'what the incident is like: severity, rule, tags (with commas), source, group.FIELD; may be repeated',
      describeOption,
    )
    .option('--at <time>', 'at this time of the calendar (ISO 8601) instead of now', timeOption)
    .option('--verify <receivers>', 'exactly these receivers (with commas) must be told; else code 1')
    .option('--json', 'as JSON')
    .action(context.act((options: TestOptions) => test(options, context)));
}

async function show({ config: file, json }: ShowOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = configOrComplain(context, file);
  if (config === undefined) return exitCode.usage;
  const root = config.routes === undefined ? null : compileRoutes(config.routes);
  if (json) print(terminal, jsonLine(root === null ? null : treeDocument(root, config.receivers)));
  else if (root === null)
    complain(terminal, 'no routes: only receivers that a rule names hear of its incidents');
  else for (const line of treeLines(root, config.receivers)) print(terminal, line);
  return exitCode.well;
}

async function test(options: TestOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = configOrComplain(context, options.config);
  if (config === undefined) return exitCode.usage;
  const rule = await ruleOf(options.set?.rule, config, context);
  const explained = explain(config, { ...options.set }, { rule, nowMs: options.at ?? Date.now() });
  if (options.json) print(terminal, jsonLine(explained));
  else say(explained, context);
  return verify(explained, options.verify, context);
}

/** The rule of that id, where it is loaded: what it says counts where nothing else is said. */
async function ruleOf(
  id: string | undefined,
  config: Config,
  context: CommandContext,
): Promise<Rule | undefined> {
  if (id === undefined) return undefined;
  const found = await configuredRule(id, config, context);
  if (found === undefined) {
    const known = await configuredRules(config, context);
    const meant = didYouMean(
      id,
      known.map((rule) => rule.id),
    );
    const hint = meant === undefined ? '' : ` (did you mean ${printable(meant)}?)`;
    complain(
      context.terminal,
      `no rule ${printable(id)} is loaded${hint}: its severity and tags are what --set says, and whom it names itself is not known`,
    );
  }
  return found;
}

function explain(
  config: Config,
  description: Description,
  { rule, nowMs }: { rule: Rule | undefined; nowMs: number },
): RoutesExplained {
  const known = rule === undefined ? {} : { severity: rule.severity, tags: rule.tags };
  const incident = describedIncident({ ...known, ...description });
  const sourceOf = describedSource;
  const routing = {
    root: config.routes === undefined ? undefined : compileRoutes(config.routes),
    receivers: new Map(Object.entries(config.receivers)),
    notifyOf: () => rule?.notify ?? [],
    sourceOf,
  };
  const suppressions = new Suppressions({
    inhibitRules: [],
    timeIntervals: new Map(Object.entries(config.timeIntervals)),
    maintenance: config.maintenance,
    sourceOf,
  });
  const shadow = rule?.status === 'shadow';
  return explainRoutes({ ...incident, shadow }, { routing, suppressions }, nowMs);
}

function say({ lookedAt, receivers }: RoutesExplained, { terminal }: CommandContext): void {
  const { colours } = terminal;
  const walked = lookedAt.map(({ place, matches, takes }) => [
    colours.dim(place),
    takes ? 'takes it' : matches ? 'matches' : colours.dim('does not match'),
  ]);
  for (const line of columns(walked)) print(terminal, line);
  if (receivers.length === 0) print(terminal, 'nobody is told: no route and no rule names a receiver');
  for (const line of receivers.flatMap(receiverLines)) print(terminal, line);
  complain(terminal, 'not known here: silences and inhibitions, which depend on what there is at the time');
}

function verify(
  { receivers }: RoutesExplained,
  wanted: string | undefined,
  { terminal }: CommandContext,
): ExitCode {
  if (wanted === undefined) return exitCode.well;
  const expected = wanted
    .split(',')
    .filter((name) => name !== '')
    .sort();
  const found = receivers.filter(({ withheld }) => withheld === null).map(({ receiver }) => receiver);
  if (expected.join(',') === found.toSorted().join(',')) return exitCode.well;
  const told = found.length === 0 ? 'nobody' : found.join(', ');
  complain(terminal, `expected ${expected.join(', ') || 'nobody'}, but ${told} would be told`);
  return exitCode.foundFaults;
}
