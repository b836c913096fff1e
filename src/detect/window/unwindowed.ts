import type { FiringEvidence, GroupFirings } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { Match } from '../../shared/model/match.ts';

/** A rule without window: every match fires, whenever it comes. Bound: the firings of one batch. */
export class Unwindowed {
  readonly #ruleId: string;
  #groups = new Map<string, { readonly group: Group; readonly fired: FiringEvidence[] }>();

  constructor(ruleId: string) {
    this.#ruleId = ruleId;
  }

  fold({ group, event }: Match): void {
    const { timeMs, position, weight } = event;
    const firing = {
      timeMs,
      position,
      value: weight,
      fromMs: timeMs - 1,
      toMs: timeMs,
      firstMs: timeMs,
      lastMs: timeMs,
      matches: 1,
      fresh: 1,
    };
    const known = this.#groups.get(group.key);
    if (known === undefined) this.#groups.set(group.key, { group, fired: [{ firing, event }] });
    else known.fired.push({ firing, event });
  }

  takeFirings(): readonly GroupFirings[] {
    if (this.#groups.size === 0) return [];
    const firings = [...this.#groups.values()].map(({ group, fired }) => ({
      ruleId: this.#ruleId,
      group,
      change: 'unwindowed' as const,
      fired,
      withdrawn: [],
      settled: [],
      tail: () => [],
    }));
    this.#groups = new Map();
    return firings;
  }
}
