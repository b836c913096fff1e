import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Match } from '../src/shared/model/match.ts';
import type { WindowSpec } from '../src/shared/model/window-spec.ts';
import { hasSharedData, sharedData } from './support/shared-data.ts';
import { authLines } from './support/sshd-truth.ts';
import { WindowRunner } from './support/window-runner.ts';
import { matchOf, windowedRule } from './support/windowed-rules.ts';

// Real logs, and answers that others computed by brute force: the lines at which N events of one address, or events with
// N users, were within the last W seconds.

interface Truth {
  readonly filter: string;
  readonly results: readonly {
    readonly N: number;
    readonly window_s: number;
    readonly mode: 'count' | 'distinct_user';
    readonly fires_half_open: readonly number[];
  }[];
}

interface Case {
  readonly what: string;
  readonly mode: 'count' | 'distinct_user';
  readonly count: number;
  readonly windowSeconds: number;
  readonly matches: readonly Match[];
  readonly lines: readonly number[];
}

/** The log's lines have no year; any will do, since none of them crosses one. */
const timeOf = (line: string): number => Date.parse(`${line.slice(0, 6)} 2026 ${line.slice(7, 15)} UTC`);

function casesOf(what: string): readonly Case[] {
  const file = join(sharedData, 'sshd', `elastic_auth.${what}.window_truth.json`);
  const truth = JSON.parse(readFileSync(file, 'utf8')) as Truth;
  const filter = new RegExp(truth.filter.replaceAll('?P<', '?<'));
  const matches = authLines().flatMap((line, index) => {
    const { ip, user } = filter.exec(line)?.groups ?? {};
    if (ip === undefined) return [];
    return [matchOf({ timeMs: timeOf(line), offset: index + 1, name: ip, fields: { user } })];
  });
  return truth.results.map(({ N, window_s, mode, fires_half_open }) => ({
    what,
    mode,
    count: N,
    windowSeconds: window_s,
    matches,
    lines: fires_half_open,
  }));
}

function settledLines(each: Case, latenessMs: number, arrivals: readonly Match[]): number[] {
  const shared = { timespanMs: each.windowSeconds * 1000, condition: { gte: each.count }, reset: false };
  const window: WindowSpec =
    each.mode === 'count'
      ? { type: 'event_count', ...shared }
      : { type: 'value_count', field: 'user', ...shared };
  const runner = new WindowRunner({ rules: [windowedRule(window)], latenessMs });
  arrivals.forEach((match, index) => {
    runner.fold(match);
    if (index % 7 === 6) runner.take([runner.shardOf(match)]);
    if (index % 49 === 48) runner.restart();
  });
  runner.finish();
  expect(runner.late).toBe(0);
  const firings = [...runner.settled.values()].flat();
  return firings.map(({ position }) => position?.offset ?? -1).sort((a, b) => a - b);
}

/** The same disorder in every run: how much later than its time a line arrives, below the lateness. */
const delayMs = (offset: number, latenessMs: number): number => (offset * 7919 * 1000) % latenessMs;

describe.skipIf(!hasSharedData('sshd'))('the real sshd log', () => {
  const cases = hasSharedData('sshd') ? [...casesOf('failed_password'), ...casesOf('invalid_user')] : [];

  test('has answers for both kinds', () => {
    for (const mode of ['count', 'distinct_user'])
      expect(cases.some((each) => each.mode === mode && each.lines.length > 0)).toBe(true);
  });

  test.each(cases)(
    '$what, $mode: $count in $windowSeconds s fires at the true lines, in file order',
    (each) => {
      expect(settledLines(each, 2_000, each.matches)).toEqual(each.lines);
    },
  );

  test.each(cases)(
    '$what, $mode: $count in $windowSeconds s fires at the same lines, shuffled by minutes',
    (each) => {
      const latenessMs = 600_000;
      const arrivals = [...each.matches].sort((a, b) => {
        const [left, right] = [a.event, b.event].map(
          ({ timeMs, position }) => timeMs + delayMs(position.offset, latenessMs),
        );
        return (left ?? 0) - (right ?? 0);
      });
      expect(arrivals).not.toEqual(each.matches);
      expect(settledLines(each, latenessMs, arrivals)).toEqual(each.lines);
    },
  );
});
