import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../shared/ports/clock.ts';

/** The machine's clock. Waiting by it keeps the process alive no longer than the signal says. */
export const wallClock: Clock = {
  nowMs: () => Date.now(),
  async sleep(durationMs, signal) {
    try {
      await setTimeout(durationMs, undefined, signal && { signal });
    } catch {
      // Aborted: the caller looks at its signal.
    }
  },
};
