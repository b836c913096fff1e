import { shardCount } from '../../shared/ports/store.ts';
import type { TextView } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { grow } from './grow.ts';
import { KeyTexts } from './key-texts.ts';
import { lookedAt } from './looked-at.ts';

/** Hash of a (rule, group): FNV-1a over both, its bits mixed (murmur3's end). Stored snapshots depend on it. */
const hashOf = (seed: number, groupKey: string): number => mixed(fnv1a(groupKey, seed));

function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

const seedOf = (ruleId: string): number => fnv1a(ruleId, 0x811c9dc5);

/** The shard of a (rule, group), 0 to 255: the upper byte of its hash. */
export const shardOf = (ruleId: string, groupKey: string): number =>
  shardOfHash(hashOf(seedOf(ruleId), groupKey));

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

function fnv1aOfBytes({ bytes, start, length }: TextView, seed: number): number {
  let hash = seed;
  for (let at = start; at < start + length; at += 1)
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}

/** The shard that the upper byte of a hash says. */
export const shardOfHash = (hash: number): number => hash >>> 24;

const empty = -1;

/** A key is a row of four integers: its hash, the reference of its text, and its neighbours in the list of its shard. */
const row = { size: 4, hash: 0, text: 1, next: 2, previous: 3 };
/** In place of `previous`, for a number that is not in use. */
const unused = -2;

/**
 * Group keys to small numbers, by open addressing over typed arrays: at a million keys a quarter of the memory of a
 * Map, and nothing for the garbage collector to walk. Keys are compared whole, so no two groups ever share a window.
 * The keys of a shard are linked in a list.
 * Bound: the rule's cap on groups (`RuleWindows`).
 */
export class KeyTable {
  readonly #seed: number;
  /**
   * Numbers below half of their length, and above them what is left of the hash: strangers are told without a look at
   * their rows, which at a million keys are far away.
   */
  #slots = new Int32Array(16).fill(empty);
  #rows = new Int32Array(16 * row.size);
  readonly #shards = new Int32Array(shardCount).fill(empty);
  #texts = new KeyTexts();
  #end = 0;
  /** The first number that is not in use; they are linked by `next`. */
  #free = empty;
  #size = 0;
  /** Of the last `findAll`. */
  #hashes = new Int32Array(0);

  constructor(ruleId: string) {
    this.#seed = seedOf(ruleId);
  }

  get size(): number {
    return this.#size;
  }

  /** Numbers are below this; not all of them need be in use. */
  get end(): number {
    return this.#end;
  }

  has(id: number): boolean {
    return this.#rows[id * row.size + row.previous] !== unused;
  }

  /** The key of a number that is in use. */
  keyOf(id: number): string {
    return this.#texts.textOf(this.#rows[id * row.size + row.text] as number);
  }

  /** Writes the key of a number that is in use, as a text. */
  writeKey(to: ByteWriter, id: number): void {
    this.#texts.writeTo(to, this.#rows[id * row.size + row.text] as number);
  }

  /** The number of the key; -1 for a key that is not there. */
  find(key: string): number {
    return this.#find(key, hashOf(this.#seed, key));
  }

