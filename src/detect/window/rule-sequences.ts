import type { TemporalSpec } from '../../shared/model/window-spec.ts';

/** Before the first match. */
export const never = Number.NEGATIVE_INFINITY;

/** A sequence with the place of its first step among the steps of all sequences. */
export interface PlacedSequence {
  readonly all: readonly number[];
  readonly none: ReadonlySet<number>;
  readonly from: number;
}

/** A match as sequences see it: which of the rules it is of, and how many times it happened. */
interface SequenceMatch {
  readonly rules: readonly number[];
  readonly timeMs: number;
  readonly weight: number;
}

/** The sequences of a window, each with a place for every step. */
export function placeSequences({ sequences }: TemporalSpec): {
  readonly placed: readonly PlacedSequence[];
  readonly steps: number;
} {
  let steps = 0;
  const placed = sequences.map(({ all, none }) => {
    const from = steps;
    steps += all.length;
    return { all, none: new Set(none), from };
  });
  return { placed, steps };
}

/**
 * Takes a match into a sequence of any order. Each step keeps the time of its rule's last match. Returns the earliest
 * of these times, from which on all of the rules have matched; `never` where one has not.
 */
export function seeAnyOrder(times: number[], { all, from }: PlacedSequence, match: SequenceMatch): number {
  let startMs = Number.POSITIVE_INFINITY;
  for (let step = 0; step < all.length; step += 1) {
    const at = from + step;
    if (match.rules.includes(all[step] as number)) times[at] = match.timeMs;
    if ((times[at] as number) < startMs) startMs = times[at] as number;
  }
  return startMs;
}

/**
 * Takes a match into a sequence in order. Step i keeps the latest time at which matches a1 < a2 < ... < ai of the first
 * i rules began: if any such matches lie in a window, these do, so no others need to be kept. What happened N times is N
 * matches, one behind the other. Returns when the sequence that the match ends began; `never` where it ends none.
 */
export function seeInOrder(times: number[], sequence: PlacedSequence, match: SequenceMatch): number {
  const happened = Math.min(match.weight, sequence.all.length);
  let startMs = never;
  for (let nth = 0; nth < happened; nth += 1)
    startMs = Math.max(startMs, seeOnceInOrder(times, sequence, match));
  return startMs;
}

/** The last step comes first, so that a match takes one step at most. */
function seeOnceInOrder(times: number[], { all, from }: PlacedSequence, match: SequenceMatch): number {
  let startMs = never;
  for (let step = all.length - 1; step >= 0; step -= 1) {
    if (!match.rules.includes(all[step] as number)) continue;
    const at = from + step;
    const beganMs = step === 0 ? match.timeMs : (times[at - 1] as number);
    if (step === all.length - 1) startMs = beganMs;
    if (beganMs > (times[at] as number)) times[at] = beganMs;
  }
  return startMs;
}
