import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { away, delivered, message, numbers, rejected } from '../../../test/support/delivery-world.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import { Deliverer } from './deliver.ts';

const everyMs = 300_000;
const lane = 'receiver:ops/alertmanager';

/** A deliverer to one receiver that forgets, where so many stand. */
function openWorld(standing: readonly string[] = numbers(3), answer: Delivery = delivered) {
  const clock = new ManualClock();
  const startMs = clock.nowMs();
  const ids = new Set(standing);
  /** `SECONDS COUNT` of renewals, `SECONDS ID` of messages. */
  const heard: string[] = [];
  const world = { answer };
  const say = (what: string | number): Delivery => {
    const { answer: came } = world;
    const at = (clock.nowMs() - startMs) / 1_000;
    heard.push(came.kind === 'delivered' ? `${at} ${what}` : `${at} ${came.kind}`);
    return came;
  };
  const store = new MemoryStore();
  const log = new RecordingLog();
  const counts = new Map<string, number>();
  const deliverer = new Deliverer({
    outbox: store,
    sink: { ensureTopics: async () => {}, publish: async () => delivered, close: async () => {} },
    notifiers: new Map([
      [
        'ops/alertmanager',
        {
          name: 'ops/alertmanager',
          notify: async ({ id }) => say(id),
          renewal: { everyMs, renew: async (incidents: readonly Incident[]) => say(incidents.length) },
          close: async () => {},
        },
      ],
    ]),
    whatStands: {
      idsAt: (receiver) => (receiver === 'ops' ? [...ids] : []),
      at: (_receiver, id) => (ids.has(id) ? sampleIncident({ id }) : undefined),
    },
    clock,
    log,
    metrics: {
      count: (_name, { outcome, reason }: Readonly<Record<string, string>> = {}, by = 1) => {
        counts.set(`${outcome} ${reason}`, (counts.get(`${outcome} ${reason}`) ?? 0) + by);
      },
      gauge: () => undefined,
      observe: () => undefined,
    },
    random: () => 0,
  });
  const write = (id: string): void => {
    const outbox = [message(id, id, lane)];
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    deliverer.wake();
  };
  deliverer.wake();
  return { clock, heard, ids, world, log, counts, deliverer, store, write };
}

describe('what stands at a receiver that forgets', () => {
  test('is said at the start and in every interval, without a message', async () => {
    const { clock, heard, counts } = openWorld();
    await clock.pass(2 * everyMs + 1);
    expect(heard).toEqual(['0 3', '300 3', '600 3']);
    expect([...counts]).toEqual([['renewed none', 9]]);
  });

  test('is spread over the interval where there is much of it, and what is over meanwhile is not said', async () => {
    const { clock, heard, ids } = openWorld(numbers(120));
    await clock.pass(1);
    for (const id of numbers(60)) ids.delete(id);
    await clock.pass(everyMs + 1);
    expect(heard).toEqual(['0 50', '100 40', '200 20', '300 50']);
  });

  test('waits while the receiver is away, ever longer, and messages are tried all the same', async () => {
    const { clock, heard, world, log, write, counts } = openWorld(numbers(3), away);
    await clock.pass(400);
    world.answer = delivered;
    write('a');
    await clock.pass(10_000);
    expect(heard).toEqual(['0 retry', '0.4 a', '0.5 3']);
    expect(counts.get('not-renewed network')).toBe(1);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  test('makes an incident of its own where the receiver is away for a quarter of an hour', async () => {
    const { clock, deliverer } = openWorld(numbers(3), away);
    await clock.pass(14 * 60_000);
    expect(deliverer.takeUndelivered()).toEqual([]);
    await clock.pass(10 * 60_000);
    expect(deliverer.takeUndelivered()).toMatchObject([{ lane, givenUp: 0, downMs: expect.any(Number) }]);
  });

  test('is tried with the next round where the receiver refuses it, and says so', async () => {
    const { clock, heard, world, log, counts } = openWorld(numbers(60), rejected);
    await clock.pass(everyMs - 1);
    world.answer = delivered;
    await clock.pass(2);
    expect(heard).toEqual(['0 rejected', '150 rejected', '300 50']);
    expect(counts.get('not-renewed client')).toBe(60);
    expect(log.lines.length).toBeGreaterThan(0);
  });

  test('keeps nobody from stopping', async () => {
    const { clock, deliverer } = openWorld();
    await clock.pass(everyMs - 1_000);
    const draining = deliverer.drain(60_000);
    await clock.pass(0);
    expect(await draining).toEqual({ left: 0 });
  });

  test('goes out between messages where both are due', async () => {
    const { clock, heard, write } = openWorld(numbers(200));
    await clock.pass(1);
    for (const id of numbers(900)) write(`m${id}`);
    await clock.pass(89_000);
    expect(heard.filter((one) => one.endsWith(' 50'))).toEqual([
      '0 50',
      expect.stringMatching(/^75(\.\d+)? 50$/),
    ]);
    expect(heard.length).toBeGreaterThan(850);
  });
});
