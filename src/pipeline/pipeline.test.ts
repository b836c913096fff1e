import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { logRecord, sourceConfig } from '../../test/support/log-record.ts';
import { sampleRule } from '../../test/support/sample-rule.ts';
import { compileDecoder } from '../consume/decode-record.ts';
import { assembleEngine, compileRules } from '../engine/assemble-engine.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { RecordBatch, RecordGap } from '../shared/ports/record-source.ts';
import { Pipeline } from './pipeline.ts';

const plainSource = sourceConfig({ time: { field: 'time', format: 'epoch-s', zone: 'UTC' } });
const startS = Date.UTC(2026, 2, 1, 10) / 1_000;

const perMinute = { type: 'event_count', timespanMs: 60_000, condition: { gte: 2 }, reset: false } as const;

/** Two failures of one user within a minute. */
const rule = sampleRule({
  id: 'failures',
  conditions: { all: [{ fact: 'outcome', operator: 'equal', value: 'failure' }] },
  groupBy: ['user'],
  window: perMinute,
  dedupMs: 3_600_000,
});

const failure = (second: number, user = 'jo'): string =>
  JSON.stringify({ time: startS + second, outcome: 'failure', user });

interface Part {
  readonly from: number;
  readonly partition?: number;
  readonly topic?: string;
}

function batch(values: readonly string[], { from, partition = 0, topic = 'logs.test' }: Part): RecordBatch {
  const records = values.map((value, index) => logRecord(value, { topic, partition, offset: from + index }));
  return { topic, partition, records, nextOffset: from + values.length, endOffset: from + values.length };
}

function world(store = new MemoryStore(), rules = [rule], sourceMore: Partial<SourceConfig> = {}) {
  const source = { ...plainSource, ...sourceMore };
  const metrics = new MetricsRegistry();
  const clock = new ManualClock();
  const { engine } = assembleEngine({ rules, sources: [source] });
  const decoder = compileDecoder(source);
  const gaps: RecordGap[] = [];
  const changes: IncidentChange[] = [];
  const pipeline = new Pipeline({
    engine,
    store,
    clock,
    metrics,
    decoders: {
      sourceOf: (topic) => (topic === 'logs.test' ? source.name : undefined),
      decode: (record, nowMs) => {
        const decoded = decoder.decode(record, nowMs);
        return { events: decoded.ok ? decoded.value : decoded.failure.events, deadLetter: null };
      },
    },
    plan: () => ({ outbox: [] }),
    committed: (result) => changes.push(...result.changes),
    onGap: (gap) => gaps.push(gap),
    onFailure: () => undefined,
  });
  pipeline.restore(store.load());
  const assign = (partitions: readonly number[], endOffset = 100): void =>
    pipeline.assigned(
      partitions.map((partition) => ({ topic: 'logs.test', partition, earliestOffset: 0, endOffset })),
    );
  const incidents = (): readonly Incident[] => store.incidents({ limit: 100 });
  return { pipeline, store, assign, incidents, gaps, changes, metrics, clock };
}

