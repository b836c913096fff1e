import { shardCount } from '../../shared/ports/store.ts';
import { grow } from './grow.ts';

/** Hash of a (rule, group): FNV-1a over both, its bits mixed (murmur3's end). Stored snapshots depend on it. */
function hashOf(seed: number, groupKey: string): number {
  let hash = fnv1a(groupKey, seed);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const seedOf = (ruleId: string): number => fnv1a(ruleId, 0x811c9dc5);

/** The shard of a (rule, group), 0 to 255: the upper byte of its hash. */
export const shardOf = (ruleId: string, groupKey: string): number => hashOf(seedOf(ruleId), groupKey) >>> 24;

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

const empty = -1;

/**
 * Group keys to small numbers, by open addressing over typed arrays: at a million keys a third of the memory of a
 * Map, and nothing for the garbage collector to walk. Keys are compared whole, so no two groups ever share a window.
 * The keys of a shard are linked in a list.
 * Bound: the rule's cap on groups (`RuleWindows`).
 */
export class KeyTable {
  readonly #seed: number;
  #slots = new Int32Array(16).fill(empty);
  #hashes = new Int32Array(16);
  readonly #shards = new Int32Array(shardCount).fill(empty);
  #next = new Int32Array(16);
  #previous = new Int32Array(16);
  readonly #keys: (string | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(ruleId: string) {
    this.#seed = seedOf(ruleId);
  }

  get size(): number {
    return this.#keys.length - this.#free.length;
  }

  /** Numbers are below this; not all of them need be in use. */
  get end(): number {
    return this.#keys.length;
  }

  /** Undefined where the number is not in use. */
  keyOf(id: number): string | undefined {
    return this.#keys[id];
  }

  /** The number of the key; -1 for a key that is not there. */
  find(key: string): number {
    const hash = hashOf(this.#seed, key);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] as number;
      if (id === empty) return -1;
      if (this.#hashes[id] === (hash | 0) && this.#keys[id] === key) return id;
    }
  }

  /** Gives a key that is not there a number: the least freed last, or the next. */
  add(key: string): number {
    const id = this.#free.pop() ?? this.#keys.length;
    if (id >= this.#hashes.length) this.#grow(id + 1);
    const hash = hashOf(this.#seed, key);
    this.#keys[id] = key;
    this.#hashes[id] = hash;
    this.#link(id, this.#shards[hash >>> 24] as number);
    this.#link(empty, id);
    this.#shards[hash >>> 24] = id;
    if (this.size * 2 > this.#slots.length) this.#rebuild();
    else this.#place(id);
    return id;
  }

  /** Takes the key out, and moves what follows up, so that no slot is dead. */
  remove(id: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#homeOf(id);
    while (this.#slots[hole] !== id) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const next = this.#slots[slot] as number;
      if (next === empty) break;
      const isBeforeHole = ((slot - this.#homeOf(next)) & mask) >= ((slot - hole) & mask);
      if (!isBeforeHole) continue;
      this.#slots[hole] = next;
      hole = slot;
    }
    this.#slots[hole] = empty;
    this.#unlink(id);
    this.#keys[id] = undefined;
    this.#free.push(id);
  }

  /** The numbers of the keys of a shard. */
  ofShard(shard: number): readonly number[] {
    const found: number[] = [];
    for (let id = this.#shards[shard] as number; id !== empty; id = this.#next[id] as number) found.push(id);
    return found;
  }

  #homeOf(id: number): number {
    return (this.#hashes[id] as number) & (this.#slots.length - 1);
  }

  #link(id: number, next: number): void {
    if (id !== empty) this.#next[id] = next;
    if (next !== empty) this.#previous[next] = id;
  }

  #unlink(id: number): void {
    const next = this.#next[id] as number;
    const previous = this.#previous[id] as number;
    this.#link(previous, next);
    if (previous === empty) this.#shards[(this.#hashes[id] as number) >>> 24] = next;
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(id);
    while (this.#slots[slot] !== empty) slot = (slot + 1) & mask;
    this.#slots[slot] = id;
  }

  #grow(size: number): void {
    this.#hashes = grow(this.#hashes, size);
    this.#next = grow(this.#next, size);
    this.#previous = grow(this.#previous, size);
  }

  #rebuild(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(empty);
    for (let id = 0; id < this.#keys.length; id += 1) if (this.#keys[id] !== undefined) this.#place(id);
  }
}
