import type { EventFields } from '../../src/shared/model/log-event.ts';
import type { Match } from '../../src/shared/model/match.ts';

export interface LoadOptions {
  readonly keys: number;
  /** Share of the matches that come late, 0 to 1, by up to the lateness, all delays equally likely. */
  readonly disorder: number;
  readonly latenessMs: number;
  /** Matches a second of event time. */
  readonly perSecond: number;
  readonly fields?: (index: number) => EventFields;
  readonly isNumerator?: (index: number) => boolean;
  readonly inputs?: (index: number) => readonly number[];
  /** Each time that all keys have come they come in another order; in the same one otherwise. */
  readonly isReordered?: boolean;
}

/** Odd, and not of five: neighbours in time are strangers in the table, and every key comes once before any comes twice. */
const strides = [611_953, 299_993, 746_773, 104_729, 479_909, 999_983, 350_377];

const startMs = 1_700_000_000_000;

/** Matches of one rule as they arrive, batch by batch: the same for the same options. */
export class WindowLoad {
  readonly #options: LoadOptions;
  #index = 0;
  #random = 1;
  maxMs = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Greatest time so far, less the lateness. */
  get watermarkMs(): number {
    return this.maxMs - this.#options.latenessMs;
  }

  next(count: number): readonly Match[] {
    return Array.from({ length: count }, () => this.#match());
  }

  #match(): Match {
    const { keys, disorder, latenessMs, perSecond, fields, isNumerator, inputs, isReordered } = this.#options;
    const index = this.#index;
    this.#index += 1;
    const nowMs = startMs + Math.floor((index * 1_000) / perSecond);
    const isLate = disorder > 0 && this.#next() < disorder;
    const timeMs = isLate ? nowMs - Math.floor(this.#next() * 0.99 * latenessMs) : nowMs;
    if (nowMs > this.maxMs) this.maxMs = nowMs;
    const round = isReordered === true ? Math.floor(index / keys) % strides.length : 0;
    const key = keyOf((index * (strides[round] as number)) % keys);
    return {
      ruleId: 'rule',
      group: { key, values: {} },
      event: {
        fields: fields?.(index) ?? {},
        timeMs,
        timeOrigin: 'field',
        source: 'source',
        position: { topic: 'logs', partition: index & 3, offset: index, index: 0 },
        weight: 1,
      },
      ...(isNumerator?.(index) === true ? { isNumerator: true as const } : {}),
      ...(inputs === undefined ? {} : { inputs: inputs(index) }),
    };
  }

  /** A linear congruential generator: 0 to 1. */
  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }
}

/** A group key as `groupBy` with one address makes them: a text in one piece, not of pieces that the first reader joins. */
const keyOf = (number: number): string =>
  JSON.stringify([`10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`]);
