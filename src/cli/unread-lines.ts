import type { DecodeFailure } from '../consume/decode-failure.ts';
import { unreadShown } from './replayed-events.ts';
import { complain, printable, type Terminal } from './terminal.ts';

/** Says which lines could not be read: the first few each, then how many in all. */
export class UnreadLines {
  readonly #terminal: Terminal;
  #count = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  add(place: string, { reason, detail }: DecodeFailure): void {
    this.#count += 1;
    if (this.#count <= unreadShown)
      complain(this.#terminal, printable(`${place}: ${reason}: ${detail}`, 300));
  }

  end(): void {
    if (this.#count > unreadShown) complain(this.#terminal, `${this.#count} lines in all could not be read`);
  }
}
