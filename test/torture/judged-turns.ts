import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { disorderMs } from './torture-events.ts';
import { idleAfterMs } from './torture-world.ts';
import type { LateEvent, TurnNote } from './turn-notes.ts';

/** What tocsin made of event time. */
export interface JudgedTurns {
  /** Lives that moved the watermark to where a silent partition would have held it back. */
  readonly livesThatPassed: number;
  readonly late: readonly LateEvent[];
  /** Those of them that were late by what an earlier life had committed. */
  readonly lateByEarlierLife: number;
  /** Empty where every event was judged once, and no watermark was further than it may be. */
  readonly faults: readonly string[];
}

export interface JudgedBy {
  readonly events: readonly LogEvent[];
  /** The event time from which on no partition was idle any more: nothing later is late. */
  readonly sharpFromMs: number;
}

/** Looks through the turns that were committed, in order. */
export function judgedTurns(turns: readonly TurnNote[], { events, sharpFromMs }: JudgedBy): JudgedTurns {
  const passed = new Set<number>();
  const faults = [...unjudged(turns, events)];
  const late = turns.flatMap((turn) => turn.late);
  let lateByEarlierLife = 0;
  let before: TurnNote | undefined;
  /** The last turn of the life before. */
  let inherited: TurnNote | undefined;
  let lastRead = new Map<string, TurnNote>();
  for (const turn of turns) {
    if (before !== undefined && before.life !== turn.life) {
      inherited = before;
      lastRead = new Map();
    }
    if (isPassing(turn, before)) {
      passed.add(turn.life);
      faults.push(...hastyFaults(turn, lastRead));
    }
    if (turn.times !== 'quiet' && reached(turn) > newestOf(turn) - disorderMs)
      faults.push(`beyond every event: ${JSON.stringify(turn)}`);
    lateByEarlierLife += turn.late.filter(({ timeMs }) => timeMs < reached(inherited)).length;
    for (const partition of Object.keys(turn.read)) lastRead.set(partition, turn);
    before = turn;
  }
  for (const one of late)
    if (one.timeMs >= sharpFromMs) faults.push(`late, and no partition was idle: ${JSON.stringify(one)}`);
  return { livesThatPassed: passed.size, late, lateByEarlierLife, faults };
}

const reached = (turn: TurnNote | undefined): number => turn?.watermarkMs ?? Number.NEGATIVE_INFINITY;

const newestOf = ({ newest }: TurnNote): number =>
  Math.max(...Object.values(newest).map((timeMs) => timeMs ?? Number.NEGATIVE_INFINITY));

/** Partitions that would have held the watermark back; one from which nothing came yet is among them. */
const behind = (turn: TurnNote): readonly string[] =>
  Object.entries(turn.newest).flatMap(([partition, timeMs]) =>
    (timeMs ?? Number.NEGATIVE_INFINITY) - disorderMs < reached(turn) ? [partition] : [],
  );

const isPassing = (turn: TurnNote, before: TurnNote | undefined): boolean =>
  turn.times !== 'quiet' && reached(turn) > reached(before) && behind(turn).length > 0;

/** A partition is passed by once nothing came from it for a while, as far as this life knows; in sharp times, never. */
function hastyFaults(turn: TurnNote, lastRead: ReadonlyMap<string, TurnNote>): readonly string[] {
  return behind(turn).flatMap((partition) => {
    const last = lastRead.get(partition);
    const isTooSoon =
      last !== undefined && reached(turn) > reached(last) && turn.startedMs - last.startedMs < idleAfterMs;
    return isTooSoon || turn.times === 'sharp'
      ? [`partition ${partition} was passed too soon: ${JSON.stringify(turn)}`]
      : [];
  });
}

/** Every event of the topic was judged once, in order. */
function unjudged(turns: readonly TurnNote[], events: readonly LogEvent[]): readonly string[] {
  const next = new Map<string, number>();
  const faults: string[] = [];
  for (const { read } of turns)
    for (const [partition, [from, to]] of Object.entries(read)) {
      const expected = next.get(partition) ?? 0;
      if (from !== expected) faults.push(`partition ${partition} went on at ${from} after ${expected - 1}`);
      next.set(partition, to + 1);
    }
  for (const [partition, own] of Map.groupBy(events, ({ position }) => String(position.partition)))
    if (next.get(partition) !== own.length)
      faults.push(`partition ${partition} has ${own.length} events, ${next.get(partition) ?? 0} were judged`);
  return faults;
}
