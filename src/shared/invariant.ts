/** Holds or it is a bug of ours: throws, the process ends, and the broker replays what was not committed. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken (a bug in tocsin): ${message}`);
}
