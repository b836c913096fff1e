import { readFileSync } from 'node:fs';
import { orUndefined } from './or-undefined.ts';
import type { Times } from './torture-world.ts';

/** What one turn of tocsin did with the events it was given, noted by itself before it committed (note-turns.ts). */
export interface TurnNote {
  /** Which process. */
  readonly life: number;
  readonly times: Times;
  /** Its wall clock when the turn began. */
  readonly startedMs: number;
  /** The watermark after the turn; null before there is one. */
  readonly watermarkMs: number | null;
  /** The greatest event time seen in each partition, after the turn. */
  readonly newest: Readonly<Record<string, number | null>>;
  /** By partition the first and the last offset. */
  readonly read: Readonly<Record<string, readonly [from: number, to: number]>>;
  /** Events older than the watermark at the moment at which they came. */
  readonly late: readonly LateEvent[];
}

export interface LateEvent {
  readonly partition: number;
  readonly offset: number;
  readonly timeMs: number;
}

export const turnNotes = (file: string): readonly TurnNote[] =>
  (orUndefined(() => readFileSync(file, 'utf8')) ?? '')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TurnNote]));

/** The turns that were committed: what a later life reads again was not. */
export function committed(notes: readonly TurnNote[]): readonly TurnNote[] {
  const next = new Map<string, number>();
  const kept = notes.toReversed().filter(({ read }) => {
    const ranges = Object.entries(read);
    const isKept = ranges.every(
      ([partition, [, to]]) => to < (next.get(partition) ?? Number.POSITIVE_INFINITY),
    );
    if (isKept) for (const [partition, [from]] of ranges) next.set(partition, from);
    return isKept;
  });
  return kept.reverse();
}
