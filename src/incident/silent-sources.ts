/** A source that has sent nothing for longer than it may. */
export interface SilentSource {
  readonly source: string;
  /** How long it has been silent, in milliseconds: whole minutes, below one whole seconds. */
  readonly silentMs: number;
}

/** What one turn heard of the sources. */
export interface HeardReport {
  /** Sources of which records were read. */
  readonly heard: readonly string[];
  /** The log answers: then a source of which nothing was read has sent nothing. */
  readonly isCurrent: boolean;
}

/**
 * Tells which sources are silent: those with a `silentAfter` of which nothing was read for that long by the wall clock. Time
 * in which the log does not answer does not count, and a start counts as a sign of life. Bound: a number for each source.
 */
export class SilentSources {
  readonly #silentAfter: ReadonlyMap<string, number>;
  /** The last sign of life of each, or the end of the time that does not count. */
  readonly #heardMs = new Map<string, number>();

  /** `silentAfter`: milliseconds by source, of those that have one. */
  constructor(silentAfter: ReadonlyMap<string, number>) {
    this.#silentAfter = silentAfter;
  }

  judge({ heard, isCurrent }: HeardReport, nowMs: number): readonly SilentSource[] {
    for (const source of heard) this.#heardMs.set(source, nowMs);
    const silent: SilentSource[] = [];
    for (const [source, silentAfterMs] of this.#silentAfter) {
      const heardMs = this.#heardMs.get(source);
      if (heardMs === undefined || !isCurrent) this.#heardMs.set(source, nowMs);
      else if (nowMs - heardMs >= silentAfterMs) silent.push({ source, silentMs: inWords(nowMs - heardMs) });
    }
    return silent;
  }
}

/** Rounded down to what people say. */
function inWords(ms: number): number {
  const unitMs = ms >= 60_000 ? 60_000 : 1_000;
  return Math.floor(ms / unitMs) * unitMs;
}
