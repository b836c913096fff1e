import type { Steps } from '../shared/steps.ts';

/** Events wait for a slice at most, and for the one step that is under way when it ends. */
const sliceMs = 5;

/** Runs all the steps, and lets whatever else waits have its turn after each slice of time. Rejects with what they throw. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const endMs = performance.now() + sliceMs;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < endMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
