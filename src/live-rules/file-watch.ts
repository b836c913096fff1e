import type { Clock } from '../shared/ports/clock.ts';

export interface FileWatchOptions {
  readonly clock: Clock;
  /** Changes when a file changes. */
  fingerprint(): Promise<string>;
  /** Called when the files have changed and are at rest, and at each request. Must not throw. */
  changed(): void | Promise<void>;
}

/** How often files are looked at, and how long they must be unchanged before they are read. */
const lookEveryMs = 1_000;
const restMs = 300;

/** Files that never rest are read after so many looks all the same. */
const restlessLooksMax = 20;

/** Looking takes at most a fiftieth of the time: thousands of files are looked at more rarely. */
const pausePerLook = 50;

/**
 * Looks at files again and again, since nothing tells of changes on all file systems (network mounts, volumes of
 * containers, editors that put a new file in the place of the old one). A file that is being written is left alone
 * until it is the same at two looks.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  #wake = new AbortController();
  #isRequested = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** Reads the files at once, changed or not. */
  request(): void {
    this.#isRequested = true;
    this.#wake.abort();
  }

  /** Watches until the signal aborts. Changes since `read`, the fingerprint when the files were last read, count. */
  async run(read: string, signal: AbortSignal): Promise<void> {
    let state: Watched = { read, seen: read, restless: 0 };
    signal.addEventListener('abort', () => this.#wake.abort(), { once: true });
    let pauseMs = lookEveryMs;
    while (!signal.aborted) {
      await this.#pause(pauseMs);
      if (signal.aborted) return;
      const { clock, fingerprint, changed } = this.#options;
      const startedMs = clock.nowMs();
      const now = await fingerprint();
      const restingMs = Math.max(lookEveryMs, pausePerLook * (clock.nowMs() - startedMs));
      if (signal.aborted) return;
      const isRequested = this.#isRequested;
      this.#isRequested = false;
      const looked = look(state, now);
      const isDue = looked.isDue || isRequested;
      state = isDue ? { read: now, seen: now, restless: 0 } : looked;
      if (isDue) await changed();
      pauseMs = state.seen === state.read ? restingMs : restMs;
    }
  }

  async #pause(durationMs: number): Promise<void> {
    if (!this.#isRequested) await this.#options.clock.sleep(durationMs, this.#wake.signal);
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}

interface Watched {
  /** The fingerprint when the files were last read. */
  readonly read: string;
  /** At the last look. */
  readonly seen: string;
  /** Looks at which the files had changed once more. */
  readonly restless: number;
}

function look({ read, seen, restless }: Watched, now: string): Watched & { readonly isDue: boolean } {
  const looks = now === read ? 0 : restless + 1;
  const isAtRest = now === seen || looks >= restlessLooksMax;
  return { read, seen: now, restless: looks, isDue: now !== read && isAtRest };
}
