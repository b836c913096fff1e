import type { Firing, FiringEvidence } from '../../shared/model/firing.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import { comparePositions } from '../../shared/model/position.ts';
import { MatchTail } from './match-tail.ts';
import type { PlaceTable } from './place-table.ts';
import type { WindowKind, WindowMatch } from './window-kind.ts';

/** A match with its event, where that is still at hand: it is for the matches of the present batch. */
export interface TimedMatch extends WindowMatch {
  readonly event: LogEvent | null;
}

/** What new matches did to a group. */
export interface Acceptance {
  /** The matches that were new, in order. */
  readonly accepted: readonly WindowMatch[];
  readonly fired: readonly FiringEvidence[];
  readonly withdrawn: readonly Firing[];
  /** True when firings that stood behind the place of a late match had to be looked at again. */
  readonly isRefolded: boolean;
}

/** Below this many matches without settled state, folding again is cheaper than keeping the state ahead. */
const shortTail = 4;

/**
 * The window of one (rule, group) under disorder. `settled` is the fold up to the watermark; the tail holds the
 * matches after it, sorted; `ahead` is the fold of both. At any time `ahead` is what folding the tail from `settled`
 * gives, so what a batch does depends on the matches it brought and not on their order.
 * Bound: the tail by the stage's cap, the two states by their kind.
 */
export class GroupWindow {
  readonly key: string;
  readonly tail: MatchTail;
  /** Undefined when it equals that of a group never seen. */
  settled: unknown;
  /** Undefined when it has to be folded anew from `settled` and the tail. */
  #ahead: unknown;
  /** Firings within the tail, those of deadlines included; of meaning only while there is a state ahead. */
  #aheadFirings = 0;
  /** When the group's entry in the queue is due; Infinity when it has none. */
  queuedMs = Number.POSITIVE_INFINITY;
  /** The place in the list of its shard. */
  slot = -1;
  /** The present batch's matches in order of arrival. */
  batch: Match[] | undefined;

  constructor(key: string, places: PlaceTable) {
    this.key = key;
    this.tail = new MatchTail(places);
  }

  get isEmpty(): boolean {
    return this.settled === undefined && this.tail.size === 0;
  }

  /** When the watermark next changes this group: it moves a match into `settled`, or runs a deadline. */
  dueMs(kind: WindowKind<unknown>): number {
    const headMs = this.tail.size > 0 ? this.tail.timeAt(0) + 1 : Number.POSITIVE_INFINITY;
    return this.settled === undefined ? headMs : Math.min(headMs, kind.deadline(this.settled));
  }

  newestMs(kind: WindowKind<unknown>): number {
    if (this.tail.size > 0) return this.tail.timeAt(this.tail.size - 1);
    return this.settled === undefined ? Number.NEGATIVE_INFINITY : kind.newestMs(this.settled);
  }

  /** Takes in new matches, in any order; those it has already are left out. */
  accept(kind: WindowKind<unknown>, matches: readonly TimedMatch[]): Acceptance {
    if (isInOrder(this.tail, matches)) return this.#append(kind, matches);
    const fresh = sortNew(this.tail, matches);
    const [first] = fresh;
    if (first === undefined) return { accepted: [], fired: [], withdrawn: [], isRefolded: false };
    if (this.tail.isAfterAll(first.timeMs, first.position)) return this.#append(kind, fresh);
    return this.#refold(kind, fresh);
  }

