import type { StoredWindows, WindowState } from '../../shared/ports/store.ts';
import { ByteReader, textView } from './byte-reader.ts';
import { bytesOfText } from './bytes-of-text.ts';
import { shardOf, shardOfHash } from './key-table.ts';
import { restoreTails } from './restore-tails.ts';
import type { RuleWindows } from './rule-windows.ts';
import {
  openState,
  readHeading,
  readNotBefore,
  readState,
  readTexts,
  type WrittenRule,
} from './window-bytes.ts';

export interface Restored {
  /** Greatest time of any match the stored state had seen. */
  readonly lastMs: number;
  /** Rules with stored state that no longer counts: gone, or changed in meaning. */
  readonly stale: ReadonlySet<string>;
  /** Rules of which there is state. */
  readonly known: ReadonlySet<RuleWindows>;
}

/**
 * Puts the stored state into the rules' windows: the snapshot of each shard, then every delta of a later sequence,
 * oldest first; then settles what had been settled. Shards may be of different sequences.
 */
export function restoreWindows(stored: StoredWindows, rules: ReadonlyMap<string, RuleWindows>): Restored {
  const restoring = new Restoring(rules);
  const shards = stored.shards.map((found) => ({ ...found, bytes: bytesOf(found.snapshot) }));
  const deltas = stored.deltas.map(({ sequence, delta }) => ({ sequence, bytes: bytesOf(delta) }));
  restoring.reserve(shards.map(({ bytes }) => bytes));
  for (const { sequence, bytes } of deltas) restoring.findDropped(bytes, sequence);
  for (const { bytes, ...found } of shards) restoring.shard(bytes, found);
  for (const { sequence, bytes } of deltas) restoring.delta(bytes, sequence);
  for (const windows of rules.values()) windows.restored();
  return restoring;
}

const bytesOf = (state: WindowState): Uint8Array => (typeof state === 'string' ? bytesOfText(state) : state);

class Restoring implements Restored {
  lastMs = Number.NEGATIVE_INFINITY;
  readonly stale = new Set<string>();
  readonly known = new Set<RuleWindows>();
  readonly #rules: ReadonlyMap<string, RuleWindows>;
  readonly #key = textView();
  readonly #sequences = new Map<number, number>();
  /** Since when the state of a rule counts: it began anew with that delta. What is older is of another life of it. */
  readonly #since = new Map<string, number>();
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

  findDropped(state: Uint8Array, sequence: number): void {
    const from = openState(state);
    from.number();
    for (const ruleId of readTexts(from)) this.#since.set(ruleId, sequence);
  }

  shard(state: Uint8Array, { shard, sequence }: { readonly shard: number; readonly sequence: number }): void {
    this.#sequences.set(shard, sequence);
    this.#newest = Math.max(this.#newest, sequence);
    const from = openState(state);
    this.#see(from.number());
    for (let rules = from.count(); rules > 0; rules -= 1) {
      const windows = this.#windowsOf(readHeading(from), sequence);
      const body = new ByteReader(from.piece());
      if (windows === undefined) continue;
      restoreGroups(windows, body);
      windows.notBeforeMs = readNotBefore(body);
    }
  }

  delta(state: Uint8Array, sequence: number): void {
    const from = openState(state);
    this.#see(from.number());
    readTexts(from);
    for (let rules = from.count(); rules > 0; rules -= 1) {
      const windows = this.#windowsOf(readHeading(from), sequence);
      const body = new ByteReader(from.piece());
      if (windows === undefined) continue;
      this.#change(windows, body, sequence);
      windows.notBeforeMs = readNotBefore(body);
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

  /** The rule's windows, told how far they had settled; undefined for a rule that is gone or changed, or began anew later. */
  #windowsOf(written: WrittenRule, sequence: number): RuleWindows | undefined {
    if (sequence < (this.#since.get(written.id) ?? Number.NEGATIVE_INFINITY)) return undefined;
    const windows = this.#rules.get(written.id);
    if (windows?.rule.hash !== written.hash) {
      this.stale.add(written.id);
      return undefined;
    }
    this.known.add(windows);
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
