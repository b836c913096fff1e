import type { Firing } from '../../shared/model/firing.ts';
import type { Match } from '../../shared/model/match.ts';
import type { EventPosition } from '../../shared/model/position.ts';

/** What a kind takes from an event's fields (the values of `field`); plain JSON, for it is stored with the match. */
export type WindowValues = unknown;

/** Some numbers among others. Lives for one call. */
export interface NumbersView {
  readonly numbers: Float64Array;
  readonly start: number;
  readonly length: number;
}

/** A state that is kept as numbers is at most so many. */
export const mostNumbers = 16;

/** A match as a fold sees it. Lives for one step: a kind copies what it keeps. */
export interface WindowMatch {
  readonly timeMs: number;
  readonly position: EventPosition;
  /** How many times the event happened, at least 1. */
  readonly weight: number;
  readonly values?: WindowValues;
  /**
   * Time of the first match of the rule, whatever the group. An earlier one may be found until `lateness` has passed after it,
   * and then all tails are folded again: what fired must still fire, more may.
   */
  readonly ruleFirstMs?: number;
}

/**
 * One kind of window, for one rule: a fold over the matches of a group in the settled order (time, topic, partition,
 * offset, index). A kind knows nothing of disorder, batches, restarts or watermarks; the layer around it does
 * (`group-fold.ts`). It is pure but for the state it is given: `step` and `atDeadline` change that in place, since a
 * copy at each match would cost the size of the window.
 *
 * Before a match of time t is stepped, every deadline at or before t has been run: a deadline at x sees the matches
 * of times below x, all of them, and none at or after x. Contract suite: test/contracts/window-kind.ts.
 */
export interface WindowKind<S> {
  init(): S;
  /** An equal state that shares nothing with this one. */
  copy(state: S): S;
  /** Takes in the next match; returns the firing at it, if the condition holds. */
  step(state: S, match: WindowMatch): Firing | undefined;
  /** When time alone changes the state next (absence, expiry); Infinity when never. Later than any match taken in. */
  deadline(state: S): number;
  /** Runs the deadline that `deadline` named; returns the firing of what did not happen. The next one is later. */
  atDeadline(state: S): Firing | undefined;
  /** True when the state equals that of a group never seen: the layer forgets the group. */
  isEmpty(state: S): boolean;
  /** Time of the newest match taken in, of a state that is not empty: who leaves first when there are too many groups. */
  newestMs(state: S): number;
  /** About how many numbers or texts the state keeps: what copying it costs. */
  size(state: S): number;
  /** The state as plain JSON, and back. States that are written alike go on alike, but for what `stepLate` asks. */
  write(state: S): unknown;
  read(written: unknown): S;
  /**
   * A tail is folded onto this copy of the settled state: from here on it must know what `stepLate` asks. A copy made on the way
   * keeps what it knows.
   */
  beginTail?(state: S): void;
  /**
   * Takes in a match that comes before matches the state holds, as if it had come in its place, where it can tell that
   * neither that match nor any behind it fires by it. False where it cannot: the layer then folds again, and the state
   * is of no use any more. Nothing has fired since the tail began. Where it is missing, the layer always folds.
   */
  stepLate?(state: S, match: WindowMatch): boolean;
  /**
   * True of a match of such values where none of those fires, whatever came before: it need not be folded in until one comes
   * that may. Only for kinds that are silent at deadlines.
   */
  neverFires?(values: WindowValues): boolean;
  /**
   * No match fires after the state as long as those weigh less than this together: they need not be folded in before they settle.
   * Only for kinds that are silent at deadlines; where it is missing, the layer steps to know.
   */
  room?(state: S): number;
  /** `room` of a state that is written as numbers; both are there, or none. */
  roomOf?(written: NumbersView): number;
  /** `deadline` of a state that is written as numbers, without reading it; where it is missing, the layer reads. */
  deadlineOf?(written: NumbersView): number;
  /**
   * `step` of a match that fires nothing, of a state that is written as numbers; none of them for that of a group never seen.
   * Changes them, and returns how many they are then; -1, and nothing has changed, where they would be more than
   * `mostNumbers`. Only for kinds whose deadlines are silent and leave nothing of a state.
   */
  stepOf?(written: NumbersView, match: WindowMatch): number;
  /** True where no deadline ever fires: they let go of what is over, and nobody waits for them. */
  readonly isSilentAtDeadlines?: true;
  /** The state of a group that is watched from this time on, match or none; absent where a group begins with a match. */
  began?(beganMs: number): S;
  /** True where the rule's first match counts: it is stored, also when all groups are gone. */
  readonly needsRuleFirst?: true;
  /**
   * What two matches at one event hold together (several rules that the window names fired at it, some later than
   * others); null where the second adds nothing. Absent where two matches at one event are always the same.
   */
  merge?(kept: WindowValues, added: WindowValues): WindowValues;
  /** True where a match without a value is of no use: such are counted. */
  readonly needsNumber?: true;
  /** Takes from a match what the fold needs of it; absent where time and weight are enough. */
  valuesOf?(match: Match): WindowValues;
}
