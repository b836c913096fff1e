export interface PartitionQueueOptions<T> {
  /** What one item weighs. */
  readonly sizeOf: (item: T) => number;
  /** Holding this much, it asks for a pause. */
  readonly sizeMax: number;
  /** Nothing more should be put until `onDrained`. What is put all the same is held. */
  readonly onFull: () => void;
  /** A quarter is left. */
  readonly onDrained: () => void;
}

/**
 * Hands items from one who puts to one who takes. Whoever puts never waits: a client that fetches for several partitions
 * at once fetches for none as long as one of them holds it up. Bound: `sizeMax`, and what was under way when it was
 * reached.
 */
export class PartitionQueue<T> {
  readonly #options: PartitionQueueOptions<T>;
  #items: T[] = [];
  #size = 0;
  #isFull = false;
  #taker: ((item: T | undefined) => void) | undefined;
  #isEnded = false;

  constructor(options: PartitionQueueOptions<T>) {
    this.#options = options;
  }

  put(item: T): void {
    if (this.#isEnded) return;
    const taker = this.#taker;
    if (taker !== undefined) {
      this.#taker = undefined;
      taker(item);
      return;
    }
    this.#items.push(item);
    this.#size += this.#options.sizeOf(item);
    if (this.#isFull || this.#size < this.#options.sizeMax) return;
    this.#isFull = true;
    this.#options.onFull();
  }

  /** The next item; undefined after the end. */
  take(): Promise<T | undefined> {
    const item = this.#items.shift();
    if (item === undefined) {
      if (this.#isEnded) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        this.#taker = resolve;
      });
    }
    this.#size -= this.#options.sizeOf(item);
    if (this.#isFull && this.#size <= this.#options.sizeMax / 4) {
      this.#isFull = false;
      this.#options.onDrained();
    }
    return Promise.resolve(item);
  }

  /** Nothing is taken from here on: what is held is let go, and whoever waits for an item gets none. */
  end(): void {
    this.#isEnded = true;
    this.#items = [];
    this.#taker?.(undefined);
    this.#taker = undefined;
  }
}
