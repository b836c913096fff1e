/** A text is known by its length and so many of its units at the most, as a power of two. */
const samplesBits = 5;

/** So many texts share a place: when there is one more, the one that came first makes room. */
const ways = 4;

/** It begins with so many cells, and is at most half full until it has its full size. */
const sizeMin = 32;

/** Multiplicative hashing (Knuth, "The Art of Computer Programming", volume 3, 6.4), by the golden ratio. */
const golden = 0x9e37_79b1 | 0;

/**
 * What is known of texts. A Map reads the whole of a text that was just made for its hash, and looks for it in many places of
 * memory; here it is known by some of its units. Of texts that agree in those only a few are remembered.
 */
export class TextMemo<T> {
  readonly #sizeMax: number;
  #hashes = new Int32Array(0);
  #texts: string[] = [];
  #values: (T | undefined)[] = [];
  #count = 0;
  #turn = 0;

  /** `sizeMax`: so many are remembered at the most; a power of two. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** So many are remembered. */
  get count(): number {
    return this.#count;
  }

  /** Undefined: not known. */
  get(text: string): T | undefined {
    if (this.#count === 0) return undefined;
    const hashes = this.#hashes;
    const hash = hashOf(text);
    const end = this.#placeOf(hash) + ways;
    for (let at = end - ways; at < end; at += 1)
      if (hashes[at] === hash && this.#texts[at] === text) return this.#values[at];
    return undefined;
  }

  /** Of a text that is not known. */
  set(text: string, value: T): void {
    const size = this.#texts.length;
    if (2 * this.#count >= size && size < this.#sizeMax) this.#grow();
    this.#put(hashOf(text), text, value);
  }

  clear(): void {
    this.#hashes = new Int32Array(0);
    this.#texts = [];
    this.#values = [];
    this.#count = 0;
  }

  #put(hash: number, text: string, value: T | undefined): void {
    const first = this.#placeOf(hash);
    let at = first;
    while (at < first + ways && this.#values[at] !== undefined) at += 1;
    if (at < first + ways) this.#count += 1;
    else {
      at = first + this.#turn;
      this.#turn = (this.#turn + 1) % ways;
    }
    this.#hashes[at] = hash;
    this.#texts[at] = text;
    this.#values[at] = value;
  }

  #grow(): void {
    const before = { hashes: this.#hashes, texts: this.#texts, values: this.#values };
    const size = Math.max(sizeMin, 2 * before.texts.length);
    this.#hashes = new Int32Array(size);
    this.#texts = new Array<string>(size).fill('');
    this.#values = new Array<T | undefined>(size).fill(undefined);
    this.#count = 0;
    for (const [at, value] of before.values.entries())
      if (value !== undefined) this.#put(before.hashes[at] ?? 0, before.texts[at] ?? '', value);
  }

  /** The first of the cells where a text may be. */
  #placeOf(hash: number): number {
    return (hash >>> 16) & (this.#texts.length - ways);
  }
}

function hashOf(text: string): number {
  const { length } = text;
  const stride = (length >> samplesBits) + 1;
  let hash = length;
  for (let at = length - 1; at >= 0; at -= stride) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return Math.imul(hash, golden);
}
