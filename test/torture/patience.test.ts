import { describe, expect, test } from 'vitest';
import { endlessMs, type Left, Patience, standstillMs } from './patience.ts';

const start: Left = { read: 10, outbox: 50, live: 9, waiting: 4 };
const stepMs = 200_000;

/** When patience ends with a process that has this left at each step; undefined: not within three hours. */
function endsMs(leftAt: (step: number) => Left, everyMs = stepMs): number | undefined {
  const patience = new Patience();
  for (let step = 0; step * everyMs < 10_800_000; step += 1)
    if (!patience.hasFor(leftAt(step), step * everyMs)) return step * everyMs;
  return undefined;
}

describe('patience with a process that is to settle what is left', () => {
  test('ends after five minutes without any change', () => {
    expect(endsMs(() => start, 1_000)).toBe(standstillMs + 1_000);
  });

  test('ends after a quarter of an hour of doing the same again and again', () => {
    // Records go out and others come: always something new, and never less than once was left.
    expect(endsMs((step) => ({ ...start, outbox: 50 + (step % 7) }), 1_000)).toBe(endlessMs + 1_000);
  });

  test('ends where there is more and more to do', () => {
    expect(endsMs((step) => ({ ...start, outbox: 50 + step, live: 9 + step }), 1_000)).toBe(
      endlessMs + 1_000,
    );
  });

  test('begins anew each time there is less than ever', () => {
    const bestAfter = 700;
    // Down to 49 once, after 700 seconds, and up again.
    const outbox = (step: number): number => (step === bestAfter ? 49 : 50 + (step % 7));
    expect(endsMs((step) => ({ ...start, outbox: outbox(step) }), 1_000)).toBe(
      bestAfter * 1_000 + endlessMs + 1_000,
    );
  });

  test('what was less before is no progress a second time', () => {
    // Down to 40 in each of many rounds: only the first was progress.
    expect(endsMs((step) => ({ ...start, outbox: step % 10 === 9 ? 40 : 50 }), 1_000)).toBe(
      9_000 + endlessMs + 1_000,
    );
  });

  test.each([
    ['records read', (step: number) => ({ ...start, read: 10 + step })],
    ['records told', (step: number) => ({ ...start, outbox: 5_000 - step })],
    ['incidents that are final', (step: number) => ({ ...start, live: 5_000 - step })],
    ['wishes answered', (step: number) => ({ ...start, waiting: 5_000 - step })],
    ['one of them, while another grows', (step: number) => ({ ...start, read: 10 + step, outbox: step })],
  ] satisfies [string, (step: number) => Left][])(
    'lasts as long as there are more %s, however slowly',
    (_, leftAt) => {
      expect(endsMs(leftAt)).toBeUndefined();
    },
  );
});
