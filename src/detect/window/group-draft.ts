import type { Firing, FiringEvidence, GroupFirings } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { Acceptance } from './group-window.ts';

/** Collects what one batch did to the firings of one group. Bound: lives for one batch. */
export class GroupDraft {
  readonly #ruleId: string;
  readonly #group: Group;
  readonly #tail: () => readonly Firing[];
  #fired: readonly FiringEvidence[] = [];
  #withdrawn: readonly Firing[] = [];
  #settled: readonly Firing[] = [];
  #isRefolded = false;

  constructor(ruleId: string, group: Group, tail: () => readonly Firing[]) {
    this.#ruleId = ruleId;
    this.#group = group;
    this.#tail = tail;
  }

  accept({ fired, withdrawn, isRefolded }: Acceptance): void {
    this.#fired = fired;
    this.#withdrawn = withdrawn;
    this.#isRefolded = isRefolded;
  }

  /** `absences` are new firings of deadlines: they may stand before firings that are not settled yet. */
  settle(settled: readonly Firing[], absences: readonly Firing[]): void {
    this.#settled = settled;
    if (absences.length === 0) return;
    this.#isRefolded = true;
    const evidence = absences.map((firing) => ({ firing, event: null }));
    this.#fired = [...evidence, ...this.#fired].sort((a, b) => a.firing.timeMs - b.firing.timeMs);
  }

  firings(): GroupFirings {
    const isQuiet = this.#fired.length === 0 && this.#withdrawn.length === 0;
    return {
      ruleId: this.#ruleId,
      group: this.#group,
      change: this.#isRefolded ? 'refolded' : isQuiet ? 'settled' : 'appended',
      fired: this.#fired,
      withdrawn: this.#withdrawn,
      settled: this.#settled,
      tail: this.#tail,
    };
  }
}
