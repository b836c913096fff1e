/**
 * What one writes first: a Map of arrays of times, for a sliding count in the order of arrival. It knows no late
 * matches, no restart and no deltas, and forgets no key.
 */
export class MapCounter {
  readonly #timespanMs: number;
  readonly #threshold: number;
  readonly #times = new Map<string, { times: number[]; head: number }>();
  fired = 0;

  constructor(timespanMs: number, threshold: number) {
    this.#timespanMs = timespanMs;
    this.#threshold = threshold;
  }

  add(key: string, timeMs: number): void {
    let group = this.#times.get(key);
    if (group === undefined) {
      group = { times: [], head: 0 };
      this.#times.set(key, group);
    }
    const { times } = group;
    times.push(timeMs);
    while ((times[group.head] as number) <= timeMs - this.#timespanMs) group.head += 1;
    if (group.head > 32 && group.head * 2 > times.length) {
      times.splice(0, group.head);
      group.head = 0;
    }
    if (times.length - group.head >= this.#threshold) this.fired += 1;
  }
}
