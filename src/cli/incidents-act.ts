import type { Config } from '../config/config.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { ActionAnswer, ActionRequest, IncidentAction } from '../shared/model/incident-action.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { askFor } from './incidents-ask.ts';
import { configOrComplain } from './load-config.ts';
import { complain, jsonLine, print, printable } from './terminal.ts';

export interface ActOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly who: string;
  readonly note?: string;
  readonly version?: number;
  /** For an answer, milliseconds. */
  readonly wait: number;
}

/** What is to be done, and to which incidents: whole ids or beginnings of them. */
export interface Wish {
  readonly ids: readonly string[];
  readonly action: IncidentAction;
}

/** Does it, and says of each incident what became of it. 1: something was refused; 3: nobody answered. */
export async function actOnIncidents(
  { ids, action }: Wish,
  options: ActOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const config = configOrComplain(context, options.config);
  if (config === undefined) return exitCode.usage;
  const store = openSqliteStore({ file: config.state.file, beside: true });
  try {
    const found = ids.flatMap((id) => store.incident(id) ?? noSuchIncident(id, options, context));
    const known = [...new Map(found.map((incident) => [incident.id, incident])).values()];
    const othersOf = new Map(known.map((one) => [one.id, otherOf(one, action, store)]));
    if (action.kind === 'merge' && store.incident(action.into) === undefined) {
      noSuchIncident(action.into, options, context);
      return exitCode.foundFaults;
    }
    const actionOf = ({ id }: Incident): IncidentAction => seeing(action, othersOf.get(id));
    const asked: Asked = { known, actionOf, options, isSomeUnknown: found.length < ids.length };
    const code = await ask(asked, { store, config, context });
    for (const other of new Map([...othersOf.values()].map((one) => [one?.id, one])).values()) {
      const now = other === undefined ? undefined : store.incident(other.id);
      if (now !== undefined && now.version !== other?.version) show(now, { options, context });
    }
    return code;
  } finally {
    store.close();
  }
}

/** The one to merge it into, or that it is to be taken out of; undefined: none, or there is no such. */
function otherOf(incident: Incident, action: IncidentAction, store: SqliteStore): Incident | undefined {
  if (!('into' in action)) return undefined;
  const id = action.kind === 'merge' ? action.into : incident.mergedInto;
  return id === null ? undefined : store.incident(id);
}

/** A merge is about both incidents as they are when return is pressed. */
const seeing = (action: IncidentAction, other: Incident | undefined): IncidentAction =>
  'into' in action && other !== undefined
    ? { ...action, into: other.id, intoVersion: other.version }
    : action;

interface Asked {
  readonly known: readonly Incident[];
  actionOf(incident: Incident): IncidentAction;
  readonly options: ActOptions;
  readonly isSomeUnknown: boolean;
}

interface World {
  readonly store: SqliteStore;
  readonly config: Config;
  readonly context: CommandContext;
}

/** Says that there is no such incident. */
export function noSuchIncident(
  id: string,
  { json }: Pick<ActOptions, 'json'>,
  { terminal }: CommandContext,
): [] {
  const message = 'no incident whose id is, or alone begins with, that; tocsin incidents list shows them';
  if (json) print(terminal, jsonLine({ id, refused: 'no-such-incident', message }));
  else complain(terminal, `${printable(id, 60)}: ${message}`);
  return [];
}

async function ask({ known, actionOf, options, isSomeUnknown }: Asked, world: World): Promise<ExitCode> {
  const { store, config, context } = world;
  const requests = known.map(
    (incident): ActionRequest => ({
      incidentId: incident.id,
      version: options.version ?? incident.version,
      action: actionOf(incident),
      who: options.who,
      note: options.note ?? '',
    }),
  );
  const say = (message: string): void => complain(context.terminal, message);
  const answers = await askFor(requests, { store, config, waitMs: options.wait, complain: say });
  if (answers === null) {
    say('too many actions wait for a service already: start it (tocsin run)');
    return exitCode.world;
  }
  for (const [index, incident] of known.entries()) tell(incident, answers[index], { ...world, options });
  if (answers.includes(undefined)) return exitCode.world;
  const isRefused = isSomeUnknown || answers.some((answer) => answer?.kind === 'refused');
  return isRefused ? exitCode.foundFaults : exitCode.well;
}

function tell(
  before: Incident,
  answer: ActionAnswer | undefined,
  { store, context, options }: World & { readonly options: ActOptions },
): void {
  const { json } = options;
  const { terminal } = context;
  const id = before.id.slice(0, 12);
  if (answer?.kind === 'done') {
    const now = store.incident(before.id) ?? before;
    show(json ? now : { ...now, version: answer.version }, { options, context });
    return;
  }
  const refused = answer === undefined ? queued : { refused: answer.reason, message: answer.message };
  if (json) print(terminal, jsonLine({ id: before.id, version: answer?.version, ...refused }));
  else complain(terminal, `${id}: ${printable(refused.message, 3_000)}`);
}

/** An incident as it is after what was asked. */
function show(
  now: Incident,
  { options: { json }, context }: { readonly options: ActOptions; readonly context: CommandContext },
): void {
  const { terminal } = context;
  const line = `${now.id.slice(0, 12)}  ${terminal.colours.bold(now.status)}, version ${now.version}`;
  print(terminal, json ? jsonLine(now) : `${line}  ${printable(now.title, 120)}`);
}

const queued = {
  refused: 'queued',
  message:
    'no answer yet: it is queued, and is done when the service gets to it (tocsin incidents show says)',
} as const;
