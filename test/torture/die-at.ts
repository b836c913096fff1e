import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Kafka, type Producer } from 'kafkajs';
import type { crashPoints } from './crash-points.ts';
import type { LifeOrders } from './life-orders.ts';
import { noteTurns } from './note-turns.ts';

// Loaded into tocsin before its own code (`node --import`): it notes in a file what tocsin is doing, so that a kill
// from outside can say what it hit, and it ends the process by SIGKILL at the crash point it is told. tocsin's code
// knows nothing of it; what is wrapped are the two libraries through which it touches the world, and the engine, to note
// what it takes for late.

let file: number | undefined;
let aimedAt: string | undefined;
let left = 0;
let publishing = 0;
let noteTurn = (): void => undefined;

/** What is to come of this life. */
function begin({ phaseFile, dieAt, clockOffsetMs, times }: LifeOrders): void {
  file = openSync(phaseFile, 'w');
  const { now } = Date;
  Date.now = () => now() + clockOffsetMs;
  const [point, nth] = (dieAt ?? '').split(':');
  aimedAt = point;
  left = Number(nth ?? 0);
  note(times);
}

function note(times: LifeOrders['times']): void {
  const turnsFile = process.env['TORTURE_TURNS_FILE'];
  if (turnsFile !== undefined) noteTurn = noteTurns(turnsFile, times);
}

/** Overwritten in place, without waiting for any disk: the page outlives the process. */
function phase(name: string): void {
  if (file !== undefined) writeSync(file, name.padEnd(20), 0);
}

function at(point: (typeof crashPoints)[number]): void {
  if (point !== aimedAt) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

const quiet = (): void => phase(publishing > 0 ? 'publishing' : 'waiting');

type Statement = Record<'run' | 'get' | 'all', (...args: unknown[]) => unknown>;

/** Calls `before` and `after` around a method of one statement. */
function around(
  statement: Statement,
  method: keyof Statement,
  { before, after }: { before?: () => void; after?: () => void },
): void {
  const original = statement[method];
  statement[method] = (...args) => {
    before?.();
    const result = original.apply(statement, args);
    after?.();
    return result;
  };
}

/** Which statements lead to which crash points, by the beginning of their text. */
const hooks: readonly (readonly [sql: RegExp, hook: (statement: Statement) => void])[] = [
  [
    /^\s*SELECT topic, partition, next_offset/,
    (s) => around(s, 'all', { before: () => restoring('restore-begun') }),
  ],
  [
    /^\s*SELECT sequence, delta FROM/,
    (s) => around(s, 'all', { before: () => restoring('restore-half-read') }),
  ],
  [/^\s*SELECT rule_id, group_key/, (s) => around(s, 'all', { after: restored })],
  [/^\s*INSERT INTO positions/, (s) => around(s, 'run', { after: () => at('position-written') })],
  [/^\s*INSERT INTO incidents/, (s) => around(s, 'run', { after: () => at('incident-written') })],
  [/^\s*INSERT INTO outbox \(/, (s) => around(s, 'run', { after: () => at('outbox-row-written') })],
  [/^\s*UPDATE incident_actions SET answer/, (s) => around(s, 'run', { after: () => at('wish-answered') })],
  [/^\s*INSERT INTO window_deltas/, (s) => around(s, 'run', { after: () => at('delta-written') })],
  [
    /^\s*INSERT INTO window_shards/,
    (s) => around(s, 'run', { before: () => at('shard-due'), after: () => at('shard-written') }),
  ],
  [/^\s*DELETE FROM window_deltas/, (s) => around(s, 'run', { after: () => at('deltas-dropped') })],
  [/^\s*DELETE FROM outbox WHERE id/, (s) => around(s, 'get', { after: () => at('outbox-row-deleted') })],
];

function restoring(point: 'restore-begun' | 'restore-half-read' | 'restore-read'): void {
  phase('restoring');
  at(point);
}

/** What was read is put into memory in one go; after that tocsin turns to the broker. */
function restored(): void {
  restoring('restore-read');
  setImmediate(() => phase('joining'));
}

const { prepare, transaction, exec, pragma } = Database.prototype;

Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql);
  for (const [pattern, hook] of hooks) if (pattern.test(sql)) hook(statement as unknown as Statement);
  return statement;
} as typeof prepare;

Database.prototype.exec = function (this: Database.Database, sql: string) {
  phase('opening');
  const result = exec.call(this, sql);
  if (sql.includes("'unclean'")) at('state-opened');
  return result;
} as typeof exec;

Database.prototype.pragma = function (this: Database.Database, ...args: Parameters<typeof pragma>) {
  if (args[0].startsWith('wal_checkpoint')) at('checkpoint-due');
  return pragma.apply(this, args);
} as typeof pragma;

Database.prototype.transaction = function (this: Database.Database, work: (...args: unknown[]) => unknown) {
  const wrapped = transaction.call(this, (...args: unknown[]) => {
    noteTurn();
    at('transaction-begun');
    const result = work(...args);
    phase('committing');
    at('commit-due');
    return result;
  });
  const immediate = (...args: unknown[]): unknown => {
    phase('writing');
    const result = wrapped.immediate(...args);
    at('committed');
    quiet();
    return result;
  };
  return Object.assign(immediate, { immediate });
} as unknown as typeof transaction;

const { producer } = Kafka.prototype;

Kafka.prototype.producer = function (this: Kafka, ...args: Parameters<typeof producer>) {
  return publishingAt(producer.apply(this, args));
};

function publishingAt(original: Producer): Producer {
  const sendBatch: Producer['sendBatch'] = async (batch) => {
    at('publish-due');
    publishing += 1;
    phase('publishing');
    try {
      const sent = original.sendBatch(batch);
      // The request is on its way, or in the broker, or answered: whatever the milliseconds bring.
      if (aimedAt === 'publishing') setTimeout(() => at('publishing'), Math.random() * 6);
      const answer = await sent;
      at('published');
      return answer;
    } finally {
      publishing -= 1;
      quiet();
    }
  };
  return { ...original, sendBatch };
}

/** A life in waiting: what costs a second, loading code, is done beside the life before it. Ends with its parent. */
async function wait(ordersFile: string): Promise<void> {
  const parent = process.ppid;
  await import('../../src/cli/run.ts');
  while (!existsSync(ordersFile)) {
    if (process.ppid !== parent) process.exit(0);
    await sleep(5);
  }
  begin(JSON.parse(readFileSync(ordersFile, 'utf8')) as LifeOrders);
}

const orders = process.env['TORTURE_ORDERS'];
const ordersFile = process.env['TORTURE_ORDERS_FILE'];
if (orders !== undefined) begin(JSON.parse(orders) as LifeOrders);
else if (ordersFile !== undefined) await wait(ordersFile);
else note('quiet');
