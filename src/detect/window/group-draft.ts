import type { Firing, FiringEvidence, GroupFirings } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import { comparePositions } from '../../shared/model/position.ts';
import type { Refold } from './group-fold.ts';

interface DraftFiring extends FiringEvidence {
  /** The slab's number of the match at which it fired. */
  readonly id: number;
}

/** Collects what one batch did to the firings of one group. Bound: lives for one batch. */
export class GroupDraft {
  readonly #ruleId: string;
  readonly #group: Group;
  readonly #tail: () => readonly Firing[];
  #fired: DraftFiring[] = [];
  #absences: readonly Firing[] = [];
  #withdrawn: readonly Firing[] = [];
  #settled: readonly Firing[] = [];
  #isRefolded = false;
  /** Numbers of the matches in `#fired`; made when asked for. */
  #unsaid: Set<number> | undefined;

  constructor(ruleId: string, group: Group, tail: () => readonly Firing[]) {
    this.#ruleId = ruleId;
    this.#group = group;
    this.#tail = tail;
  }

  /** A match in order fired. */
  append(fired: DraftFiring): void {
    this.#unsaid?.add(fired.id);
    this.#fired.push(fired);
  }

  /** True where the firing at this match is not known outside yet. */
  isUnsaid(id: number): boolean {
    this.#unsaid ??= new Set(this.#fired.map((fired) => fired.id));
    return this.#unsaid.has(id);
  }

  /** Late matches changed the tail. */
  refold(
    { fired, reworked, withdrawn, isBehindKnown }: Refold<unknown>,
    eventOf: (id: number) => LogEvent | null,
  ): void {
    const again = new Set(reworked);
    const events = new Map(this.#fired.map(({ id, event }) => [id, event]));
    this.#fired = [
      ...this.#fired.filter(({ id }) => !again.has(id)),
      ...fired.map(({ firing, id }) => ({ firing, id, event: events.get(id) ?? eventOf(id) })),
    ].sort(inOrder);
    this.#unsaid = undefined;
    this.#withdrawn = [...this.#withdrawn, ...withdrawn];
    if (isBehindKnown) this.#isRefolded = true;
  }

  /** `absences` are new firings of deadlines: they may stand before firings that are not settled yet. */
  settle(settled: readonly Firing[], absences: readonly Firing[]): void {
    this.#settled = [...this.#settled, ...settled];
    if (absences.length > 0) this.#isRefolded = true;
    this.#absences = [...this.#absences, ...absences];
  }

  firings(): GroupFirings {
    const absences = this.#absences.map((firing) => ({ firing, event: null }));
    const fired = [...absences, ...this.#fired.map(({ firing, event }) => ({ firing, event }))];
    if (absences.length > 0) fired.sort((a, b) => a.firing.timeMs - b.firing.timeMs);
    const isQuiet = fired.length === 0 && this.#withdrawn.length === 0;
    return {
      ruleId: this.#ruleId,
      group: this.#group,
      change: this.#isRefolded ? 'refolded' : isQuiet ? 'settled' : 'appended',
      fired,
      withdrawn: this.#withdrawn,
      settled: this.#settled,
      tail: this.#tail,
    };
  }
}

const inOrder = ({ firing: a }: DraftFiring, { firing: b }: DraftFiring): number =>
  a.timeMs - b.timeMs ||
  (a.position === null || b.position === null ? 0 : comparePositions(a.position, b.position));