  #find(key: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === empty) return -1;
      if (((found ^ hash) & ~mask) !== 0) continue;
      const id = found & mask;
      if (this.#texts.is(this.#rows[id * row.size + row.text] as number, key)) return id;
    }
  }

  /** `find` of many keys. Looks at one place of the memory after the other for all of them (`lookedAt`). */
  findAll(keys: readonly string[], ids: Int32Array): void {
    const { length } = keys;
    if (this.#hashes.length < length) this.#hashes = new Int32Array(length);
    const hashes = this.#hashes;
    for (let at = 0; at < length; at += 1) hashes[at] = hashOf(this.#seed, keys[at] as string);
    this.#lookAt(hashes, ids, length);
    for (let at = 0; at < length; at += 1) ids[at] = this.#find(keys[at] as string, hashes[at] as number);
  }

  /** Looks at the slots, the likely rows and their texts. */
  #lookAt(hashes: Int32Array, likely: Int32Array, length: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let seen = 0;
    for (let at = 0; at < length; at += 1) seen ^= slots[(hashes[at] as number) & mask] as number;
    for (let at = 0; at < length; at += 1) likely[at] = this.#likely(hashes[at] as number);
    for (let at = 0; at < length; at += 1) seen ^= this.#textOf(likely[at] as number);
    for (let at = 0; at < length; at += 1) seen ^= this.#texts.touch(this.#textOf(likely[at] as number));
    lookedAt(seen);
  }

  #textOf(id: number): number {
    return id === empty ? 0 : (this.#rows[id * row.size + row.text] as number);
  }

  /** The first number that may be of a key of this hash; -1 where none is. */
  #likely(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found === empty) return empty;
      if (((found ^ hash) & ~mask) === 0) return found & mask;
    }
  }

  hashOfView(view: TextView): number {
    return view.text === undefined ? mixed(fnv1aOfBytes(view, this.#seed)) : hashOf(this.#seed, view.text);
  }

  /** `find` of a key that was read, with its hash. */
  findView(view: TextView, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === empty) return -1;
      if (((found ^ hash) & ~mask) !== 0) continue;
      const id = found & mask;
      if (this.#texts.isView(this.#rows[id * row.size + row.text] as number, view)) return id;
    }
  }

  /** Gives a key that is not there a number: the least freed last, or the next. */
  add(key: string): number {
    return this.#add(hashOf(this.#seed, key), this.#texts.add(key));
  }

  /** `add` of a key that was read, with its hash. */
  addView(view: TextView, hash: number): number {
    return this.#add(hash, this.#texts.addView(view));
  }

  #add(hash: number, text: number): number {
    const id = this.#take();
    const at = id * row.size;
    const shard = shardOfHash(hash);
    this.#rows[at] = hash;
    this.#rows[at + row.text] = text;
    this.#link(id, this.#shards[shard] as number);
    this.#rows[at + row.previous] = empty;
    this.#shards[shard] = id;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#rebuild(this.#slots.length * 2);
    else this.#place(id);
    return id;
  }

  /** Takes the key out, and moves what follows up, so that no slot is dead. */
  remove(id: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#homeOf(id);
    while (((this.#slots[hole] as number) & mask) !== id) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const next = this.#slots[slot] as number;
      if (next === empty) break;
      const isBeforeHole = ((slot - this.#homeOf(next & mask)) & mask) >= ((slot - hole) & mask);
      if (!isBeforeHole) continue;
      this.#slots[hole] = next;
      hole = slot;
    }
    this.#slots[hole] = empty;
    this.#unlink(id);
    this.#release(id);
  }

  /** Makes room for so many keys. */
  reserve(count: number): void {
    if (count * row.size > this.#rows.length) this.#rows = grow(this.#rows, count * row.size);
    let slots = this.#slots.length;
    while (slots < 2 * count) slots *= 2;
    if (slots > this.#slots.length) this.#rebuild(slots);
  }

  /** The numbers of the keys of a shard. */
  ofShard(shard: number): readonly number[] {
    const found: number[] = [];
    for (let id = this.#shards[shard] as number; id !== empty; id = this.#nextOf(id)) found.push(id);
    return found;
  }

  #take(): number {
    if (this.#free !== empty) {
      const id = this.#free;
      this.#free = this.#nextOf(id);
      return id;
    }
    const id = this.#end;
    this.#end += 1;
    if (this.#end * row.size > this.#rows.length) this.#rows = grow(this.#rows, this.#end * row.size);
    return id;
  }

  #release(id: number): void {
    const at = id * row.size;
    this.#texts.release(this.#rows[at + row.text] as number);
    this.#rows[at + row.next] = this.#free;
    this.#rows[at + row.previous] = unused;
    this.#free = id;
    this.#size -= 1;
    if (this.#texts.isLoose) this.#compact();
  }

  #nextOf(id: number): number {
    return this.#rows[id * row.size + row.next] as number;
  }

  #homeOf(id: number): number {
    return (this.#rows[id * row.size] as number) & (this.#slots.length - 1);
  }

  #link(id: number, next: number): void {
    if (id !== empty) this.#rows[id * row.size + row.next] = next;
    if (next !== empty) this.#rows[next * row.size + row.previous] = id;
  }

  #unlink(id: number): void {
    const next = this.#nextOf(id);
    const previous = this.#rows[id * row.size + row.previous] as number;
    this.#link(previous, next);
    if (previous === empty) this.#shards[(this.#rows[id * row.size] as number) >>> 24] = next;
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(id);
    while (this.#slots[slot] !== empty) slot = (slot + 1) & mask;
    this.#slots[slot] = ((this.#rows[id * row.size] as number) & ~mask) | id;
  }

  #rebuild(slots: number): void {
    this.#slots = new Int32Array(slots).fill(empty);
    for (let id = 0; id < this.#end; id += 1) if (this.has(id)) this.#place(id);
  }

  /** Moves the texts close together: each byte that died pays for one that is moved. */
  #compact(): void {
    const texts = new KeyTexts();
    for (let id = 0; id < this.#end; id += 1) {
      if (!this.has(id)) continue;
      const at = id * row.size + row.text;
      this.#rows[at] = this.#texts.moveTo(texts, this.#rows[at] as number);
    }
    this.#texts = texts;
  }
}
