import { placeAmong } from '../../shared/place-among.ts';

/** The greatest relative error of a value the sketch gives. */
const relativeError = 0.01;

const logGamma = Math.log((1 + relativeError) / (1 - relativeError));

/** Of two buckets that meet, where a bucket's value lies, so that both ends are equally far in relation to it. */
const middle = 1 - relativeError;

/**
 * Values by buckets whose ends grow by a factor, so that the value of any rank is known to 1 % (the idea of DDSketch:
 * Masson, Rim, Lee 2019, VLDB 12). Values leave as they came, since only numbers of values are kept.
 * Bound: numbers of 1e-300 to 1e300 make 69,100 buckets of either sign; smaller ones count as nothing.
 */
export class BucketSketch {
  /** Buckets in order of their values: their keys, and how many values each holds. */
  #keys: number[] = [];
  #counts: number[] = [];

  copy(): BucketSketch {
    const copy = new BucketSketch();
    copy.#keys = this.#keys.slice();
    copy.#counts = this.#counts.slice();
    return copy;
  }

  add(value: number): void {
    const key = keyOf(value);
    const at = placeAmong(this.#keys, key);
    if (this.#keys[at] === key) {
      this.#counts[at] = (this.#counts[at] as number) + 1;
    } else {
      this.#keys.splice(at, 0, key);
      this.#counts.splice(at, 0, 1);
    }
  }

  /** Takes out a value that was added. */
  remove(value: number): void {
    const at = placeAmong(this.#keys, keyOf(value));
    const count = (this.#counts[at] as number) - 1;
    this.#counts[at] = count;
    if (count > 0) return;
    this.#keys.splice(at, 1);
    this.#counts.splice(at, 1);
  }

  /** The value of this rank, from 0, to 1 %. */
  at(rank: number): number {
    let before = 0;
    for (let at = 0; at < this.#keys.length; at += 1) {
      before += this.#counts[at] as number;
      if (before > rank) return valueOfKey(this.#keys[at] as number);
    }
    return Number.NaN;
  }
}

/** Keys of positive values are positive, whatever the exponent: 1e-300 has key 1. */
const keyOffset = 1 + Math.ceil((300 * Math.LN10) / logGamma);

function keyOf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 1e-300) return 0;
  return Math.sign(value) * (Math.ceil(Math.log(magnitude) / logGamma) + keyOffset);
}

/** Bucket k holds (gamma^(k-1), gamma^k]; gamma^k (1 - error) is within the error of both ends. */
function valueOfKey(key: number): number {
  if (key === 0) return 0;
  return Math.sign(key) * Math.exp((Math.abs(key) - keyOffset) * logGamma) * middle;
}
