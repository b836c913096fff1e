import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileDecoder } from '../src/consume/decode-record.ts';
import { assembleEngine } from '../src/engine/assemble-engine.ts';
import { Pipeline } from '../src/pipeline/pipeline.ts';
import { MetricsRegistry } from '../src/runtime/metrics-registry.ts';
import type { EventFields } from '../src/shared/model/log-event.ts';
import type { Rule } from '../src/shared/model/rule.ts';
import { ManualClock } from './fakes/manual-clock.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { known } from './support/known-rule.ts';
import { logRecord, sourceConfig } from './support/log-record.ts';
import { rulesOf } from './support/rule-world-run.ts';
import { ruleWorlds } from './support/rule-worlds.ts';
import { windowedRule } from './support/windowed-rules.ts';
import { naiveReference } from './torture/naive-reference.ts';

// An event in order fires at once, in the service as in the windows: the source gives the next records when `process` has
// resolved, and by then the incident is committed, however long the lateness is.

const startMs = 1_767_225_600_000;
const topic = 'logs.test';

/** A service over the records of one partition, each given when the one before is done. */
function service(rules: readonly Rule[]) {
  const source = sourceConfig({
    latenessMs: 3_600_000,
    time: { field: 'time', format: 'epoch-ms', zone: 'UTC' },
  });
  const store = new MemoryStore();
  const { engine, faults } = assembleEngine({ rules, sources: [source] });
  expect(faults).toEqual([]);
  const decoder = compileDecoder(source);
  const pipeline = new Pipeline({
    engine,
    store,
    clock: new ManualClock(startMs + 86_400_000),
    metrics: new MetricsRegistry(),
    decoders: {
      sourceOf: () => source.name,
      decode: (record, nowMs) => {
        const decoded = decoder.decode(record, nowMs);
        return { events: decoded.ok ? decoded.value : decoded.failure.events, deadLetter: null };
      },
    },
    plan: () => ({ outbox: [] }),
    committed: () => undefined,
    onGap: () => undefined,
    onFailure: (error) => expect.fail(error.message),
  });
  pipeline.restore(store.load());
  pipeline.assigned([{ topic, partition: 0, earliestOffset: 0, endOffset: 100 }]);
  let offset = 0;
  const give = async (timeMs: number, fields: EventFields): Promise<void> => {
    const records = [logRecord(JSON.stringify({ ...fields, time: timeMs }), { topic, partition: 0, offset })];
    offset += 1;
    await pipeline.process({ topic, partition: 0, records, nextOffset: offset, endOffset: 100 });
  };
  const firingsOf = (ruleId: string): number =>
    store.incidents({ ruleId, limit: 10_000 }).reduce((sum, { firings }) => sum + firings, 0);
  return { give, firingsOf };
}

test('what an event fires is committed before the next is read, whatever the kind of window', async () => {
  await fc.assert(
    fc.asyncProperty(ruleWorlds, async (world) => {
      const shapes = world.rules.map((shape) => ({ ...shape, sources: undefined }));
      const { give, firingsOf } = service(rulesOf({ ...world, rules: shapes, over: undefined }));
      const sorted = world.arrivals.map(({ event }) => event).sort((a, b) => a.timeMs - b.timeMs);
      const beginMs = sorted[0]?.timeMs ?? 0;
      const events = sorted.map((event, offset) => ({
        ...event,
        timeMs: startMs + event.timeMs - beginMs,
        weight: 1,
        source: 'test',
        position: { topic, partition: 0, offset, index: 0 },
      }));
      for (const [at, { timeMs, fields }] of events.entries()) {
        await give(timeMs, fields);
        // What happens at deadlines is known one lateness later.
        const { firings } = naiveReference(shapes.map(known), events.slice(0, at + 1));
        for (const { id } of shapes)
          expect(firingsOf(id)).toBe(
            firings.filter(({ ruleId, place }) => ruleId === id && place !== null).length,
          );
      }
    }),
    { numRuns: 60 },
  );
});

test('a login behind many failures is told when it comes, though the failures are counted by a window', async () => {
  const outcome = (value: string) => ({ all: [{ fact: 'outcome', operator: 'equal', value }] });
  const parts = { groupBy: ['user'], alert: false };
  const burst = { type: 'event_count', timespanMs: 60_000, condition: { gte: 3 }, reset: false } as const;
  const rules = ['burst', 'login'];
  const sequences = [{ all: [0, 1], none: [] }];
  const { give, firingsOf } = service([
    windowedRule(burst, { ...parts, id: 'burst', conditions: outcome('failure') }),
    windowedRule(undefined, { ...parts, id: 'login', conditions: outcome('success') }),
    windowedRule(
      { type: 'temporal_ordered', rules, timespanMs: 60_000, sequences, reset: false },
      { groupBy: ['user'], id: 'broken-into' },
    ),
  ]);
  for (const second of [0, 1, 2]) await give(startMs + second * 1_000, { outcome: 'failure', user: 'jo' });
  await give(startMs + 3_000, { outcome: 'success', user: 'mo' });
  expect(firingsOf('broken-into')).toBe(0);
  await give(startMs + 4_000, { outcome: 'success', user: 'jo' });
  expect(firingsOf('broken-into')).toBe(1);
});
