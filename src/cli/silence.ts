import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { sourceOfTopic } from '../config/source-of-topic.ts';
import { groupText, matchesIncident } from '../notify/routing/incident-match.ts';
import { expiredAt, type SilenceState, silenceState } from '../notify/routing/silence.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentMatch } from '../shared/model/incident-match.ts';
import type { Silence } from '../shared/model/silence.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { CommandContext } from './command-context.ts';
import { durationOption } from './duration-option.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOption } from './load-config.ts';
import { matchOption, matchText } from './match-option.ts';
import { osUser } from './os-user.ts';
import { columns, complain, jsonLine, print, printable } from './terminal.ts';
import { timeOption } from './time-option.ts';
import { withStore } from './with-store.ts';

interface AddOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly match?: IncidentMatch;
  readonly like?: string;
  readonly for: number;
  readonly from?: number;
  readonly until?: number;
  readonly author: string;
  readonly comment: string;
}

interface ListOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly expired?: boolean;
}

interface ExpireOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** How long a silence that is over can be looked up. */
const keptMs = 5 * 86_400_000;

/** More silences than anybody can oversee; each change is held against them. */
const silencesMax = 10_000;

const hourMs = 3_600_000;

/** `tocsin silence add`, `list` and `expire`: also while the service runs, which notices within a second. */
export function registerSilenceCommands(program: Command, context: CommandContext): void {
  const silence = program.command('silence').description('keep incidents from being told for a time');
  silence
    .command('add')
    .description('tell nobody of these incidents for a time; they are opened and counted all the same')
    .option(...configOption)
    .option(
      '-m, --match <field=value>',
      'severity, minSeverity, rule, tags, source or group.FIELD; several times: all must hold, one field again: either; * stands for any characters',
      matchOption,
    )
    .addOption(
      new Option(
        '--like <id>',
        'incidents of the same rule and group as this one, instead of --match',
      ).conflicts('match'),
    )
    .option('--for <duration>', 'how long, such as 30m or 7d', durationOption, hourMs)
    .option('--from <time>', 'when it begins (ISO 8601); now', timeOption)
    .option('--until <time>', 'when it ends (ISO 8601), instead of --for', timeOption)
    .option('--author <who>', 'who asks for it', osUser())
    .requiredOption('--comment <why>', 'why')
    .option('--json', 'the silence as JSON')
    .action(context.act((options: AddOptions) => add(options, context)));
  silence
    .command('list')
    .description('silences, the first to end first')
    .option(...configOption)
    .option('--expired', 'also those that are over')
    .option('--json', 'one silence a line')
    .action(context.act((options: ListOptions) => list(options, context)));
  silence
    .command('expire <id...>')
    .description('end silences now; the beginning of an id is enough')
    .option(...configOption)
    .option('--json', 'the silences as they are then, or why not, one a line')
    .action(context.act((ids: string[], options: ExpireOptions) => expire(ids, options, context)));
}

