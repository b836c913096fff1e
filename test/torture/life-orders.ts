import type { Times } from './torture-world.ts';

/** What a life of tocsin under torture is told (test/torture/die-at.ts). */
export interface LifeOrders {
  /** Where it notes what it is doing. */
  readonly phaseFile: string;
  /** The crash point at which it ends itself, and at the how manieth passing: `committed:3`. */
  readonly dieAt?: string;
  /** By how much its wall clock is ahead of the machine's. */
  readonly clockOffsetMs: number;
  /** What time is like. */
  readonly times: Times;
}
