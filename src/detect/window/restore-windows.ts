import type { StoredWindows } from '../../shared/ports/store.ts';
import { shardOf } from './key-table.ts';
import { restoreTails } from './restore-tails.ts';
import type { RuleWindows } from './rule-windows.ts';
import { type DeltaText, readDelta, readShard, type ShardText } from './window-text.ts';

export interface Restored {
  /** Greatest time of any match the stored state had seen. */
  readonly lastMs: number;
  /** Rules with stored state that no longer counts: gone, or changed in meaning. */
  readonly stale: ReadonlySet<string>;
}

/**
 * Puts the stored state into the rules' windows: the snapshot of each shard, then every delta of a later sequence,
 * oldest first; then settles what had been settled. Shards may be of different sequences.
 */
export function restoreWindows(stored: StoredWindows, rules: ReadonlyMap<string, RuleWindows>): Restored {
  const restoring = new Restoring(rules);
  for (const { shard, sequence, snapshot } of stored.shards)
    restoring.shard(readShard(snapshot), { shard, sequence });
  for (const { sequence, delta } of stored.deltas) restoring.delta(readDelta(delta), sequence);
  for (const windows of rules.values()) windows.restored();
  return restoring;
}

class Restoring implements Restored {
  lastMs = Number.NEGATIVE_INFINITY;
  readonly stale = new Set<string>();
  readonly #rules: ReadonlyMap<string, RuleWindows>;
  readonly #sequences = new Map<number, number>();
  /** Greatest sequence of any shard. */
  #newest = Number.NEGATIVE_INFINITY;

  constructor(rules: ReadonlyMap<string, RuleWindows>) {
    this.#rules = rules;
  }

  shard(text: ShardText, { shard, sequence }: { readonly shard: number; readonly sequence: number }): void {
    this.#sequences.set(shard, sequence);
    this.#newest = Math.max(this.#newest, sequence);
    this.#see(text.lastMs);
    for (const rule of text.rules) {
      const windows = this.#windowsOf(rule);
      if (windows === undefined) continue;
      for (const [key, settled] of rule.settled)
        windows.table.settled.putWritten(windows.table.of(key), settled);
      restoreTails(windows, rule.tails, () => true);
    }
  }

  delta(text: DeltaText, sequence: number): void {
    this.#see(text.lastMs);
    for (const ruleId of text.dropped) this.#drop(ruleId, sequence);
    for (const rule of text.rules) {
      const windows = this.#windowsOf(rule);
      if (windows === undefined) continue;
      const counts = (key: string): boolean => this.#counts(rule.id, key, sequence);
      for (const accepted of [rule.accepted ?? []].flat()) restoreTails(windows, accepted, counts);
      for (const key of rule.evicted.filter(counts)) windows.table.removeKey(key);
    }
  }

  #see(lastMs: number | null): void {
    if (lastMs !== null) this.lastMs = Math.max(this.lastMs, lastMs);
  }

  /** The rule's windows, told how far they had settled; undefined for a rule that is gone or changed. */
  #windowsOf(written: {
    readonly id: string;
    readonly hash: string;
    readonly settledMs: number | null;
    readonly firstMs?: number | null;
    readonly beganMs?: number;
  }): RuleWindows | undefined {
    const windows = this.#rules.get(written.id);
    if (windows?.rule.hash !== written.hash) {
      this.stale.add(written.id);
      return undefined;
    }
    windows.settledMs = Math.max(windows.settledMs, written.settledMs ?? Number.NEGATIVE_INFINITY);
    windows.table.ruleFirstMs = Math.min(
      windows.table.ruleFirstMs,
      written.firstMs ?? Number.POSITIVE_INFINITY,
    );
    if (written.beganMs !== undefined) windows.begin(written.beganMs);
    return windows;
  }

  /** A delta says nothing new of a shard whose snapshot is as young. */
  #counts(ruleId: string, key: string, sequence: number): boolean {
    if (sequence > this.#newest) return true;
    return sequence > (this.#sequences.get(shardOf(ruleId, key)) ?? Number.NEGATIVE_INFINITY);
  }

  #drop(ruleId: string, sequence: number): void {
    this.stale.delete(ruleId);
    const windows = this.#rules.get(ruleId);
    if (windows === undefined) return;
    for (const group of windows.table.ids()) {
      const key = windows.table.keys.keyOf(group) ?? '';
      if (this.#counts(ruleId, key, sequence)) windows.table.remove(group);
    }
  }
}
