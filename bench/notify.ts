import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atMost, type Bench, type Figure, middleHalf, plain, quantile, spread } from './support/figures.ts';
import { machineSpeed, rateAtLeast } from './support/machine-speed.ts';
import {
  type Audience,
  batchOf,
  eventOf,
  inFolder,
  openDelivery,
  openNotifyWorld,
} from './support/notify-world.ts';

// What telling people costs detection: incidents written, routed and queued; a start with a long outbox; a receiver that
// hangs. Through everything the service has but the bus, on the real store.

export const bench: Bench = { lacks: () => undefined, run };

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const incidents = 10_000;
const perBatch = 500;
const pending = 100_000;
/** Rounds before those that count: V8 compiles what runs meanwhile, in threads of its own, whose time counts. */
const rehearsals = 3;
const nowhere = 'http://127.0.0.1:9';

async function run(): Promise<readonly Figure[]> {
  return [...(await queueing()), ...(await starting()), ...(await hanging())];
}

/** Each event opens an incident: decoded, matched, folded, routed, and committed with its record and its messages. */
async function queueing(): Promise<readonly Figure[]> {
  const speed = await machineSpeed();
  const one: Pace[] = [];
  const team: Pace[] = [];
  const first: Pace[] = [];
  for (let round = -rehearsals; round < rounds; round += 1) {
    const paces = [await queueOnce('one'), await queueOnce('team')] as const;
    if (round === -rehearsals) first.push(paces[0]);
    if (round < 0) continue;
    one.push(paces[0]);
    team.push(paces[1]);
  }
  const perCpuSecond = (paces: readonly Pace[]): number[] => paces.map((pace) => pace.perCpuSecond);
  return [
    ...rateAtLeast({
      what: 'notify: incidents detected, written, routed and queued a second of CPU time',
      values: perCpuSecond(one),
      aim: 10_000,
      digits: 0,
      speed,
    }),
    plain(
      '... a second of this machine',
      spread(
        one.map(({ perSecond }) => perSecond),
        0,
      ),
    ),
    plain('... for three channels each, a second of CPU time', spread(perCpuSecond(team), 0)),
    plain(
      '... of the first 10,000 of a process, which V8 compiles meanwhile, a second of CPU time',
      spread(perCpuSecond(first), 0),
    ),
  ];
}

interface Pace {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

async function queueOnce(audience: Audience): Promise<Pace> {
  return inFolder(async (folder) => {
    const { pipeline, store, deliverer, close } = await openNotifyWorld(folder, {
      address: nowhere,
      audience,
    });
    // What goes out meanwhile is another figure.
    await deliverer.stop();
    const events = Array.from({ length: incidents }, (_, number) => eventOf(number));
    const before = process.cpuUsage();
    const startedMs = performance.now();
    for (let from = 0; from < incidents; from += perBatch)
      await pipeline.process(batchOf(events.slice(from, from + perBatch), from));
    const { user, system } = process.cpuUsage(before);
    const tookMs = performance.now() - startedMs;
    const waiting = store.waiting(audience === 'one' ? 'receiver:chat/slack' : 'receiver:soc/slack');
    if (waiting !== incidents) throw new Error(`${waiting} messages are queued`);
    await close();
    return { perCpuSecond: (incidents / (user + system)) * 1e6, perSecond: (incidents / tookMs) * 1e3 };
  });
}

/** From opening the state to the first message that goes out: the outbox alone, and the service with its incidents. */
async function starting(): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    await fill(folder);
    const outbox: number[] = [];
    const crashed: number[] = [];
    const service: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      outbox.push(await startIn(folder, { state: 'clean', service: false }));
      crashed.push(await startIn(folder, { state: 'crashed', service: false }));
      service.push(await startIn(folder, { state: 'clean', service: true }));
    }
    const what = `${pending.toLocaleString('en')} messages waiting, from opening the state to the first that goes out`;
    return [
      atMost(`notify: ${what}, s of CPU time`, outbox, { aim: 1, digits: 2 }),
      plain('... after a crash, the file checked', `${spread(crashed)} s`),
      plain('... with 25,000 incidents that stand', `${spread(service)} s`),
    ];
  });
}

