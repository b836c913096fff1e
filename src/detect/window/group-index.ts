import { shardCount } from '../../shared/ports/store.ts';
import type { GroupWindow } from './group-window.ts';

/** The shard of a (rule, group): FNV-1a over both. Changing it makes stored snapshots unreadable. */
export function shardOf(ruleId: string, groupKey: string): number {
  return fnv1a(groupKey, fnv1a(ruleId, 0x811c9dc5)) % shardCount;
}

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/**
 * The live groups of one rule, by key and by shard; keys are compared whole, so no two groups ever share a window.
 * Bound: the rule's cap on groups (`RuleWindows`).
 */
export class GroupIndex {
  readonly #ruleId: string;
  readonly #byKey = new Map<string, GroupWindow>();
  readonly #byShard: GroupWindow[][] = [];

  constructor(ruleId: string) {
    this.#ruleId = ruleId;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): GroupWindow | undefined {
    return this.#byKey.get(key);
  }

  add(group: GroupWindow): void {
    const shard = this.#shard(group.key);
    group.slot = shard.length;
    shard.push(group);
    this.#byKey.set(group.key, group);
  }

  /** Takes the group out; the last of its shard moves to its slot. */
  remove(group: GroupWindow): void {
    this.#byKey.delete(group.key);
    const shard = this.#shard(group.key);
    const last = shard.pop();
    if (last === undefined || last === group) return;
    shard[group.slot] = last;
    last.slot = group.slot;
  }

  ofShard(shard: number): readonly GroupWindow[] {
    return this.#byShard[shard] ?? [];
  }

  values(): Iterable<GroupWindow> {
    return this.#byKey.values();
  }

  #shard(key: string): GroupWindow[] {
    const number = shardOf(this.#ruleId, key);
    let shard = this.#byShard[number];
    if (shard === undefined) {
      while (this.#byShard.length <= number) this.#byShard.push([]);
      shard = this.#byShard[number] as GroupWindow[];
    }
    return shard;
  }
}