async function add(options: AddOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const nowMs = Date.now();
  const fromMs = options.from ?? nowMs;
  const untilMs = options.until ?? fromMs + options.for;
  const fault = faultOf(options, { fromMs, untilMs, nowMs });
  if (fault !== undefined) {
    complain(terminal, fault);
    return exitCode.usage;
  }
  return withStore(context, { config: options.config, as: 'beside-or-first' }, (store, config) => {
    if (store.silences().filter(({ until }) => Date.parse(until) > nowMs).length >= silencesMax) {
      complain(terminal, `there are ${silencesMax} silences already: expire some (tocsin silence list)`);
      return exitCode.foundFaults;
    }
    const match = options.match ?? likeMatch(store.incident(options.like ?? ''));
    if (typeof match === 'string') {
      complain(terminal, match);
      return exitCode.foundFaults;
    }
    const silence: Silence = {
      id: randomBytes(6).toString('hex'),
      match,
      from: new Date(fromMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      author: options.author.trim(),
      comment: options.comment.trim(),
    };
    store.putSilence(silence, nowMs - keptMs);
    if (options.json) print(terminal, jsonLine(silence));
    else print(terminal, `${silence.id}  until ${silence.until}  ${standingText(silence, store, config)}`);
    return exitCode.well;
  });
}

/** What takes incidents of the same rule and group; or why there is no such thing, in words. */
function likeMatch(incident: Incident | undefined): IncidentMatch | string {
  if (incident === undefined)
    return 'no incident whose id is, or alone begins with, what --like says; tocsin incidents list shows them';
  const fields = Object.keys(incident.group);
  const group = Object.fromEntries(fields.map((field) => [field, groupText(incident, field) ?? '']));
  if (Object.values(group).some((value) => value.includes('*')))
    return 'a value of its group has a *, which would stand for any characters: say what is meant with --match';
  return { rule: incident.rule.id, ...(fields.length === 0 ? {} : { group }) };
}

function faultOf(
  { match, like, author, comment }: AddOptions,
  { fromMs, untilMs, nowMs }: { fromMs: number; untilMs: number; nowMs: number },
): string | undefined {
  if (match === undefined && like === undefined) return 'a silence needs a --match, or --like an incident';
  if (comment.trim() === '') return 'a silence needs a --comment that says why';
  if (author.trim() === '') return 'a silence needs an --author';
  if (untilMs <= nowMs) return 'this silence would be over already';
  if (untilMs <= fromMs) return 'a silence must end after it begins';
  return undefined;
}

/** Incidents looked at for the number that is said. */
const lookedAtMax = 10_000;

/** How many incidents that stand now it keeps quiet: whoever wrote too much or nothing notices at once. */
function standingText({ match }: Silence, store: SqliteStore, config: Config): string {
  const sourceOf = (topic: string): string | undefined => sourceOfTopic(topic, config.sources)?.name;
  const standing = (['open', 'acknowledged'] as const).flatMap((status) => [
    ...store.incidents({ status, limit: lookedAtMax }),
  ]);
  const taken = standing.filter((incident) => matchesIncident(incident, match, sourceOf)).length;
  const more = standing.length >= lookedAtMax ? ' or more' : '';
  return `(takes ${taken}${more} of ${standing.length}${more} incidents that stand)`;
}

async function list({ config, json, expired }: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const nowMs = Date.now();
  return withStore(context, { config, as: 'reader' }, (store) => {
    const found = store
      .silences()
      .map((silence) => ({ ...silence, state: silenceState(silence, nowMs) }))
      .filter(({ state }) => expired === true || state !== 'expired');
    if (json) for (const silence of found) print(terminal, jsonLine(silence));
    else if (found.length === 0) complain(terminal, 'no silences');
    else for (const line of table(found, context)) print(terminal, line);
    return exitCode.well;
  });
}

function table(
  silences: readonly (Silence & { state: SilenceState })[],
  { terminal: { colours } }: CommandContext,
): string[] {
  const head = ['ID', 'STATE', 'FROM (UTC)', 'UNTIL (UTC)', 'MATCH', 'AUTHOR', 'COMMENT'].map((name) =>
    colours.dim(name),
  );
  const lines = silences.map(({ id, state, from, until, match, author, comment }) => [
    printable(id),
    state,
    from.slice(0, 19).replace('T', ' '),
    until.slice(0, 19).replace('T', ' '),
    printable(matchText(match), 120),
    printable(author, 40),
    printable(comment, 160),
  ]);
  return columns([head, ...lines]);
}

async function expire(
  ids: readonly string[],
  { config, json }: ExpireOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const nowMs = Date.now();
  return withStore(context, { config, as: 'beside' }, (store) => {
    const known = store.silences().filter((silence) => silenceState(silence, nowMs) !== 'expired');
    const found = ids.map((id) => oneOf(known, id));
    for (const one of found) {
      if ('refused' in one) {
        if (json) print(terminal, jsonLine(one));
        else complain(terminal, one.message);
        continue;
      }
      const over = expiredAt(one, new Date(nowMs).toISOString());
      store.putSilence(over, nowMs - keptMs);
      print(terminal, json ? jsonLine({ ...over, state: 'expired' }) : `${over.id} is over`);
    }
    return found.some((one) => 'refused' in one) ? exitCode.foundFaults : exitCode.well;
  });
}

interface NoSilence {
  readonly id: string;
  readonly refused: 'no-such-silence' | 'several-silences';
  readonly message: string;
}

/** The one whose id begins so, or why there is none. */
function oneOf(known: readonly Silence[], id: string): Silence | NoSilence {
  const [silence, ...more] = known.filter((one) => id !== '' && one.id.startsWith(id));
  if (silence !== undefined && more.length === 0) return silence;
  const isNone = silence === undefined;
  const what = isNone ? 'no silence that is not over has' : 'several silences have';
  const message = `${what} the id "${printable(id, 60)}": tocsin silence list shows them`;
  return { id, refused: isNone ? 'no-such-silence' : 'several-silences', message };
}
