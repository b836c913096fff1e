import { describe, expect, test } from 'vitest';
import { eventCount } from './event-count.ts';
import type { WindowMatch } from './window-kind.ts';

const matchAt = (timeMs: number, weight = 1): WindowMatch => ({
  timeMs,
  weight,
  position: { topic: 'logs', partition: 0, offset: timeMs, index: 0 },
});

describe('a count in a half-open window', () => {
  const kind = eventCount({ type: 'event_count', timespanMs: 10, condition: { gte: 2 }, reset: false });

  test.each([
    [9, 2],
    [10, undefined],
  ])('a match %i ms later makes it %s', (laterMs, value) => {
    const state = kind.init();
    kind.step(state, matchAt(100));
    expect(kind.step(state, matchAt(100 + laterMs))?.value).toBe(value);
  });

  test('matches of one time cost one run', () => {
    const state = kind.init();
    for (let count = 0; count < 1_000; count += 1) kind.step(state, matchAt(100));
    expect(kind.write(state)).toEqual([0, 100, 1_000, 1_000]);
  });
});

describe('at the bound', () => {
  const kind = eventCount({
    type: 'event_count',
    timespanMs: 1e9,
    condition: { gte: 5, lt: 7 },
    reset: false,
  });
  const many = 50_000;
  const fill = () => {
    const state = kind.init();
    for (let timeMs = 0; timeMs < many; timeMs += 1) kind.step(state, matchAt(timeMs));
    return state;
  };

  test('times merge: memory stays, the count is true while the window holds all', () => {
    const state = fill();
    expect(state.times.length).toBeLessThanOrEqual(16_384);
    expect([state.weight, state.matches]).toEqual([many, many]);
  });

  test('what leaves together leaves at the later time, and the condition stays exact', () => {
    const state = fill();
    // Six are within the window of a match that is W less 5 after the last.
    const fired = kind.step(state, matchAt(many - 1 + 1e9 - 5));
    expect(fired).toMatchObject({ value: 6, matches: 6, firstMs: many - 5 });
  });
});
