import type { Clock } from '../shared/ports/clock.ts';

/** The longest time `setTimeout` can wait; a longer sleep is cut into such pieces. */
const timerMaxMs = 2_147_483_647;

/** The machine's wall clock. */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    let leftMs = durationMs;
    while (leftMs > 0 && signal?.aborted !== true) {
      const pieceMs = Math.min(leftMs, timerMaxMs);
      await wait(pieceMs, signal);
      leftMs -= pieceMs;
    }
  }
}

function wait(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
