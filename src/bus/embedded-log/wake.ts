/** Lets several loops wait for one thing to change. A `fire` before `wait` is not remembered: look, then wait, in one turn. */
export class Wake {
  #pending = Promise.withResolvers<void>();

  wait(): Promise<void> {
    return this.#pending.promise;
  }

  fire(): void {
    this.#pending.resolve();
    this.#pending = Promise.withResolvers<void>();
  }
}
