import type { Firing } from '../../shared/model/firing.ts';
import { groupOfKey } from '../group-key.ts';
import type { HeardFiring } from './feed-firings.ts';
import { firingsStay } from './firings-that-stay.ts';
import type { Refold } from './group-fold.ts';
import type { GroupTable } from './group-table.ts';
import type { WindowedRule } from './rule-windows.ts';

/**
 * The firings of a rule that others name, until they are fed to those. What they heard comes and stays, so they hear of a
 * firing when no late match can take it away any more: at once where the window is such that none ever can, and else when
 * it settles. Bound: lives for one batch.
 */
export class HeardFirings {
  /** Whether other rules name this one: nothing is kept where none does. */
  isHeard = false;
  readonly #isAtOnce: boolean;
  readonly #rule: WindowedRule;
  readonly #keys: GroupTable['keys'];
  #kept: HeardFiring[] = [];

  constructor(rule: WindowedRule, keys: GroupTable['keys']) {
    this.#isAtOnce = firingsStay(rule.window);
    this.#rule = rule;
    this.#keys = keys;
  }

  /** One in order. */
  fired(group: number, firing: Firing): void {
    if (this.isHeard && this.#isAtOnce) this.#keep(group, [firing]);
  }

  /** Those that late matches brought. */
  refolded(group: number, { fired, reworked }: Refold<unknown>): void {
    if (!this.isHeard || !this.#isAtOnce) return;
    const known = new Set(reworked);
    const added = fired.filter(({ id }) => !known.has(id));
    this.#keep(
      group,
      added.map(({ firing }) => firing),
    );
  }

  settled(group: number, firings: readonly Firing[]): void {
    if (this.isHeard && !this.#isAtOnce) this.#keep(group, firings);
  }

  /** Those since the last call, in the order in which they were known to stay. */
  take(): readonly HeardFiring[] {
    const kept = this.#kept;
    if (kept.length > 0) this.#kept = [];
    return kept;
  }

  #keep(group: number, firings: readonly Firing[]): void {
    const known = groupOfKey(this.#keys.keyOf(group), this.#rule.groupBy);
    for (const firing of firings) this.#kept.push({ group: known, firing });
  }
}
