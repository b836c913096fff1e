import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventCountReference } from '../../../test/support/window-references.ts';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { Firing } from '../../shared/model/firing.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import { comparePositions } from '../../shared/model/position.ts';
import type { EventCountSpec } from '../../shared/model/window-spec.ts';
import { Watermarks } from './watermarks.ts';
import { WindowStage } from './window-stage.ts';

// Watermarks and windows together, as the engine uses them: partitions of one source are read one far ahead of the
// other, each out of order by no more than the lateness.

const latenessMs = 10;
const spec: EventCountSpec = {
  type: 'event_count',
  timespanMs: 15,
  condition: { gte: 2, lt: 4 },
  reset: false,
};

const partitionOf = (partition: number): fc.Arbitrary<LogEvent[]> =>
  fc
    .array(fc.record({ timeMs: fc.nat(100), delayMs: fc.nat(latenessMs) }), { maxLength: 15 })
    .map((events) =>
      events
        .sort((a, b) => a.timeMs + a.delayMs - (b.timeMs + b.delayMs))
        .map(({ timeMs }, offset) => matchOf({ timeMs, offset, partition }).event),
    );

const inOrder = (a: LogEvent, b: LogEvent): number =>
  a.timeMs - b.timeMs || comparePositions(a.position, b.position);

test.each([
  ['a service that catches up', 1_000],
  ['a replay', null],
])('partitions read in any turns settle as all events sorted: %s', (_, nowMs) => {
  const turns = fc.array(fc.record({ partition: fc.nat(2), isCut: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.tuple(partitionOf(0), partitionOf(1), partitionOf(2)), turns, (partitions, order) => {
      const source = 'source';
      const watermarks = new Watermarks([{ source, latenessMs, idleAfterMs: 5, maxSkewMs: 0 }]);
      const stage = new WindowStage([windowedRule(spec)]);
      const settled: Firing[] = [];
      const watermarkOf = (): number => watermarks.watermarkOf(source) ?? Number.NEGATIVE_INFINITY;
      const take = (): void => {
        const { groups, late } = stage.take(watermarkOf, watermarks.lastEventMs());
        expect(late).toEqual([]);
        for (const group of groups) settled.push(...group.settled);
      };
      const assigned = partitions.map((events, partition) => ({
        topic: 'logs',
        partition,
        caughtUp: events.length === 0,
      }));
      watermarks.assigned({ source, partitions: assigned, nowMs });
      const unread = partitions.map((events) => [...events]);
      const rest = unread.flatMap((events, partition) => events.map(() => ({ partition, isCut: false })));
      for (const { partition, isCut } of [...order, ...rest]) {
        const event = unread[partition]?.shift();
        if (event === undefined) continue;
        const { timeMs, position } = event;
        watermarks.observe({ source, topic: position.topic, partition, timeMs, nowMs });
        stage.fold({ ruleId: 'rule', group: { key: '["a"]', values: { name: 'a' } }, event }, watermarkOf());
        const caughtUp = unread[partition]?.length === 0;
        watermarks.progress({ source, topic: position.topic, partition, caughtUp, nowMs });
        if (isCut) take();
      }
      watermarks.finish();
      take();
      const sorted = partitions.flat().sort(inOrder);
      const span = { firstMs: sorted[0]?.timeMs ?? 0, lastMs: sorted.at(-1)?.timeMs ?? 0 };
      expect(settled).toEqual(eventCountReference(spec, sorted, span));
    }),
    { numRuns: 300 },
  );
});
