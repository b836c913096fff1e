import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import {
  delivered,
  keys,
  message,
  openDelivery,
  record,
  ScriptedSink,
} from '../../../test/support/delivery-world.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import { Deliverer } from './deliver.ts';

describe('the end of delivery', () => {
  test('drain delivers what can be delivered and says what is left', async () => {
    const { clock, sink, slack, deliverer, write } = openDelivery();
    write(record('a'), message('a', '1'), message('b', '2'), message('c', '3'));
    const drained = deliverer.drain(1_500);
    await clock.pass(5_000);
    expect(await drained).toEqual({ left: 1 });
    expect(slack.asked.map(({ id }) => id)).toEqual(['1', '2']);
    expect(sink.published.flatMap(keys)).toEqual(['a']);
  });

  test('drain does not wait for what could be tried only later', async () => {
    const { clock, slack, deliverer, write } = openDelivery();
    slack.answer = () => ({ kind: 'retry', reason: 'rate-limited', detail: 'answered 429', afterMs: 60_000 });
    write(message('a', '1'));
    await clock.pass(0);
    expect(await deliverer.drain(30_000)).toEqual({ left: 1 });
  });

  test('drain breaks off a receiver that never answers, and its message stays as it was', async () => {
    const { clock, slack, store, deliverer, write } = openDelivery();
    slack.answer = (_, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () =>
          resolve({ kind: 'retry', reason: 'timeout', detail: 'stopped' }),
        ),
      );
    write(message('a', '1'));
    const drained = deliverer.drain(1_000);
    await clock.pass(1_000);
    expect(await drained).toEqual({ left: 1 });
    expect(store.peek('receiver:soc/slack', 1)).toMatchObject([{ attempts: 0, dueMs: 0 }]);
  });

  test('stop waits for the publish under way and deletes what was published', async () => {
    const { clock, sink, store, deliverer, write } = openDelivery();
    let publish: (delivery: Delivery) => void = () => undefined;
    sink.answer = () =>
      new Promise((resolve) => {
        publish = resolve;
      });
    write(record('a'));
    await clock.pass(0);
    const stopped = deliverer.stop();
    publish(delivered);
    await stopped;
    expect(store.depth()).toEqual([]);
    await deliverer.stop();
    write(record('b'));
    await clock.pass(1_000);
    expect(sink.published.flatMap(keys)).toEqual(['a']);
  });

  test('a sink that throws ends delivery, and whoever asked is told once', async () => {
    const store = new MemoryStore();
    const errors: unknown[] = [];
    const clock = new ManualClock();
    const sink = new ScriptedSink();
    sink.answer = () => {
      throw new Error('the log file is gone');
    };
    const deliverer = new Deliverer({
      outbox: store,
      sink,
      notifiers: new Map(),
      clock,
      log: new RecordingLog(),
      metrics: { count: () => undefined, gauge: () => undefined, observe: () => undefined },
      random: () => 0,
      failed: (error) => errors.push(error),
    });
    const outbox = [record('a'), record('b', 'other')];
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    deliverer.wake();
    await clock.pass(60_000);
    expect(errors).toEqual([new Error('the log file is gone')]);
    await deliverer.stop();
    expect(store.depth().map(({ waiting }) => waiting)).toEqual([1, 1]);
  });
});
