import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Lane, LaneStep } from './lane.ts';

/** Works on one lane until it is stopped: sleeps while there is nothing to do, and is woken, never polls. */
export class LaneWorker {
  readonly #lane: Lane;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #stop = new AbortController();
  #resting: Exclude<LaneStep, { kind: 'progress' }> | null = null;
  #isRung = false;
  #ring: () => void = () => undefined;

  /** `changed` is called when the lane comes to rest. */
  constructor(lane: Lane, parts: { clock: Clock; changed: () => void }) {
    this.#lane = lane;
    this.#clock = parts.clock;
    this.#changed = parts.changed;
  }

  /** Ends when stopped; rejects when the outbox or the sink broke. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#isRung = false;
      const step = await this.#lane.step(signal);
      if (step.kind !== 'progress' && !signal.aborted) await this.#rest(step);
      // A sink on this machine answers without waiting: a backlog must not keep timers and sockets from their turn.
      await setImmediate();
    }
  }

  /** There may be new rows. */
  wake(): void {
    this.#isRung = true;
    this.#ring();
  }

  stop(): void {
    this.#stop.abort();
    this.#ring();
  }

  /** Whether nothing more can be done until then. */
  isAtRestUntil(timeMs: number): boolean {
    const resting = this.#resting;
    if (resting === null) return false;
    return resting.kind === 'empty' || resting.untilMs > timeMs;
  }

  async #rest(step: Exclude<LaneStep, { kind: 'progress' }>): Promise<void> {
    const isOpen = step.kind === 'empty' || step.open;
    if (isOpen && this.#isRung) return;
    this.#resting = step;
    const awake = new AbortController();
    const rung = new Promise<void>((resolve) => {
      this.#ring = () => {
        if (!isOpen && !this.#stop.signal.aborted) return;
        this.#resting = null;
        awake.abort();
        resolve();
      };
    });
    this.#changed();
    const ends = [step.againMs, step.kind === 'wait' ? step.untilMs : undefined];
    const known = ends.filter((ms) => ms !== undefined);
    if (known.length === 0) await rung;
    else await this.#clock.sleep(Math.max(0, Math.min(...known) - this.#clock.nowMs()), awake.signal);
    this.#ring = () => undefined;
    this.#resting = null;
  }
}
