import { expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { emptyBatch } from '../../test/support/stored-batch.ts';
import type { RecordConsumer } from '../shared/ports/record-source.ts';
import { LifeSigns } from './life-signs.ts';

const minuteMs = 60_000;
const lane = 'topic:tocsin.incidents';

class World {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore();
  readonly signs = new LifeSigns(this.clock, this.store);

  put(): void {
    const record = { topic: 'tocsin.incidents', key: null, value: null, headers: [], timestampMs: 0 };
    this.store.commit({ ...emptyBatch, outbox: [{ lane, payload: { kind: 'record', record } }] }, () => '');
  }

  /** Minutes in which all goes well but for what a test does; what is said at the end of each. */
  async minutes(count: number): Promise<string | null> {
    let said: string | null = null;
    for (let minute = 0; minute < count; minute += 1) {
      await this.clock.pass(minuteMs);
      this.signs.ticked(true);
      said = this.signs.whySilent();
    }
    return said;
  }
}

test('what ticks, reads and delivers is alive, also where there is nothing to do', async () => {
  expect(await new World().minutes(60)).toBeNull();
});

test('before the log first answers there is no sign of life, nor where it does not any more', async () => {
  const { signs } = new World();
  expect(signs.whySilent()).toBe('the log does not answer');
  signs.ticked(true);
  expect(signs.whySilent()).toBeNull();
  signs.ticked(false);
  expect(signs.whySilent()).toBe('the log does not answer');
});

test('without ticks there is none', async () => {
  const { signs, clock } = new World();
  signs.ticked(true);
  await clock.pass(16 * minuteMs);
  expect(signs.whySilent()).toBe('nothing is committed any more');
});

test('a message that waits for more than a quarter of an hour ends it, until it has left', async () => {
  const world = new World();
  world.put();
  world.put();
  expect(await world.minutes(16)).toBeNull();
  expect(await world.minutes(1)).toBe(`a message of ${lane} waits for more than 15m`);
  world.store.delivered([world.store.peek(lane, 1)[0]?.id ?? 0]);
  expect(await world.minutes(16)).toBeNull();
  world.store.delivered([world.store.peek(lane, 1)[0]?.id ?? 0]);
  expect(await world.minutes(60)).toBeNull();
});

test('a batch that is never done ends it; many that take their time do not', async () => {
  const world = new World();
  const done: (() => void)[] = [];
  const consumer: RecordConsumer = {
    position: (_, partition) => partition,
    assigned: () => undefined,
    process: () => new Promise((resolve) => done.push(resolve)),
    gap: () => undefined,
    failed: () => undefined,
  };
  const watched = world.signs.watching(consumer);
  const batch = { topic: 'logs', partition: 7, records: [], nextOffset: 0, endOffset: 0 };
  expect(watched.position('logs', 7)).toBe(7);
  for (let nth = 0; nth < 4; nth += 1) {
    void watched.process(batch);
    void watched.process(batch);
    expect(await world.minutes(10)).toBeNull();
    done.shift()?.();
    expect(await world.minutes(10)).toBeNull();
    done.shift()?.();
  }
  void watched.process(batch);
  expect(await world.minutes(16)).toBe('what was read is worked on for more than 15m');
});
