import type { Incident } from '../../shared/model/incident.ts';
import type { Notifier } from '../../shared/ports/notifier.ts';
import type { WhatStands } from '../telling/what-stands.ts';

/** Alerts said again in one request. */
const batchMax = 50;
/** Between two requests at the least, so that messages get their turn. */
const pauseMinMs = 200;

/**
 * When a receiver that forgets what nobody repeats is told again that incidents stand: all of them in rounds, each round
 * spread over the time in which it must be over. Nothing of that is stored: what stands is known after a restart, and the
 * first round begins at once, for nobody knows how long it was.
 *
 * Bound: one request of `batchMax` incidents each `pauseMinMs`, and the ids of one round. Where more stand than a round can
 * hold, it takes longer, and `isLate` says so.
 */
export class Renewal {
  readonly #receiver: string;
  readonly #everyMs: number;
  readonly #whatStands: WhatStands;
  #left: readonly string[] = [];
  #pauseMs = pauseMinMs;
  #roundMs: number;
  #dueMs: number;

  constructor(
    { name, renewal }: { readonly name: string; readonly renewal: NonNullable<Notifier['renewal']> },
    { whatStands, nowMs }: { readonly whatStands: WhatStands; readonly nowMs: number },
  ) {
    // `soc/alertmanager` is a channel of the receiver `soc`.
    this.#receiver = name.slice(0, name.lastIndexOf('/'));
    this.#everyMs = renewal.everyMs;
    this.#whatStands = whatStands;
    this.#roundMs = nowMs;
    this.#dueMs = nowMs;
  }

  /** Nothing is to be said again before. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** What is to be said again now; none where nothing is. The same again until it was `said`. */
  next(nowMs: number): readonly Incident[] {
    if (nowMs < this.#dueMs) return [];
    if (this.#left.length === 0) this.#begin(nowMs);
    while (this.#left.length > 0) {
      const batch = this.#left
        .slice(0, batchMax)
        .flatMap((id) => this.#whatStands.at(this.#receiver, id) ?? []);
      if (batch.length > 0) return batch;
      this.#left = this.#left.slice(batchMax);
    }
    this.#dueMs = Math.max(this.#roundMs + this.#everyMs, nowMs + 1);
    return [];
  }

  /** Those of `next` were said, or never will be. */
  said(nowMs: number): void {
    this.#left = this.#left.slice(batchMax);
    this.#dueMs = nowMs + this.#pauseMs;
    if (this.#left.length === 0) this.#dueMs = Math.max(this.#dueMs, this.#roundMs + this.#everyMs);
  }

  /** They could not be said yet. */
  putOff(untilMs: number): void {
    this.#dueMs = untilMs;
  }

  /** A round takes so much longer than it should that alerts may end before they are said again. */
  isLate(nowMs: number): boolean {
    return this.#left.length > 0 && nowMs - this.#roundMs > 2 * this.#everyMs;
  }

  #begin(nowMs: number): void {
    this.#left = this.#whatStands.idsAt(this.#receiver);
    this.#roundMs = nowMs;
    this.#pauseMs = Math.max(pauseMinMs, this.#everyMs / Math.ceil(this.#left.length / batchMax || 1));
  }
}
