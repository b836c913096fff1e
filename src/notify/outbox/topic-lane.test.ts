import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import {
  away,
  delivered,
  keys,
  numbers,
  openDelivery,
  record,
  rejected,
} from '../../../test/support/delivery-world.ts';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import { outgoingRecord } from '../../shared/model/incident-record.ts';
import { incidentRecord } from '../plan-records.ts';

describe('records to topics', () => {
  test('go out many at a time, in order, one publish in flight for all topics', async () => {
    const { clock, sink, store, write } = openDelivery();
    write(
      ...numbers(1_200).map((id) => record(id)),
      ...numbers(3).map((id) => record(id, 'tocsin.dead-letters')),
    );
    await clock.pass(100);
    const incidents = sink.published.filter(([first]) => first?.topic === 'tocsin.incidents');
    expect(incidents.map((records) => records.length)).toEqual([500, 500, 200]);
    expect(incidents.flatMap(keys)).toEqual(numbers(1_200));
    expect(sink.published.filter(([first]) => first?.topic === 'tocsin.dead-letters').flatMap(keys)).toEqual(
      numbers(3),
    );
    expect(sink.mostInFlight).toBe(1);
    expect(store.depth()).toEqual([]);
  });

  test('are published once each, however often it is woken', async () => {
    const { clock, sink, deliverer, write } = openDelivery();
    for (const id of numbers(50)) {
      write(record(id));
      deliverer.wake();
      await clock.pass(7);
    }
    expect(sink.published.flatMap(keys)).toEqual(numbers(50));
  });

  test('are cut into publishes that brokers take', async () => {
    const { clock, sink, write } = openDelivery({ limits: { topicBytes: 1_000 } });
    write(record('a', 't', 600), record('b', 't', 600), record('c', 't', 300), record('d', 't', 5_000));
    await clock.pass(0);
    expect(sink.published.map(keys)).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  test('wait for a broker that is away for as long as it takes, saying so once a minute', async () => {
    const { clock, sink, write, log, store } = openDelivery({ limits: { maxAttempts: 2, maxAgeMs: 1 } });
    sink.answer = () => away;
    write(record('a'), record('b'));
    await clock.pass(48 * 3_600_000);
    expect(store.disk.givenUp).toEqual([]);
    const warnings = log.lines.filter(({ level }) => level === 'warn');
    expect(warnings.length).toBeGreaterThan(2_500);
    expect(warnings.length).toBeLessThanOrEqual(48 * 60 + 1);
    expect(warnings[0]).toMatchObject({
      fields: { lane: 'topic:tocsin.incidents', detail: 'no connection (ECONNREFUSED)' },
    });
    sink.answer = () => delivered;
    await clock.pass(20_000);
    expect(sink.published.map(keys)).toEqual([['a', 'b']]);
    expect(log.lines.at(-1)).toMatchObject({ level: 'info', message: 'the broker takes records again' });
  });

  test('wait while the broker does not let tocsin in: no record is at fault', async () => {
    const { clock, sink, write, store } = openDelivery();
    sink.answer = () => ({ kind: 'rejected', reason: 'auth', detail: 'not authorised' });
    write(record('a'));
    await clock.pass(3_600_000);
    expect(store.disk.givenUp).toEqual([]);
    expect(store.depth()).toMatchObject([{ waiting: 1 }]);
  });

  test('wait for a topic that is missing: no record is at fault', async () => {
    const { clock, sink, write, store, log } = openDelivery();
    sink.answer = () => ({
      kind: 'rejected',
      reason: 'client',
      detail: 'there is no topic tocsin.incidents',
    });
    write(...numbers(20).map((id) => record(id)));
    await clock.pass(3_600_000);
    expect(store.disk.givenUp).toEqual([]);
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      fields: { detail: 'there is no topic tocsin.incidents' },
    });
    sink.answer = () => delivered;
    await clock.pass(20_000);
    expect(sink.published.flatMap(keys)).toEqual(numbers(20));
  });

  test('leave several aside that stand side by side, once one behind them is taken', async () => {
    const { clock, sink, write, store } = openDelivery();
    sink.answer = (records) =>
      keys(records).some((key) => ['0', '1', '2'].includes(key)) ? rejected : delivered;
    write(...numbers(3).map((id) => record(id)));
    await clock.pass(60_000);
    expect(store.disk.givenUp).toEqual([]);
    write(record('3'), record('4'));
    await clock.pass(60_000);
    expect(sink.published.flatMap(keys)).toEqual(['3', '4']);
    expect(store.disk.givenUp.map(({ row }) => row.id)).toEqual([1, 2, 3]);
  });

  test('leave the one aside that the broker refuses for good', async () => {
    const { clock, sink, write, store } = openDelivery();
    sink.answer = (records) => (keys(records).includes('3') ? rejected : delivered);
    write(...numbers(6).map((id) => record(id)));
    await clock.pass(100);
    expect(sink.published.flatMap(keys)).toEqual(['0', '1', '2', '4', '5']);
    expect(store.disk.givenUp).toMatchObject([{ row: { id: 4, reason: 'client' } }]);
    write(record('6'), record('7'));
    await clock.pass(100);
    expect(sink.published.at(-1)?.length).toBe(2);
  });

  test('that are too large go without their evidence, if they are incidents', async () => {
    const { clock, sink, write, store, log } = openDelivery();
    const opened = { kind: 'opened', incident: sampleIncident() } as const;
    const record = incidentRecord(opened, { topic: 'tocsin.incidents', source: 'urn:tocsin:test' });
    const whole = outgoingRecord(record, (text) => Buffer.from(text));
    sink.answer = ([first]) =>
      (first?.value?.length ?? 0) < (whole.value?.length ?? 0)
        ? delivered
        : { kind: 'rejected', reason: 'too-large', detail: 'too large' };
    write({ lane: 'topic:tocsin.incidents', payload: { kind: 'incident', record } });
    await clock.pass(100);
    expect(JSON.parse(Buffer.from(sink.published[0]![0]!.value!).toString()).evidence[0].event).toBeNull();
    expect(store.depth()).toEqual([]);
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
  });

  test('come into view behind more published rows than one look shows', async () => {
    const store = new MemoryStore();
    const { clock, sink, write } = openDelivery({ store, limits: { topicRows: 20 } });
    write(...numbers(300).map((id) => record(id)));
    for (let turn = 0; turn < 5; turn += 1) await clock.pass(1);
    expect(sink.published.flatMap(keys)).toEqual(numbers(300));
  });
});
