import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/shared/ports/clock.ts';

/** A clock, and the way its time passes: by itself, or because a test moves it. */
export interface ClockWorld {
  readonly clock: Clock;
  /** Lets at least this much of the clock's time pass. */
  pass(durationMs: number): Promise<void>;
}

/** Every promise of the port Clock. */
export function clockContract(name: string, open: () => ClockWorld): void {
  describe(`the clock of ${name}`, () => {
    test('counts whole milliseconds since the epoch', () => {
      const { clock } = open();
      expect(Number.isSafeInteger(clock.nowMs())).toBe(true);
      expect(clock.nowMs()).toBeGreaterThan(0);
    });

    test('goes on as time passes', async () => {
      const { clock, pass } = open();
      const before = clock.nowMs();
      await pass(20);
      expect(clock.nowMs()).toBeGreaterThanOrEqual(before + 19);
    });

    test('a sleeper wakes when its time has passed, not before', async () => {
      const { clock, pass } = open();
      const startMs = clock.nowMs();
      const asleep = clock.sleep(40).then(() => clock.nowMs());
      await pass(60);
      // Both clocks of a machine, that of the time and that of the timers, are cut to whole milliseconds.
      expect((await asleep) - startMs).toBeGreaterThanOrEqual(39);
    });

    test('a sleeper wakes at once when its signal aborts, and does not reject', async () => {
      const { clock } = open();
      const stop = new AbortController();
      const asleep = clock.sleep(3_600_000, stop.signal);
      stop.abort();
      await expect(asleep).resolves.toBeUndefined();
    });

    test('who comes with an aborted signal does not sleep', async () => {
      const { clock } = open();
      await expect(clock.sleep(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
    });

    test.each([0, -5])('a sleep of %i ms ends at once', async (durationMs) => {
      const { clock } = open();
      await expect(clock.sleep(durationMs)).resolves.toBeUndefined();
    });
  });
}
