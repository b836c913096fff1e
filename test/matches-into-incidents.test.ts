import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindowStage } from '../src/detect/window/window-stage.ts';
import { isoTime } from '../src/shared/iso-time.ts';
import type { Match } from '../src/shared/model/match.ts';
import type { Rule } from '../src/shared/model/rule.ts';
import type { WindowCondition } from '../src/shared/model/window-spec.ts';
import { shardCount } from '../src/shared/ports/store.ts';
import { MemoryDisk } from './fakes/memory-disk.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { groupOf, IncidentRun, windowedRule } from './support/incident-run.ts';
import { emptyBatch } from './support/stored-batch.ts';

// Windows and incidents together, against a reference that sorts all matches and looks at each window from scratch.

const timespanMs = 100;
const latenessMs = 200;

interface Given {
  readonly timeMs: number;
  readonly delayMs: number;
  readonly ip: string;
  readonly cut: boolean;
  readonly restart: boolean;
}

const given = fc.record({
  timeMs: fc.integer({ min: 0, max: 1_200 }),
  delayMs: fc.integer({ min: 0, max: latenessMs }),
  ip: fc.constantFrom('203.0.113.7', '198.51.100.9'),
  cut: fc.boolean(),
  restart: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
});

const conditions: readonly WindowCondition[] = [
  { gte: 1 },
  { gte: 3 },
  { eq: 2 },
  { neq: 2 },
  { gte: 2, lte: 3 },
];

function holds(condition: WindowCondition, count: number): boolean {
  const { gte = -1, lte = Number.POSITIVE_INFINITY, eq = count, neq = -1 } = condition;
  return count >= gte && count <= lte && count === eq && count !== neq;
}

/** Incidents as (group, first seen, last seen, events, firings). */
function reference(rule: Rule, matches: readonly Match[]): string[] {
  return [...Map.groupBy(matches, ({ group }) => group.key)].flatMap(([key, ofGroup]) => {
    const sorted = ofGroup.toSorted((a, b) => a.event.timeMs - b.event.timeMs || offsetOf(a) - offsetOf(b));
    const episodes: { lastMs: number; firings: number; seen: Set<Match> }[] = [];
    let from = 0;
    for (const [index, match] of sorted.entries()) {
      const at = match.event.timeMs;
      const window = sorted.slice(from, index + 1).filter(({ event }) => event.timeMs > at - timespanMs);
      const spec = rule.window;
      if (spec?.type !== 'event_count' || !holds(spec.condition, window.length)) continue;
      if (spec.reset) from = index + 1;
      const last = episodes.at(-1);
      const joins = last !== undefined && at - last.lastMs < rule.dedupMs;
      const episode = joins ? last : { lastMs: at, firings: 0, seen: new Set<Match>() };
      if (!joins) episodes.push(episode);
      episode.lastMs = at;
      episode.firings += 1;
      for (const one of window) episode.seen.add(one);
    }
    return episodes.map(({ firings, seen }) => {
      const times = [...seen].map(({ event }) => event.timeMs);
      const [first, last] = [Math.min(...times), Math.max(...times)];
      return `${key} ${isoTime(first)} ${isoTime(last)} ${seen.size} ${firings}`;
    });
  });
}

const offsetOf = (match: Match): number => match.event.position.offset;

/** One process after the other over one stored state; a watermark that is `latenessMs` behind the newest event. */
class Processes {
  readonly #rule: Rule;
  readonly #disk = new MemoryDisk();
  readonly run: IncidentRun;
  #store = new MemoryStore(this.#disk);
  #windows: WindowStage;
  watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(rule: Rule) {
    this.#rule = rule;
    this.#windows = new WindowStage([rule]);
    this.run = new IncidentRun([rule]);
  }

  observe(match: Match): void {
    this.watermarkMs = Math.max(this.watermarkMs, match.event.timeMs - latenessMs);
    this.#windows.fold(match, this.watermarkMs);
  }

  settle(): void {
    const { groups, delta, late } = this.#windows.take(() => this.watermarkMs);
    expect(late).toEqual([]);
    this.run.fold(groups, this.watermarkMs);
    this.#store.commit({ ...emptyBatch, windowDelta: delta }, (shard) =>
      this.#windows.snapshot(shard % shardCount),
    );
  }

  restart(): void {
    this.#store = new MemoryStore(this.#disk);
    this.#windows = new WindowStage([this.#rule]);
    this.#windows.restore(this.#store.load().windows);
    this.run.restart((ruleId, key) => this.#windows.tail(ruleId, key), {
      watermarkOf: () => this.watermarkMs,
    });
  }
}

test('whatever order within the lateness, batches and restarts: the incidents of the sorted matches', () => {
  fc.assert(
    fc.property(
      fc.record({
        events: fc.array(given, { maxLength: 60 }),
        condition: fc.constantFrom(...conditions),
        reset: fc.boolean(),
        dedupMs: fc.constantFrom(1, 30, 150),
      }),
      ({ events, condition, reset, dedupMs }) => {
        const rule: Rule = {
          ...windowedRule,
          dedupMs,
          window: { type: 'event_count', timespanMs, condition, reset },
        };
        // Events of equal time arrive in the order of their offsets, as from one partition.
        const arriving = events
          .toSorted((a, b) => a.timeMs + a.delayMs - b.timeMs - b.delayMs || a.timeMs - b.timeMs)
          .map((event, offset) => ({ ...event, match: matchOf(rule, event, offset) }));
        const processes = new Processes(rule);
        for (const { match, cut, restart } of arriving) {
          processes.observe(match);
          if (cut || restart) processes.settle();
          if (restart) processes.restart();
        }
        processes.watermarkMs = Number.POSITIVE_INFINITY;
        processes.settle();
        const found = processes.run
          .incidents('standing')
          .map(({ group, firstSeen, lastSeen, events: seen, firings }) =>
            [JSON.stringify(Object.values(group)), firstSeen, lastSeen, seen, firings].join(' '),
          );
        const expected = reference(
          rule,
          arriving.map(({ match }) => match),
        );
        expect(found.sort()).toEqual(expected.sort());
        expect([...processes.run.rows.values()].every(({ fold }) => fold === null)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

const matchOf = (rule: Rule, { timeMs, ip }: Given, offset: number): Match => ({
  ruleId: rule.id,
  group: groupOf(ip),
  event: {
    fields: { 'event.id': offset },
    timeMs,
    timeOrigin: 'field',
    source: 'logs',
    position: { topic: 'logs', partition: 0, offset, index: 0 },
    weight: 1,
  },
});
