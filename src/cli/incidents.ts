import { type Command, Option } from 'commander';
import { linkingTo } from '../notify/message/incident-links.ts';
import { incidentReport } from '../notify/message/incident-report.ts';
import { parseDuration } from '../shared/duration.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { IncidentStatus } from '../shared/model/incident.ts';
import { type Severity, severities } from '../shared/model/severity.ts';
import type { IncidentQuery } from '../shared/ports/store.ts';
import type { CommandContext } from './command-context.ts';
import { configuredRule } from './configured-rules.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { noSuchIncident } from './incidents-act.ts';
import { registerIncidentActions } from './incidents-actions.ts';
import { configOption } from './load-config.ts';
import { noticeLines } from './notice-lines.ts';
import { incidentPage, incidentTable } from './show-incident.ts';
import { complain, jsonLine, print } from './terminal.ts';
import { timeOption } from './time-option.ts';
import { wholeNumber } from './whole-number.ts';
import { withStore } from './with-store.ts';

interface ListOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly status?: IncidentStatus;
  readonly rule?: string;
  readonly severity?: Severity;
  readonly assignee?: string;
  readonly nobody?: boolean;
  readonly shadow?: boolean;
  readonly since?: string;
  readonly limit: number;
}

/** `tocsin incidents list` and `tocsin incidents show ID`: read-only, also while the service runs; and what changes them. */
export function registerIncidentCommands(program: Command, context: CommandContext): void {
  const incidents = program.command('incidents').description('look at incidents, and work on them');
  incidents
    .command('list')
    .description('incidents, the newest first')
    .option(...configOption)
    .option('--json', 'one incident a line, as on the incidents topic')
    .addOption(
      new Option('--status <status>', 'only these').choices(['open', 'acknowledged', 'resolved', 'merged']),
    )
    .option('--rule <id>', 'only those of this rule')
    .addOption(new Option('--severity <severity>', 'only those of it').choices(severities))
    .addOption(new Option('--assignee <name>', 'only those that this person has').conflicts('nobody'))
    .option('--nobody', 'only those that nobody has')
    .option('--shadow', 'only those of rules in shadow; --no-shadow: only the others')
    .addOption(new Option('--no-shadow').hideHelp())
    .option('--since <time>', 'only those last seen since then: 24h, or a time (ISO 8601)', sinceOption)
    .option('--limit <number>', 'how many at most', wholeNumber({ min: 1, max: 10_000 }), 50)
    .action(context.act((options: ListOptions) => list(options, context)));
  registerIncidentActions(incidents, context);
  incidents
    .command('show <id>')
    .description('one incident whole; the beginning of its id is enough')
    .option(...configOption)
    .option(
      '--json',
      'as on the incidents topic, with `notices` (who was told and why not), `description`, `next`, `links` and `attack`',
    )
    .action(
      context.act((id: string, options: { config?: string; json?: boolean }) => show(id, options, context)),
    );
}

async function list(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  return withStore(context, { config: options.config, as: 'reader' }, (store) => {
    const found = store.incidents(queryOf(options));
    if (options.json) for (const incident of found) print(terminal, jsonLine(incident));
    else if (found.length === 0) complain(terminal, 'no incidents');
    else for (const line of incidentTable(terminal, found)) print(terminal, line);
    if (!options.json && found.length === options.limit)
      complain(terminal, `the newest ${options.limit} are shown; --limit shows more`);
    return exitCode.well;
  });
}

function queryOf({
  limit,
  status,
  rule,
  severity,
  assignee,
  nobody,
  shadow,
  since,
}: ListOptions): IncidentQuery {
  return {
    limit,
    ...(status === undefined ? {} : { status }),
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(severity === undefined ? {} : { severity }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(nobody === true ? { assignee: null } : {}),
    ...(shadow === undefined ? {} : { shadow }),
    ...(since === undefined ? {} : { since }),
  };
}

/** A duration before now, or a time. */
function sinceOption(text: string): string {
  const ago = parseDuration(text);
  return isoTime(ago.ok ? Date.now() - ago.value : timeOption(text));
}

async function show(
  id: string,
  options: { config?: string; json?: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const found = withStore(context, { config: options.config, as: 'reader' }, (store, config) => {
    const incident = store.incident(id);
    return { incident, config, notices: incident === undefined ? [] : store.notices(incident.id) };
  });
  if (found === exitCode.usage) return found;
  const { incident, config, notices } = found;
  if (incident === undefined) {
    noSuchIncident(id, options, context);
    return exitCode.foundFaults;
  }
  const description = (await configuredRule(incident.rule.id, config, context))?.description ?? '';
  const linking = linkingTo(config.web?.publicUrl ?? null);
  const report = incidentReport(incident, { notices, description, ...linking });
  const page = (): string[] => [...incidentPage(terminal, report), ...noticeLines(terminal, notices)];
  if (options.json) print(terminal, jsonLine(report));
  else for (const line of page()) print(terminal, line);
  return exitCode.well;
}
