import type { Command } from 'commander';
import { deliveryNotices } from '../notify/outbox/delivery-notices.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { GivenUpRow, OutboxPayload } from '../shared/ports/outbox.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOption } from './load-config.ts';
import { columns, complain, jsonLine, print, printable } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';
import { withStore } from './with-store.ts';

interface ListOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly lane?: string;
  readonly limit: number;
}

interface RetryOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly lane?: string;
  readonly all?: boolean;
}

/** As many rows as are kept of one lane; a command that takes a lane or all takes no more of them at a time. */
const rowsMax = 10_000;

/** `tocsin outbox list` and `tocsin outbox retry`: messages that could not be delivered. Both also while the service runs. */
export function registerOutboxCommands(program: Command, context: CommandContext): void {
  const outbox = program.command('outbox').description('messages that could not be delivered');
  outbox
    .command('list')
    .description('messages that were given up, the newest first')
    .option(...configOption)
    .option('--json', 'one message a line, with what it holds')
    .option('--lane <lane>', 'only those of this lane, such as receiver:soc/slack')
    .option('--limit <number>', 'how many at most', wholeNumber({ min: 1, max: rowsMax }), 50)
    .action(context.act((options: ListOptions) => list(options, context)));
  outbox
    .command('retry [id...]')
    .description('send messages again that were given up; the service, if it runs, notices within a second')
    .option(...configOption)
    .option('--lane <lane>', 'all those of this lane')
    .option('--all', 'all there are')
    .option('--json', 'what goes out again, or why it does not, one message a line')
    .action(context.act((ids: string[], options: RetryOptions) => retry(ids, options, context)));
}

async function list(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  return withStore(context, { config: options.config, as: 'reader' }, (store) => {
    const { limit, lane } = options;
    const rows = store.givenUp(lane === undefined ? { limit } : { limit, lane });
    if (options.json) for (const row of rows) print(terminal, jsonLine(shown(row)));
    else if (rows.length === 0) complain(terminal, 'no message was given up');
    else for (const line of table(rows, context)) print(terminal, line);
    return exitCode.well;
  });
}

function table(rows: readonly GivenUpRow[], { terminal: { colours } }: CommandContext): string[] {
  const head = ['ID', 'WHEN', 'LANE', 'REASON', 'INCIDENT', 'DETAIL'].map((name) => colours.dim(name));
  const lines = rows.map(({ id, lane, reason, detail, payload, givenUpMs }) => [
    String(id),
    givenUpMs === null ? '' : secondText(givenUpMs),
    printable(lane, 80),
    reason,
    printable(about(payload)),
    printable(detail, 160),
  ]);
  return columns([head, ...lines]);
}

/** Wall clock of this machine's log: UTC, to the second. */
const secondText = (ms: number): string => isoTime(ms).replace(/\.\d+Z$/, 'Z');

/** What a row tells of: an incident, or how many in one digest. */
function about(payload: OutboxPayload): string {
  if (payload.kind === 'notification') return payload.notification.incident.id.slice(0, 12);
  return payload.kind === 'digest' ? `digest of ${payload.digest.total}` : '';
}

/** A row as JSON: bytes of a record as Base64. */
const shown = ({ payload, givenUpMs, ...row }: GivenUpRow): unknown => ({
  ...row,
  givenUp: givenUpMs === null ? null : isoTime(givenUpMs),
  ...(payload.kind !== 'record'
    ? contentOf(payload)
    : { topic: payload.record.topic, key: base64(payload.record.key), value: base64(payload.record.value) }),
});

const contentOf = (payload: Exclude<OutboxPayload, { kind: 'record' }>): object =>
  payload.kind === 'digest' ? { digest: payload.digest } : { notification: payload.notification };

const base64 = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('base64');

async function retry(
  written: readonly string[],
  { config, json, lane, all }: RetryOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const ids = written.map(Number);
  if (ids.some((id) => !Number.isSafeInteger(id) || id < 1)) {
    complain(terminal, 'an id is a whole number: tocsin outbox list shows them');
    return exitCode.usage;
  }
  if ([ids.length > 0, lane !== undefined, all === true].filter(Boolean).length !== 1) {
    complain(terminal, 'give ids, or --lane, or --all');
    return exitCode.usage;
  }
  return withStore(context, { config, as: 'beside' }, (store) => {
    const chosen = ids.length > 0 ? ids : idsOf(store, lane);
    const sent = sendAgain(chosen, store, ids.length > 0);
    const missing = chosen.filter((id) => !sent.has(id));
    if (json) for (const id of chosen) print(terminal, jsonLine(outcome(id, sent.has(id))));
    else print(terminal, `${sent.size} ${sent.size === 1 ? 'message goes' : 'messages go'} out again`);
    if (missing.length === 0) return exitCode.well;
    if (!json) complain(terminal, `${missing.length} not found: ${hint}`);
    return exitCode.foundFaults;
  });
}

const hint = 'tocsin outbox list shows what was given up';

const outcome = (id: number, isSent: boolean): object =>
  isSent ? { id, sentAgain: true } : { id, refused: 'no-such-message', message: `not found: ${hint}` };

/** Those that go out again. Ids that a person wrote may be none; those that were just listed go in one transaction. */
function sendAgain(ids: readonly number[], store: SqliteStore, areWritten: boolean): ReadonlySet<number> {
  const at = isoTime(Date.now());
  const said = { at, told: true, reason: 'sent-again', detail: 'by tocsin outbox retry' } as const;
  const send = (some: readonly number[]): number =>
    store.sendAgain(some, (row) => deliveryNotices(row, said));
  if (areWritten) return new Set(ids.filter((id) => send([id]) === 1));
  send(ids);
  return new Set(ids);
}

const idsOf = (store: SqliteStore, lane: string | undefined): number[] =>
  store
    .givenUp(lane === undefined ? { limit: rowsMax } : { limit: rowsMax, lane })
    .map(({ id }) => id)
    .reverse();
