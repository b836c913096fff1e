import { describe, expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { Silences } from './silences.ts';
import type { Sending } from './torture-events.ts';

const partitions = 4;
const round = (nth: number): readonly Sending[] =>
  Array.from({ length: 2 * partitions }, (_, at) => ({
    producer: 0,
    partition: at % partitions,
    timeMs: nth,
    value: `${nth} ${at}`,
  }));

/** So many rounds against a watermark that stands, or goes with the rounds. */
function sent(rounds: number, watermarkMs: (nth: number) => number) {
  let nth = 0;
  const silences = new Silences({ random: seededRandom(3), partitions, watermarkMs: () => watermarkMs(nth) });
  const all = Array.from({ length: rounds }, (_, at) => {
    nth = at;
    return silences.of(round(at));
  });
  return { silences, all };
}

const isLate = (sending: Sending, nth: number): boolean => sending.timeMs < nth;

describe('partitions that fall silent', () => {
  test('come back with what was held back, once the watermark is beyond it: nothing is lost, or comes twice', () => {
    const { silences, all } = sent(400, (nth) => nth - 5);
    silences.end();
    const rest = silences.of([]);
    const values = [...all.flat(), ...rest].map(({ value }) => value);
    expect(values.toSorted()).toEqual(
      Array.from({ length: 400 }, (_, nth) => round(nth).map(({ value }) => value))
        .flat()
        .toSorted(),
    );
    expect(silences.passes).toBeGreaterThan(10);
    expect(all.filter((list, nth) => list.some((one) => isLate(one, nth - 5))).length).toBeGreaterThan(10);
  });

  test('stay silent as long as nobody passes them by, for ten minutes of event time at most', () => {
    const { silences, all } = sent(599, () => Number.NEGATIVE_INFINITY);
    expect(silences.passes).toBe(0);
    expect(all.every((list, nth) => list.every((one) => !isLate(one, nth)))).toBe(true);
    const heard = (list: readonly Sending[]): number => new Set(list.map(({ partition }) => partition)).size;
    expect(all.filter((list) => heard(list) < partitions).length).toBeGreaterThan(550);
    expect(sent(700, () => Number.NEGATIVE_INFINITY).all.flat().length).toBeGreaterThan(
      all.flat().length + 101 * 8,
    );
  });

  test('come back at once when silences are over, and never fall silent again', () => {
    const { silences } = sent(100, () => Number.NEGATIVE_INFINITY);
    silences.end();
    expect(silences.of(round(100)).some((one) => isLate(one, 100))).toBe(true);
    for (let nth = 101; nth < 200; nth += 1) expect(silences.of(round(nth))).toEqual(round(nth));
  });
});
