import { join } from 'node:path';
import { hasSharedData } from '../../test/support/shared-data.ts';
import type { Figure } from './figures.ts';
import { median, plain, spread } from './figures.ts';
import type { ParseRate } from './machine-speed-run.ts';
import { askPinned } from './pinned.ts';

/** `JSON.parse` of the Windows events, events a second, where aims in seconds and in events a second were set. */
const rateWhereAimsWereSet = 350_000;

/**
 * How fast this machine is against the one on which aims in absolute units were set, by `JSON.parse` of the same events:
 * 0.4 is two and a half times slower. Undefined where the events are not here.
 */
export async function machineSpeed(): Promise<number | undefined> {
  if (!hasSharedData('windows')) return undefined;
  const script = join(import.meta.dirname, 'machine-speed-run.ts');
  const { eventsPerSecond } = await askPinned<ParseRate>(script, []);
  const speed = eventsPerSecond / rateWhereAimsWereSet;
  console.log(
    `JSON.parse of the Windows events: ${eventsPerSecond.toFixed(0)} a second; this machine is ${speed.toFixed(2)} times as fast as that of the aims`,
  );
  return speed;
}

/** A figure in absolute units with its aim. */
export interface Aimed {
  readonly what: string;
  readonly values: readonly number[];
  readonly aim: number;
  readonly digits: number;
  /** Of `machineSpeed`. */
  readonly speed: number | undefined;
}

/** Something a second: as it is here, and what that is on the machine where its aim was set. */
export function rateAtLeast({ what, values, aim, digits, speed }: Aimed): Figure[] {
  return twice(what, { values, digits, aim: `>= ${aim}`, isGood: (value) => value >= aim }, speed);
}

/** Seconds: as they are here, and what that is on the machine where their aim was set. */
export function secondsAtMost({ what, values, aim, digits, speed }: Aimed): Figure[] {
  const inverse = speed === undefined ? undefined : 1 / speed;
  return twice(what, { values, digits, aim: `<= ${aim}`, isGood: (value) => value <= aim }, inverse);
}

interface Judged {
  readonly values: readonly number[];
  readonly digits: number;
  readonly aim: string;
  readonly isGood: (value: number) => boolean;
}

function twice(what: string, judged: Judged, divisor: number | undefined): Figure[] {
  const here = row(what, judged);
  if (divisor === undefined)
    return [here, plain('... where the aim was set', 'not known: no events to compare')];
  const there = { ...judged, values: judged.values.map((value) => value / divisor) };
  return [here, row('... where the aim was set', there)];
}

function row(what: string, { values, digits, aim, isGood }: Judged): Figure {
  return { what, figure: spread(values, digits), aim, isReached: isGood(median(values)) };
}
