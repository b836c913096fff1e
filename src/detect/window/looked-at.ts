const sum = new Int32Array(1);

/**
 * Takes what was only looked at, so that no compiler leaves the looking out. Places that are far away in the memory are looked at
 * for many groups in a loop that does nothing else: then the processor fetches many at a time, where it would wait for each.
 */
export function lookedAt(seen: number): void {
  sum[0] = seen;
}
