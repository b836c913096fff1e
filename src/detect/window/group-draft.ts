import type { Firing, FiringEvidence, GroupFirings } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Refold, SlabFiring } from './group-fold.ts';

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

  constructor(ruleId: string, group: Group, tail: () => readonly Firing[]) {
    this.#ruleId = ruleId;
    this.#group = group;
    this.#tail = tail;
  }

  /** A match in order fired. */
  append(fired: DraftFiring): void {
    this.#fired.push(fired);
  }

  /** Late matches changed the tail; what fired earlier in this batch is not known outside yet. */
  refold({ before, after }: Refold<unknown>, eventOf: (id: number) => LogEvent | null): void {
    const mine = new Set(this.#fired.map(({ id }) => id));
    const known = before.filter(({ id }) => !mine.has(id));
    const reworked = new Set(before.map(({ id }) => id));
    this.#fired = [
      ...this.#fired.filter(({ id }) => !reworked.has(id)),
      ...without(after, known).map(({ firing, id }) => ({ firing, id, event: eventOf(id) })),
    ];
    this.#withdrawn = [...this.#withdrawn, ...without(known, after).map(({ firing }) => firing)];
    if (known.length > 0) this.#isRefolded = true;
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

function without(firings: readonly SlabFiring[], known: readonly SlabFiring[]): readonly SlabFiring[] {
  const ids = new Set(known.map(({ id }) => id));
  return firings.filter(({ id }) => !ids.has(id));
}
