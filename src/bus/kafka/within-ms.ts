import { setTimeout } from 'node:timers/promises';

/** Waits for the work, but no longer than that: then it resolves to undefined, and the work's end is nobody's business. */
export async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const limit = setTimeout(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}