  /** Puts matches in their place without folding: for restoring. */
  insert(matches: readonly TimedMatch[]): void {
    this.#ahead = undefined;
    const fresh = isInOrder(this.tail, matches) ? matches : sortNew(this.tail, matches);
    const [first] = fresh;
    if (first === undefined) return;
    for (const match of merge(this.#cutFrom(first), fresh)) this.tail.append(match);
  }

  /** The firings of matches within the tail, in order. Those of deadlines are final or not at all. */
  firings(kind: WindowKind<unknown>): readonly Firing[] {
    const state = this.#settledCopy(kind);
    const firings: Firing[] = [];
    for (let index = 0; index < this.tail.size; index += 1) {
      const fired = advance(kind, state, this.tail.match(index)).fired;
      if (fired !== undefined) firings.push(fired);
    }
    return firings;
  }

  /**
   * The watermark has reached this time: moves the matches before it into `settled`, and runs the deadlines up to it.
   * Returns the firings that became final, and, of those, the ones of deadlines, which are new.
   */
  settle(
    kind: WindowKind<unknown>,
    watermarkMs: number,
  ): { readonly settled: readonly Firing[]; readonly fired: readonly Firing[] } {
    const settled: Firing[] = [];
    const fired: Firing[] = [];
    if (!this.#settleSilently(watermarkMs)) this.#settleMatches(kind, { watermarkMs, settled, fired });
    const state = this.settled;
    while (state !== undefined && kind.deadline(state) <= watermarkMs) {
      const absence = kind.atDeadline(state);
      if (absence !== undefined) {
        fired.push(absence);
        settled.push(absence);
        this.#aheadFirings -= 1;
      }
    }
    if (state !== undefined && kind.isEmpty(state)) this.settled = undefined;
    if (this.tail.size === 0) this.#ahead = undefined;
    return { settled, fired };
  }

  /** Where all of the tail settles and nothing fired in it, the state ahead is the settled one. */
  #settleSilently(watermarkMs: number): boolean {
    const { tail } = this;
    if (this.#ahead === undefined || this.#aheadFirings > 0) return false;
    if (tail.size === 0 || tail.timeAt(tail.size - 1) >= watermarkMs) return false;
    this.settled = this.#ahead;
    this.#ahead = undefined;
    tail.clear();
    return true;
  }

  #settleMatches(
    kind: WindowKind<unknown>,
    into: { readonly watermarkMs: number; readonly settled: Firing[]; readonly fired: Firing[] },
  ): void {
    const { tail } = this;
    while (tail.size > 0 && tail.timeAt(0) < into.watermarkMs) {
      this.settled ??= kind.init();
      const { fired, absences } = advance(kind, this.settled, tail.match(0));
      tail.dropFirst();
      into.fired.push(...absences);
      into.settled.push(...absences);
      if (fired !== undefined) into.settled.push(fired);
      this.#aheadFirings -= absences.length + (fired === undefined ? 0 : 1);
    }
  }

  /** In order: one step a match. */
  #append(kind: WindowKind<unknown>, matches: readonly TimedMatch[]): Acceptance {
    const state = this.#ahead ?? this.#foldTail(kind);
    const fired: FiringEvidence[] = [];
    for (const match of matches) {
      const step = advance(kind, state, match);
      this.tail.append(match);
      this.#aheadFirings += step.absences.length;
      if (step.fired === undefined) continue;
      this.#aheadFirings += 1;
      fired.push({ firing: step.fired, event: match.event });
    }
    const isCheap = this.settled === undefined && this.tail.size <= shortTail;
    this.#ahead = isCheap ? undefined : state;
    return { accepted: matches, fired, withdrawn: [], isRefolded: false };
  }

  /** Late within the lateness: the tail is folded again from the first new match's place on. */
  #refold(kind: WindowKind<unknown>, fresh: readonly TimedMatch[]): Acceptance {
    const [first] = fresh as readonly [TimedMatch];
    const later = this.#cutFrom(first);
    const state = this.#foldTail(kind);
    const before = foldAll(kind, kind.copy(state), later).fired;
    const merged = merge(later, fresh);
    for (const match of merged) this.tail.append(match);
    const after = foldAll(kind, state, merged);
    this.#ahead = state;
    this.#aheadFirings += after.fired.length + after.absences;
    return {
      accepted: fresh,
      fired: without(after.fired, before),
      withdrawn: without(before, after.fired).map(({ firing }) => firing),
      isRefolded: before.length > 0,
    };
  }

