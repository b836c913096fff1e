import type { SlabMatch } from './match-slab.ts';
import { PlaceTable } from './place-table.ts';

/** Numbers of one accepted match in a text: group, time (less the base), offset, place, index, weight. */
const stride = 6;

/**
 * The matches that one batch brought to one rule, as plain JSON: what must be stored of the batch. Times are
 * differences and groups and places are numbers, since small integers are written and read several times faster.
 */
export interface WrittenAccepted {
  readonly keys: readonly string[];
  readonly places: readonly (readonly [topic: string, partition: number])[];
  readonly baseMs: number;
  readonly numbers: readonly number[];
  /** By match, where the kind takes any. */
  readonly values?: readonly unknown[];
}

/** Collects accepted matches. Bound: one batch. */
export class AcceptedMatches {
  readonly #places = new PlaceTable();
  readonly #numbers: number[] = [];
  readonly #values: unknown[] = [];
  #hasValues = false;
  #baseMs = 0;

  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  /** `group` is the place of the match's group among the keys that are written. */
  add(group: number, { timeMs, position, weight, values }: SlabMatch): void {
    if (this.#numbers.length === 0) this.#baseMs = timeMs;
    const place = this.#places.idOf(position.topic, position.partition);
    this.#numbers.push(group, timeMs - this.#baseMs, position.offset, place, position.index, weight);
    this.#values.push(values ?? null);
    if (values !== undefined) this.#hasValues = true;
  }

  written(keys: readonly string[]): WrittenAccepted {
    const { places } = this.#places;
    const written = { keys, places, baseMs: this.#baseMs, numbers: this.#numbers };
    return this.#hasValues ? { ...written, values: this.#values } : written;
  }
}

/** Gives each match as it was written, and the place of its group among the keys. */
export function eachAccepted(
  { places, baseMs, numbers, values }: WrittenAccepted,
  visit: (key: number, match: SlabMatch) => void,
): void {
  for (let at = 0; at < numbers.length; at += stride) {
    const [topic, partition] = places[numbers[at + 3] as number] ?? ['', 0];
    const offset = numbers[at + 2] as number;
    const index = numbers[at + 4] as number;
    visit(numbers[at] as number, {
      timeMs: baseMs + (numbers[at + 1] as number),
      position: { topic, partition, offset, index },
      weight: numbers[at + 5] as number,
      values: values?.[at / stride] ?? undefined,
    });
  }
}
