import type { StoredWindows, WindowState } from '../../shared/ports/store.ts';
import { ByteReader, textView } from './byte-reader.ts';
import { bytesOfText } from './bytes-of-text.ts';
import { shardOf, shardOfHash } from './key-table.ts';
import { restoreTails } from './restore-tails.ts';
import type { RuleWindows } from './rule-windows.ts';
import { openState, readHeading, readState, readTexts, type WrittenRule } from './window-bytes.ts';

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
  const shards = stored.shards.map((found) => ({ ...found, bytes: bytesOf(found.snapshot) }));
  restoring.reserve(shards.map(({ bytes }) => bytes));
  for (const { bytes, ...found } of shards) restoring.shard(bytes, found);
  for (const { sequence, delta } of stored.deltas) restoring.delta(bytesOf(delta), sequence);
  for (const windows of rules.values()) windows.restored();
  return restoring;
}

const bytesOf = (state: WindowState): Uint8Array => (typeof state === 'string' ? bytesOfText(state) : state);

class Restoring implements Restored {
  lastMs = Number.NEGATIVE_INFINITY;
  readonly stale = new Set<string>();
  readonly #rules: ReadonlyMap<string, RuleWindows>;
  readonly #key = textView();
  readonly #sequences = new Map<number, number>();
  /** Greatest sequence of any shard. */
  #newest = Number.NEGATIVE_INFINITY;

  constructor(rules: ReadonlyMap<string, RuleWindows>) {
    this.#rules = rules;
  }

  /** Makes room for the groups of all shards at once. */
  reserve(states: readonly Uint8Array[]): void {
    const groups = new Map<string, number>();
    for (const state of states) {
      const from = openState(state);
      from.number();
      for (let rules = from.count(); rules > 0; rules -= 1) {
        const { id } = readHeading(from);
        groups.set(id, (groups.get(id) ?? 0) + new ByteReader(from.piece()).count());
      }
    }
    for (const [id, count] of groups) this.#rules.get(id)?.table.reserve(count);
  }

  shard(state: Uint8Array, { shard, sequence }: { readonly shard: number; readonly sequence: number }): void {
    this.#sequences.set(shard, sequence);
    this.#newest = Math.max(this.#newest, sequence);
    const from = openState(state);
    this.#see(from.number());
    for (let rules = from.count(); rules > 0; rules -= 1) {
      const windows = this.#windowsOf(readHeading(from));
      const body = new ByteReader(from.piece());
      if (windows !== undefined) restoreGroups(windows, body);
    }
  }

  delta(state: Uint8Array, sequence: number): void {
    const from = openState(state);
    this.#see(from.number());
    for (const ruleId of readTexts(from)) this.#drop(ruleId, sequence);
    for (let rules = from.count(); rules > 0; rules -= 1) {
      const windows = this.#windowsOf(readHeading(from));
      const body = new ByteReader(from.piece());
      if (windows !== undefined) this.#change(windows, body, sequence);
    }
  }

  #change({ rule, table, groups }: RuleWindows, from: ByteReader, sequence: number): void {
    for (let pieces = from.count(); pieces > 0; pieces -= 1) {
      const ids = new Int32Array(from.count());
      for (let place = 0; place < ids.length; place += 1) {
        from.textInto(this.#key);
        const hash = table.keys.hashOfView(this.#key);
        ids[place] = this.#countsIn(shardOfHash(hash), sequence) ? table.ofView(this.#key, hash) : -1;
      }
      restoreTails(groups, ids, from);
    }
    const counts = (key: string): boolean => this.#counts(rule.id, key, sequence);
    for (const key of readTexts(from)) if (counts(key)) table.removeKey(key);
  }

  #see(lastMs: number): void {
    this.lastMs = Math.max(this.lastMs, lastMs);
  }

  /** The rule's windows, told how far they had settled; undefined for a rule that is gone or changed. */
  #windowsOf(written: WrittenRule): RuleWindows | undefined {
    const windows = this.#rules.get(written.id);
    if (windows?.rule.hash !== written.hash) {
      this.stale.add(written.id);
      return undefined;
    }
    windows.settledMs = Math.max(windows.settledMs, written.settledMs);
    windows.table.ruleFirstMs = Math.min(windows.table.ruleFirstMs, written.firstMs);
    windows.begin(written.beganMs);
    return windows;
  }

  /** A delta says nothing new of a shard whose snapshot is as young. */
  #counts(ruleId: string, key: string, sequence: number): boolean {
    return this.#countsIn(shardOf(ruleId, key), sequence);
  }

  #countsIn(shard: number, sequence: number): boolean {
    return sequence > this.#newest || sequence > (this.#sequences.get(shard) ?? Number.NEGATIVE_INFINITY);
  }

  #drop(ruleId: string, sequence: number): void {
    this.stale.delete(ruleId);
    const windows = this.#rules.get(ruleId);
    if (windows === undefined) return;
    for (const group of windows.table.ids()) {
      const key = windows.table.keys.keyOf(group);
      if (this.#counts(ruleId, key, sequence)) windows.table.remove(group);
    }
  }
}

function restoreGroups({ table, groups }: RuleWindows, from: ByteReader): void {
  const ids = new Int32Array(from.count());
  const key = textView();
  for (let place = 0; place < ids.length; place += 1) {
    from.textInto(key);
    const group = table.ofView(key, table.keys.hashOfView(key));
    ids[place] = group;
    const settled = readState(from);
    if (settled !== undefined) table.settled.putWritten(group, settled);
  }
  restoreTails(groups, ids, from);
}
