/** Hands items from one who puts to one who takes, one at a time: whoever puts waits until it was taken, so it holds one. */
export class PartitionQueue<T> {
  #offered: { readonly item: T; readonly taken: () => void } | undefined;
  #taker: ((item: T | undefined) => void) | undefined;
  #isEnded = false;

  /** Resolves when the item was taken, or when nobody will take any more. */
  put(item: T): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    const taker = this.#taker;
    if (taker !== undefined) {
      this.#taker = undefined;
      taker(item);
      return Promise.resolve();
    }
    return new Promise((taken) => {
      this.#offered = { item, taken };
    });
  }

  /** The next item; undefined after the end. */
  take(): Promise<T | undefined> {
    const offered = this.#offered;
    if (offered !== undefined) {
      this.#offered = undefined;
      offered.taken();
      return Promise.resolve(offered.item);
    }
    if (this.#isEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#taker = resolve;
    });
  }

  /** Nothing is taken from here on: what is offered is let go, and whoever waits for an item gets none. */
  end(): void {
    this.#isEnded = true;
    this.#offered?.taken();
    this.#offered = undefined;
    this.#taker?.(undefined);
    this.#taker = undefined;
  }
}
