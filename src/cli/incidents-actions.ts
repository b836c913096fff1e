import { type Command, InvalidArgumentError } from 'commander';
import { itself } from '../shared/model/incident.ts';
import { type IncidentAction, nameMax, noteMax } from '../shared/model/incident-action.ts';
import { type Severity, severities } from '../shared/model/severity.ts';
import type { CommandContext } from './command-context.ts';
import { durationOption } from './duration-option.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type ActOptions, actOnIncidents, type Wish } from './incidents-act.ts';
import { configOption } from './load-config.ts';
import { osUser } from './os-user.ts';
import { complain } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

/** A service looks twice a second, between two batches: one that takes longer is busy or in trouble, and its log says so. */
const answerMs = 5_000;

const simple: readonly {
  name: string;
  kind: 'acknowledge' | 'unacknowledge' | 'resolve' | 'reopen';
  text: string;
}[] = [
  {
    name: 'ack',
    kind: 'acknowledge',
    text: 'acknowledge: somebody is on it. Further firings leave it so; a higher severity opens it again',
  },
  { name: 'unack', kind: 'unacknowledge', text: 'take the acknowledgement back' },
  {
    name: 'resolve',
    kind: 'resolve',
    text: 'resolve; if it fires again within the rule’s dedup it is reopened, later a new one opens',
  },
  {
    name: 'reopen',
    kind: 'reopen',
    text: 'open again; one that has been quiet stays open then until somebody resolves it',
  },
];

/** `tocsin incidents ack`, `unack`, `assign`, `note`, `resolve`, `reopen`, `merge`, `unmerge`, `severity`: with the service or without it. */
export function registerIncidentActions(incidents: Command, context: CommandContext): void {
  for (const { name, kind, text } of simple)
    options(incidents.command(`${name} <id...>`).description(text), 'why, for the history').action(
      context.act((ids: string[], given: ActOptions) => act({ ids, action: { kind } }, given, context)),
    );
  options(
    incidents
      .command('assign <id...>')
      .description('say who has it')
      .option('--to <name>', 'who has it from now on', nameOption)
      .option('--nobody', 'nobody has it any more'),
    'why, for the history',
  ).action(context.act((ids: string[], given: ActOptions & Assignment) => assign(ids, given, context)));
  options(
    incidents
      .command('merge <id...>')
      .description(
        'make them part of another incident, of whatever rule: it counts what they fire from then on',
      )
      .requiredOption('--into <id>', 'the incident that stays'),
    'why, for the history',
  ).action(
    context.act((ids: string[], given: ActOptions & { readonly into: string }) =>
      act({ ids, action: { kind: 'merge', into: given.into, intoVersion: null } }, given, context),
    ),
  );
  options(
    incidents
      .command('unmerge <id...>')
      .description(
        'take them out of the incident that a person merged them into: each counts what its own rule fired',
      ),
    'why, for the history',
  ).action(
    context.act((ids: string[], given: ActOptions) =>
      act({ ids, action: { kind: 'unmerge', into: '', intoVersion: null } }, given, context),
    ),
  );
  registerWorded(incidents, context);
}

/** Those that end with a word of their own: `note ID... TEXT`, `severity ID... LEVEL`. */
function registerWorded(incidents: Command, context: CommandContext): void {
  options(
    incidents
      .command('note <id-and-text...>')
      .usage('[options] <id...> <text>')
      .description('add a note; also to one that is resolved'),
  ).action(
    context.act((words: string[], given: ActOptions) => {
      const note = words.at(-1) ?? '';
      const ids = words.slice(0, -1);
      if (note.trim() === '') return wrong(context, 'a note says something: tocsin incidents note ID "TEXT"');
      return act({ ids, action: { kind: 'note' } }, { ...given, note: noteOption(note) }, context);
    }),
  );
  options(
    incidents
      .command('severity <id-and-level...>')
      .usage(`[options] <id...> <${severities.join('|')}>`)
      .description('change the severity: it stays then, whatever the rule says'),
    'why, for the history',
  ).action(
    context.act((words: string[], given: ActOptions) => {
      const severity = severities.find((one) => one === words.at(-1));
      if (severity === undefined)
        return wrong(context, `the last word is a severity: ${severities.join(', ')}`);
      return act({ ids: words.slice(0, -1), action: severityAction(severity) }, given, context);
    }),
  );
}

const severityAction = (severity: Severity): IncidentAction => ({ kind: 'severity', severity });

interface Assignment {
  readonly to?: string;
  readonly nobody?: boolean;
}

function assign(ids: string[], given: ActOptions & Assignment, context: CommandContext): Promise<ExitCode> {
  const { to, nobody } = given;
  if ((to === undefined) === (nobody !== true)) return wrong(context, 'give --to NAME or --nobody');
  return act({ ids, action: { kind: 'assign', assignee: to ?? null } }, given, context);
}

function options(command: Command, note?: string): Command {
  command
    .option(...configOption)
    .option('--who <name>', 'who does it', nameOption, osUser())
    .option(
      '--version <number>',
      'the version you saw: refused where somebody else has acted since (by default the newest)',
      wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
    .option(
      '--wait <duration>',
      'how long to wait for the answer of the service that runs (by default 5s)',
      durationOption,
      answerMs,
    )
    .option('--json', 'the incident as it is then, or why it was refused, one a line');
  return note === undefined ? command : command.option('--note <text>', note, noteOption);
}

function nameOption(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > nameMax)
    throw new InvalidArgumentError(`a name has 1 to ${nameMax} characters`);
  if (name === itself) throw new InvalidArgumentError(`"${itself}" is what the history calls the service`);
  return name;
}

function noteOption(text: string): string {
  if (text.length > noteMax) throw new InvalidArgumentError(`a note has ${noteMax} characters at most`);
  return text.trim();
}

function act(wish: Wish, given: ActOptions, context: CommandContext): Promise<ExitCode> {
  const ids = [...new Set(wish.ids)];
  if (ids.length === 0) return wrong(context, 'which incident? Its id comes first: tocsin incidents list');
  if (ids.length > 1 && given.version !== undefined)
    return wrong(context, '--version is of one incident: give one id with it');
  return actOnIncidents({ ...wish, ids }, given, context);
}

async function wrong({ terminal }: CommandContext, message: string): Promise<ExitCode> {
  complain(terminal, message);
  return exitCode.usage;
}