async function fill(folder: string): Promise<void> {
  const { pipeline, store, deliverer, close } = await openNotifyWorld(folder, {
    address: nowhere,
    audience: 'team',
  });
  await deliverer.stop();
  for (
    let from = 0;
    store.depth().reduce((sum, { waiting }) => sum + waiting, 0) < pending;
    from += perBatch
  ) {
    const events = Array.from({ length: perBatch }, (_, index) => eventOf(from + index));
    await pipeline.process(batchOf(events, from));
  }
  copyState(folder, { to: folder, as: (part) => `crashed-${part}` });
  await close();
  copyState(folder, { to: folder, as: (part) => `clean-${part}` });
}

const parts = ['state.db', 'state.db-wal'];

function copyState(
  from: string,
  {
    to,
    name = (part) => part,
    as,
  }: { to: string; name?: (part: string) => string; as: (part: string) => string },
): void {
  for (const part of parts)
    if (existsSync(join(from, name(part)))) copyFileSync(join(from, name(part)), join(to, as(part)));
}

async function startIn(
  folder: string,
  { state, service }: { state: 'clean' | 'crashed'; service: boolean },
): Promise<number> {
  return inFolder(async (fresh) => {
    copyState(folder, { to: fresh, name: (part) => `${state}-${part}`, as: (part) => part });
    const first = Promise.withResolvers<void>();
    const options = { address: nowhere, audience: 'team', onNotify: first.resolve } as const;
    const before = process.cpuUsage();
    const world = service ? await openNotifyWorld(fresh, options) : await openDelivery(fresh, options);
    world.deliverer.wake();
    await first.promise;
    const { user, system } = process.cpuUsage(before);
    await world.close();
    return (user + system) / 1e6;
  });
}

/** Events of one turn: few, so that the machine is the same in both turns of a pair. */
const perTurn = 100;

interface Turn {
  /** Of each event, milliseconds. */
  readonly took: readonly number[];
  readonly cpu: number;
}

const noTurn: Turn = { took: [], cpu: 0 };

/** One event at a time, while a receiver answers and while it hangs, in turns. */
async function hanging(): Promise<readonly Figure[]> {
  const receiver = fork(fileURLToPath(import.meta.resolve('./support/receiver-stand-in.ts')));
  const [port] = (await once(receiver, 'message')) as [number];
  try {
    return await inFolder(async (folder) => {
      const { pipeline, close } = await openNotifyWorld(folder, {
        address: `http://127.0.0.1:${port}`,
        audience: 'team',
      });
      const ratios = { p50: [] as number[], p95: [] as number[], cpu: [] as number[] };
      let from = 0;
      const turn = async (told: 'answer' | 'hang'): Promise<Turn> => {
        receiver.send(told);
        await sleep(200);
        const before = process.cpuUsage();
        const took = await trickle(pipeline, from);
        from += took.length;
        const { user, system } = process.cpuUsage(before);
        return { took, cpu: user + system };
      };
      await turn('answer');
      for (let pair = 0; pair < rounds * 6; pair += 1) {
        const order = pair % 2 === 0 ? (['answer', 'hang'] as const) : (['hang', 'answer'] as const);
        const turns = { answer: noTurn, hang: noTurn };
        for (const told of order) turns[told] = await turn(told);
        const { answer, hang } = turns;
        ratios.p50.push(quantile(hang.took, 0.5) / quantile(answer.took, 0.5));
        ratios.p95.push(quantile(hang.took, 0.95) / quantile(answer.took, 0.95));
        ratios.cpu.push(hang.cpu / answer.cpu);
      }
      await close();
      const what =
        'notify: time from event to committed incident with a receiver that hangs, times that without, p50';
      return [
        {
          what,
          figure: middleHalf(ratios.p50),
          aim: '<= 1.1',
          isReached: quantile(ratios.p50, 0.5) <= 1.1,
        },
        plain('... p95', middleHalf(ratios.p95)),
        plain('... CPU time of all that the process does', middleHalf(ratios.cpu)),
      ];
    });
  } finally {
    await end(receiver);
  }
}

/** How long each event took from the moment it was due, waiting for the loop included. */
async function trickle(
  pipeline: { process(batch: ReturnType<typeof batchOf>): Promise<void> },
  from: number,
): Promise<number[]> {
  const took: number[] = [];
  for (let number = 0; number < perTurn; number += 1) {
    const dueMs = performance.now() + 5;
    await sleep(5);
    await pipeline.process(batchOf([eventOf(from + number)], from + number));
    took.push(performance.now() - dueMs);
  }
  return took;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