  /** Takes the matches behind the place of this one out of the tail. Their events are no longer at hand. */
  #cutFrom({ timeMs, position }: WindowMatch): readonly TimedMatch[] {
    const { index } = this.tail.find(timeMs, position);
    return this.tail.cutFrom(index).map((match) => ({ ...match, event: null }));
  }

  /** The fold of `settled` and the tail as it is; counts the firings in it. */
  #foldTail(kind: WindowKind<unknown>): unknown {
    const state = this.#settledCopy(kind);
    this.#aheadFirings = 0;
    for (let index = 0; index < this.tail.size; index += 1) {
      const step = advance(kind, state, this.tail.match(index));
      this.#aheadFirings += step.absences.length + (step.fired === undefined ? 0 : 1);
    }
    return state;
  }

  #settledCopy(kind: WindowKind<unknown>): unknown {
    return this.settled === undefined ? kind.init() : kind.copy(this.settled);
  }
}

interface Step {
  readonly fired: Firing | undefined;
  readonly absences: readonly Firing[];
}

const noFirings: readonly Firing[] = [];

/** Runs the deadlines that come before the match, then the match. */
function advance(kind: WindowKind<unknown>, state: unknown, match: WindowMatch): Step {
  let absences = noFirings;
  while (kind.deadline(state) <= match.timeMs) {
    const absence = kind.atDeadline(state);
    if (absence !== undefined) absences = [...absences, absence];
  }
  return { fired: kind.step(state, match), absences };
}

function foldAll(
  kind: WindowKind<unknown>,
  state: unknown,
  matches: readonly TimedMatch[],
): { readonly fired: readonly FiringEvidence[]; readonly absences: number } {
  const fired: FiringEvidence[] = [];
  let absences = 0;
  for (const match of matches) {
    const step = advance(kind, state, match);
    absences += step.absences.length;
    if (step.fired !== undefined) fired.push({ firing: step.fired, event: match.event });
  }
  return { fired, absences };
}

const compareMatches = (a: WindowMatch, b: WindowMatch): number =>
  a.timeMs - b.timeMs || comparePositions(a.position, b.position);

function isInOrder(tail: MatchTail, matches: readonly TimedMatch[]): boolean {
  let previous: TimedMatch | undefined;
  for (const match of matches) {
    const isNext =
      previous === undefined
        ? tail.isAfterAll(match.timeMs, match.position)
        : match.timeMs > previous.timeMs || compareMatches(match, previous) > 0;
    if (!isNext) return false;
    previous = match;
  }
  return true;
}

/** The matches that the tail does not hold, each once, in order. */
function sortNew(tail: MatchTail, matches: readonly TimedMatch[]): readonly TimedMatch[] {
  const sorted = [...matches].sort(compareMatches);
  return sorted.filter((match, index) => {
    const previous = sorted[index - 1];
    if (previous !== undefined && compareMatches(previous, match) === 0) return false;
    return !tail.find(match.timeMs, match.position).isKnown;
  });
}

/** Both in order and with nothing in common. */
function merge(later: readonly TimedMatch[], fresh: readonly TimedMatch[]): readonly TimedMatch[] {
  const merged: TimedMatch[] = [];
  let next = 0;
  for (const match of later) {
    for (let head = fresh[next]; head !== undefined && compareMatches(head, match) < 0; head = fresh[next]) {
      merged.push(head);
      next += 1;
    }
    merged.push(match);
  }
  return merged.concat(fresh.slice(next));
}

/** A firing is known within its group by time and position. */
const firingName = ({ firing: { timeMs, position } }: FiringEvidence): string =>
  position === null
    ? `${timeMs}`
    : `${timeMs}/${position.topic}/${position.partition}/${position.offset}/${position.index}`;

function without(firings: readonly FiringEvidence[], known: readonly FiringEvidence[]): FiringEvidence[] {
  const names = new Set(known.map(firingName));
  return firings.filter((evidence) => !names.has(firingName(evidence)));
}
