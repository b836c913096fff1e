import { expect, test } from 'vitest';
import type { TemporalSpec } from '../src/shared/model/window-spec.ts';
import { hasSharedData } from './support/shared-data.ts';
import { authLines } from './support/sshd-truth.ts';
import { WindowRunner } from './support/window-runner.ts';
import { matchOf, windowedRule } from './support/windowed-rules.ts';

// Real logs: five failed passwords and then a login, of one address within ten minutes, against counting them by hand.

interface Line {
  readonly line: number;
  readonly timeMs: number;
  readonly ip: string;
  readonly isLogin: boolean;
  readonly weight: number;
}

/** The log's lines have no year; any will do, since none of them crosses one. */
const timeOf = (line: string): number => Date.parse(`${line.slice(0, 6)} 2026 ${line.slice(7, 15)} UTC`);

const readLine = (line: string, index: number): Line[] => {
  const found =
    /sshd\[\d+\]: (?:message repeated (\d+) times: \[ )?(Failed|Accepted) password for .* from (\S+) /.exec(
      line,
    );
  if (found === null) return [];
  const [, repeated = '1', what, ip = ''] = found;
  return [{ line: index, timeMs: timeOf(line), ip, isLogin: what === 'Accepted', weight: Number(repeated) }];
};

const spanMs = 600_000;

const guessed = (count: number): TemporalSpec => ({
  type: 'temporal_ordered',
  rules: ['failed', 'login'],
  timespanMs: spanMs,
  sequences: [{ all: [...Array.from({ length: count }, () => 0), 1], none: [] }],
  reset: false,
});

/** The logins that had so many failures before them, counted. */
const byHand = (lines: readonly Line[], count: number): readonly number[] =>
  lines
    .filter(({ isLogin, ip, timeMs, line }) => {
      const failures = lines.filter(
        (other) => !other.isLogin && other.ip === ip && other.line < line && other.timeMs > timeMs - spanMs,
      );
      return isLogin && failures.reduce((sum, { weight }) => sum + weight, 0) >= count;
    })
    .map(({ line }) => line);

test.skipIf(!hasSharedData('sshd'))('logins behind so many failures are found, each of them', () => {
  const lines = authLines().flatMap(readLine);
  for (const count of [1, 2, 3, 5, 10]) {
    const runner = new WindowRunner({ rules: [windowedRule(guessed(count))], latenessMs: 30_000 });
    // Lines of up to 20 s are swapped, but for those of one second.
    const arrivals = lines.toSorted((a, b) => {
      const delay = ({ timeMs }: Line): number => (Math.floor(timeMs / 1_000) * 7_919) % 20_000;
      return a.timeMs + delay(a) - (b.timeMs + delay(b));
    });
    for (const { line, timeMs, ip, isLogin, weight } of arrivals) {
      runner.fold({ ...matchOf({ timeMs, offset: line, name: ip, weight }), inputs: [isLogin ? 1 : 0] });
      if (line % 7 === 0) runner.take();
    }
    runner.finish();
    expect(runner.late).toBe(0);
    const found = [...runner.settled.values()].flat().map(({ position }) => position?.offset ?? -1);
    expect(found.toSorted((a, b) => a - b)).toEqual(byHand(lines, count));
    if (count <= 2) expect(found.length).toBeGreaterThan(0);
  }
});