describe('the pipeline', () => {
  test('a record below its partition’s position was worked on and is passed over', async () => {
    const { pipeline, assign, incidents } = world();
    assign([0]);
    await pipeline.process(batch([failure(0)], { from: 0 }));
    await pipeline.process(batch([failure(0), failure(1)], { from: 0 }));
    expect(incidents()).toMatchObject([{ events: 2, firings: 1 }]);
    expect(pipeline.position('logs.test', 0)).toBe(2);
  });

  describe('of a source that names an id', () => {
    const withId = (id: string, second: number): string =>
      JSON.stringify({ time: startS + second, outcome: 'failure', user: 'jo', id });
    const open = (store?: MemoryStore) => world(store, [rule], { eventId: 'id' });
    const repeatsOf = ({ metrics }: ReturnType<typeof world>): number | undefined =>
      metrics.value('tocsin_repeated_events_total', { source: plainSource.name });

    test('counts what comes again once: in one batch, in another one, from another partition', async () => {
      const { pipeline, assign, incidents, ...rest } = open();
      assign([0, 1]);
      await pipeline.process(batch([withId('a', 0), withId('a', 0)], { from: 0 }));
      await pipeline.process(batch([withId('a', 0)], { from: 2 }));
      await pipeline.process(batch([withId('a', 0)], { from: 0, partition: 1 }));
      expect(incidents()).toEqual([]);
      await pipeline.process(batch([withId('b', 1)], { from: 1, partition: 1 }));
      expect(incidents()).toMatchObject([{ events: 2, firings: 1 }]);
      expect(repeatsOf({ pipeline, assign, incidents, ...rest })).toBe(3);
    });

    test('counts it once after a restart, too, and what was not committed as new', async () => {
      const first = open();
      first.assign([0]);
      await first.pipeline.process(batch([withId('a', 0)], { from: 0 }));
      const second = open(first.store);
      second.assign([0]);
      await second.pipeline.process(batch([withId('a', 0)], { from: 1 }));
      expect(second.incidents()).toEqual([]);
      expect(repeatsOf(second)).toBe(1);
      await second.pipeline.process(batch([withId('b', 1)], { from: 2 }));
      expect(second.incidents()).toMatchObject([{ events: 2, firings: 1 }]);
    });
  });

  test('what was committed is where the next process goes on, in the middle of a window', async () => {
    const { pipeline, assign, store } = world();
    assign([0]);
    await pipeline.process(batch([failure(0)], { from: 0 }));
    const next = world(store);
    expect(next.pipeline.position('logs.test', 0)).toBe(1);
    next.assign([0]);
    await next.pipeline.process(batch([failure(1)], { from: 1 }));
    expect(next.incidents()).toMatchObject([{ events: 2, firings: 1 }]);
  });

  test('partitions that wait together are merged by event time: nothing has to be revised', async () => {
    const { pipeline, assign, incidents, store } = world();
    assign([0, 1]);
    await Promise.all([
      pipeline.process(batch([failure(0), failure(100), failure(200)], { from: 0 })),
      pipeline.process(batch([failure(30), failure(130), failure(230)], { from: 0, partition: 1 })),
    ]);
    expect(incidents()).toMatchObject([{ version: 1, events: 6, firings: 3 }]);
    expect(store.load().positions).toHaveLength(2);
  });

  test('a topic that no source reads is passed over', async () => {
    const { pipeline, incidents } = world();
    await pipeline.process(batch([failure(0), failure(1)], { from: 0, topic: 'tocsin.incidents' }));
    expect([incidents(), pipeline.position('tocsin.incidents', 0)]).toEqual([[], undefined]);
  });

  test('records that left the log are counted, and said', () => {
    const { pipeline, gaps, metrics } = world();
    const gap = { topic: 'logs.test', partition: 0, expectedOffset: 5, foundOffset: 9 };
    pipeline.gap(gap);
    expect([gaps, metrics.value('tocsin_records_lost_total', { topic: 'logs.test' })]).toEqual([[gap], 4]);
  });

  test('a log that was created anew is read from its beginning', async () => {
    const { pipeline, assign, incidents } = world();
    assign([0]);
    await pipeline.process(batch([failure(0)], { from: 7 }));
    pipeline.gap({ topic: 'logs.test', partition: 0, expectedOffset: 8, foundOffset: 0 });
    await pipeline.process(batch([failure(1)], { from: 0 }));
    expect(incidents().filter((incident) => incident.rule.id === rule.id)).toMatchObject([{ events: 2 }]);
    expect(pipeline.position('logs.test', 0)).toBe(1);
  });

  test('no time passes while the log does not answer; when it does, quiet incidents resolve', async () => {
    const { pipeline, assign, incidents, clock } = world();
    assign([0], 2);
    await pipeline.process(batch([failure(0), failure(1)], { from: 0 }));
    await clock.pass(3 * 3_600_000);
    pipeline.tick(false);
    expect(incidents()).toMatchObject([{ status: 'open' }]);
    await clock.pass(plainSource.idleAfterMs);
    pipeline.tick(true);
    expect(incidents()).toMatchObject([{ status: 'resolved', reason: 'quiet' }]);
  });

  test('after a commit that failed nothing is worked on any more', async () => {
    const { pipeline, assign, store } = world();
    assign([0]);
    store.commit = () => {
      throw new Error('disk full');
    };
    await expect(pipeline.process(batch([failure(0)], { from: 0 }))).rejects.toThrow('disk full');
    await expect(pipeline.process(batch([failure(1)], { from: 1 }))).rejects.toThrow('disk full');
  });
});

