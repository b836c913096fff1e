/** What the call gives; undefined where it throws: for looking at what may not be there yet. */
export function orUndefined<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
