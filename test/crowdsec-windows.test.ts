import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Match } from '../src/shared/model/match.ts';
import type { Rule } from '../src/shared/model/rule.ts';
import { hasSharedData, sharedData } from './support/shared-data.ts';
import { WindowRunner } from './support/window-runner.ts';
import { windowedRule } from './support/windowed-rules.ts';

// Attacks recorded for CrowdSec's own tests: a leaky bucket of `capacity` that overflows at the last event. Where a
// sliding window says the same, it holds `capacity` + 1 events, or distinct values, in the time they span.

interface Case {
  readonly test: string;
  readonly scenario: string;
  readonly distinct: string | null;
  readonly capacity: number;
  readonly sources: readonly string[];
  readonly sliding_window_equivalent: boolean;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

const cases = hasSharedData('crowdsec')
  ? readFileSync(join(sharedData, 'crowdsec/window-cases.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Case)
      .filter((each) => each.sliding_window_equivalent)
  : [];

/** `evt.Meta.http_path` is the member `http_path`. */
const lastName = (path: string): string => path.split('.').at(-1) ?? path;

const latenessMs = 10_000;

function matchesOf({ events }: Case): readonly Match[] {
  return events.map((fields, offset) => ({
    ruleId: 'rule',
    group: { key: '["one"]', values: { name: 'one' } },
    event: {
      fields,
      timeMs: Date.parse(String(fields['timestamp'])),
      timeOrigin: 'field',
      source: 'source',
      position: { topic: 'logs', partition: 0, offset, index: 0 },
      weight: 1,
    },
  }));
}

/** The rule with just so long a timespan that the first event is in the window of the last. */
function ruleOf(of: Case, matches: readonly Match[]): Rule {
  const times = matches.map(({ event }) => event.timeMs);
  const shared = {
    timespanMs: Math.max(...times) - Math.min(...times) + 1,
    condition: { gte: of.capacity + 1 },
    reset: false,
  };
  const field = of.distinct === null ? null : lastName(of.distinct);
  // The recordings of port scans lack the ports, each of which was another: there the events are counted.
  const isRecorded = field !== null && of.events.every((event) => Object.hasOwn(event, field));
  return isRecorded
    ? windowedRule({ type: 'value_count', field, ...shared })
    : windowedRule({ type: 'event_count', ...shared });
}

function firingsOf(rule: Rule, matches: readonly Match[]): unknown[] {
  const runner = new WindowRunner({ rules: [rule], latenessMs });
  for (const match of matches) runner.fold(match);
  runner.finish();
  expect(runner.late).toBe(0);
  return [...runner.settled.values()].flat();
}

describe.each(cases.map((each, index) => ({ ...each, index })))(
  'CrowdSec $index: $test, $scenario',
  (each) => {
    const matches = matchesOf(each);
    const rule = ruleOf(each, matches);

    test('fires at the last event, and there alone', () => {
      const last = matches.toSorted((a, b) => a.event.timeMs - b.event.timeMs).at(-1)!;
      expect(firingsOf(rule, matches)).toEqual([
        expect.objectContaining({ position: last.event.position, value: each.capacity + 1 }),
      ]);
    });

    test('without any one of the events it does not', () => {
      for (const left of matches) {
        const rest = matches.filter((match) => match !== left);
        expect(firingsOf(rule, rest)).toEqual([]);
      }
    });

    test('stretched in time it does not', () => {
      const firstMs = Math.min(...matches.map(({ event }) => event.timeMs));
      const stretched = matches.map((match, at) => ({
        ...match,
        event: { ...match.event, timeMs: firstMs + 2 * (match.event.timeMs - firstMs) + at },
      }));
      expect(firingsOf(rule, stretched)).toEqual([]);
    });

    test('shuffled within the lateness it fires the same', () => {
      const inOrder = firingsOf(rule, matches);
      const delays = fc.array(fc.nat(latenessMs), { minLength: matches.length, maxLength: matches.length });
      fc.assert(
        fc.property(delays, (delay) => {
          const arrivals = matches
            .map((match, at) => ({ match, atMs: match.event.timeMs + (delay[at] ?? 0) }))
            .toSorted((a, b) => a.atMs - b.atMs);
          expect(
            firingsOf(
              rule,
              arrivals.map(({ match }) => match),
            ),
          ).toEqual(inOrder);
        }),
        { numRuns: 50 },
      );
    });
  },
);
