/**
 * A group is a row of 64 bytes, as many as a processor fetches at once: sixteen integers. Of its key the hash, the reference of
 * the text, and the text itself where it is short; the ends of its tail and its length; the firings within it; as a double over
 * two integers, when it is due; its place in the batch, its room, and the reference of its settled state.
 */
export const row = {
  size: 16,
  hash: 0,
  text: 1,
  first: 2,
  last: 3,
  length: 4,
  firings: 5,
  due: 6,
  touched: 8,
  room: 9,
  settled: 10,
  key: 11,
} as const;

const rowBytes = 4 * row.size;

/** Large pieces of memory begin so many bytes behind a place that is fetched at once: the rows begin at the next one. */
const headBytes = 48;

/** The rows of the groups of one rule, by number. Bound: the rule's cap on groups. */
export class GroupRows {
  integers = new Int32Array(0);
  doubles = new Float64Array(0);
  bytes = new Uint8Array(0);

  constructor() {
    this.#resize(16);
  }

  /** Makes room for so many groups. */
  reserve(count: number): void {
    let groups = this.doubles.length / (row.size / 2);
    if (count <= groups) return;
    while (groups < count) groups *= 2;
    this.#resize(groups);
  }

  #resize(groups: number): void {
    const buffer = new ArrayBuffer(headBytes + groups * rowBytes);
    const integers = new Int32Array(buffer, headBytes);
    integers.set(this.integers);
    this.integers = integers;
    this.doubles = new Float64Array(buffer, headBytes);
    this.bytes = new Uint8Array(buffer, headBytes);
  }
}
