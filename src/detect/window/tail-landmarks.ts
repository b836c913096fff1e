import { firstPlace } from './first-place.ts';
import type { GroupTable, Landmark } from './group-table.ts';
import { nil, type SlabMatch } from './match-slab.ts';

/** So many matches a walk goes over before it leaves a landmark. */
const stride = 64;

/**
 * Finds the places of late matches in tails, from landmarks: some matches along each tail, in order. Walks leave them where
 * they were long, so a group whose matches come in order has none, and a later walk is short. O(log n) a match, and
 * once a step for each match of the tail.
 * Bound: one landmark for 64 matches of a tail; those of a time before the tail's first match are gone from it.
 */
export class TailLandmarks {
  readonly #table: GroupTable;

  constructor(table: GroupTable) {
    this.#table = table;
  }

  /** From this match of the tail backwards, the first that such a match does not come before; nil where it comes before all. */
  seek(group: number, match: SlabMatch, from: number): number {
    if (from === nil || !this.#isBefore(match, from)) return from;
    const { slab } = this.#table;
    const landmarks = this.#of(group);
    const at = firstPlace(landmarks, (landmark) => this.#isBeforeLandmark(match, landmark));
    const landmark = landmarks[at];
    const isNearer = landmark !== undefined && slab.order(landmark.id, from) < 0;
    let id = isNearer ? landmark.id : from;
    for (let steps = 1; ; steps += 1) {
      id = slab.previousOf(id);
      if (id === nil || !this.#isBefore(match, id)) return id;
      if (steps % stride === 0) this.#leave(group, at, { id, timeMs: slab.timeOf(id) });
    }
  }

  /** The time stands with the landmark, so that a search does not go over matches all along the tail. */
  #isBeforeLandmark(match: SlabMatch, { id, timeMs }: Landmark): boolean {
    return match.timeMs === timeMs ? this.#isBefore(match, id) : match.timeMs < timeMs;
  }

  #isBefore({ timeMs, position }: SlabMatch, id: number): boolean {
    return this.#table.slab.compare(timeMs, position, id) < 0;
  }

  /** The landmarks that are in the tail still. A time leaves it whole, and none before comes again. */
  #of(group: number): readonly Landmark[] {
    const landmarks = this.#table.landmarks.get(group);
    if (landmarks === undefined) return [];
    const firstMs = this.#table.slab.timeOf(this.#table.firstOf(group));
    const gone = firstPlace(landmarks, ({ timeMs }) => timeMs >= firstMs);
    if (gone > 0) landmarks.splice(0, gone);
    return landmarks;
  }

  /** Those of one walk come before each other, and behind all that the match is not before. */
  #leave(group: number, at: number, landmark: Landmark): void {
    const landmarks = this.#table.landmarks.get(group);
    if (landmarks === undefined) this.#table.landmarks.set(group, [landmark]);
    else landmarks.splice(at, 0, landmark);
  }
}
