import type { Undelivered } from '../../shared/model/undelivered.ts';

const minuteMs = 60_000;

/** Sums up what is not delivered, by lane, until somebody takes it: as many entries as there are lanes. */
export class UndeliveredLanes {
  readonly #lanes = new Map<string, Undelivered>();

  add({ lane, givenUp, downMs, detail }: Undelivered): void {
    const before = this.#lanes.get(lane);
    const longestMs = Math.max(before?.downMs ?? 0, downMs ?? 0);
    this.#lanes.set(lane, {
      lane,
      givenUp: (before?.givenUp ?? 0) + givenUp,
      // Whole minutes are what people read.
      downMs: longestMs === 0 ? null : longestMs - (longestMs % minuteMs),
      detail,
    });
  }

  take(): readonly Undelivered[] {
    const all = [...this.#lanes.values()];
    this.#lanes.clear();
    return all;
  }
}