describe('rules that are replaced while the pipeline runs', () => {
  const other = sampleRule({ ...rule, id: 'other', groupBy: ['host'], hash: 'other' });
  const stricter: Rule = { ...rule, hash: 'stricter', window: { ...perMinute, condition: { gte: 3 } } };
  const reworded: Rule = { ...rule, title: 'Failures of {{ user }}', severity: 'critical' };
  const replace = ({ pipeline }: ReturnType<typeof world>, rules: readonly Rule[]): Promise<void> =>
    pipeline.replaceRules(compileRules({ rules, sources: [plainSource] }), () => undefined);

  test('a window goes on across the swap where its rule means the same, under the new words', async () => {
    const running = world();
    running.assign([0]);
    await running.pipeline.process(batch([failure(0)], { from: 0 }));
    await replace(running, [other, reworded]);
    await running.pipeline.process(batch([failure(1)], { from: 1 }));
    expect(running.incidents().filter(({ rule: { id } }) => id === 'failures')).toMatchObject([
      { events: 2, title: 'Failures of jo', severity: 'critical' },
    ]);
  });

  test.each([
    { from: 'shadow', to: 'production', kinds: ['opened', 'opened'], told: [false, true] },
    { from: 'production', to: 'shadow', kinds: ['opened', 'updated'], told: [true, true] },
    { from: 'shadow', to: 'shadow', kinds: ['opened', 'updated'], told: [false, false] },
  ] as const)('an incident of a rule that goes from $from to $to', async ({ from, to, kinds, told }) => {
    const running = world(new MemoryStore(), [{ ...rule, status: from }]);
    running.assign([0]);
    await running.pipeline.process(batch([failure(0), failure(1)], { from: 0 }));
    await replace(running, [{ ...rule, status: to }]);
    await running.pipeline.process(batch([failure(2)], { from: 2 }));
    expect(running.changes.map(({ kind }) => kind)).toEqual(kinds);
    expect(running.changes.map(({ incident }) => !incident.shadow)).toEqual(told);
  });

  test('a rule that means something else begins anew', async () => {
    const running = world();
    running.assign([0]);
    await running.pipeline.process(batch([failure(0)], { from: 0 }));
    await replace(running, [stricter]);
    await running.pipeline.process(batch([failure(1), failure(2)], { from: 1 }));
    expect(running.incidents()).toEqual([]);
    await running.pipeline.process(batch([failure(3)], { from: 3 }));
    expect(running.incidents()).toMatchObject([{ events: 3 }]);
  });

  test('incidents of a rule that is gone resolve with the swap, in its transaction', async () => {
    const running = world();
    running.assign([0]);
    await running.pipeline.process(batch([failure(0), failure(1)], { from: 0 }));
    await replace(running, [other]);
    expect(running.incidents()).toMatchObject([{ status: 'resolved', rule: { id: 'failures' } }]);
  });

  test('batches that wait while rules are swapped are worked on by the new ones, whole', async () => {
    const running = world();
    running.assign([0]);
    const swapped = replace(running, [stricter]);
    await Promise.all([
      swapped,
      running.pipeline.process(batch([failure(0), failure(1), failure(2)], { from: 0 })),
    ]);
    expect(running.incidents()).toMatchObject([{ firings: 1, rule: { hash: 'stricter' } }]);
  });

  test.each([
    { what: 'the old rules', rules: [rule], events: 2 },
    { what: 'the new rules', rules: [reworded, other], events: 2 },
    { what: 'a rule that means something else', rules: [stricter], events: undefined },
  ])('a crash before the swap is durable leaves a state that $what take up', async ({ rules, events }) => {
    const running = world();
    running.assign([0]);
    await running.pipeline.process(batch([failure(0)], { from: 0 }));
    const commit = running.store.commit.bind(running.store);
    running.store.commit = () => {
      throw new Error('killed');
    };
    await expect(replace(running, [stricter])).rejects.toThrow('killed');
    running.store.commit = commit;
    const next = world(running.store, rules);
    next.assign([0]);
    await next.pipeline.process(batch([failure(1)], { from: 1 }));
    expect(next.incidents()[0]?.events).toBe(events);
  });

  test.each([
    { what: 'the old rule begins anew', rules: [rule], more: 1, events: undefined },
    { what: 'the new rule goes on', rules: [stricter], more: 2, events: 3 },
  ])('after a crash behind the swap $what', async ({ rules, more, events }) => {
    const running = world();
    running.assign([0]);
    await running.pipeline.process(batch([failure(0)], { from: 0 }));
    await replace(running, [stricter]);
    await running.pipeline.process(batch([failure(1)], { from: 1 }));
    const next = world(running.store, rules);
    next.assign([0]);
    const later = Array.from({ length: more }, (_, index) => failure(2 + index));
    await next.pipeline.process(batch(later, { from: 2 }));
    expect(next.incidents()[0]?.events).toBe(events);
  });
});
