import type { TextView } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { type GroupRows, row } from './group-rows.ts';
import { lookedAt } from './looked-at.ts';
import { RowTexts } from './row-texts.ts';

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
/** In place of a number: a key was here, and others may stand behind it. */
const dead = -2;

/**
 * Group keys to small numbers, by open addressing over typed arrays: at a million keys a quarter of the memory of a
 * Map, and nothing for the garbage collector to walk. Keys are compared whole, so no two groups ever share a window.
 * The upper bits of the hash say where a key's place is, so the keys of a shard stand together.
 * Bound: the rule's cap on groups (`RuleWindows`).
 */
export class KeyTable {
  readonly #seed: number;
  /**
   * Numbers below half of their length, and above them the lower bits of the hash: strangers are told without a look at
   * their rows, which at a million keys are far away.
   */
  #slots = new Int32Array(16).fill(empty);
  /** The slots are two to the power of this. */
  #bits = 4;
  readonly #rows: GroupRows;
  readonly #texts: RowTexts;
  #end = 0;
  /** The first number that is not in use; they are linked by their hashes. */
  #free = empty;
  #size = 0;
  /** Slots whose keys are gone, with others behind them. */
  #dead = 0;
  /** Of the last `findAll`. */
  #hashes = new Int32Array(0);

  constructor(ruleId: string, rows: GroupRows) {
    this.#seed = seedOf(ruleId);
    this.#rows = rows;
    this.#texts = new RowTexts(rows);
  }

  get size(): number {
    return this.#size;
  }

  /** Numbers are below this; not all of them need be in use. */
  get end(): number {
    return this.#end;
  }

  has(id: number): boolean {
    return this.#texts.has(id);
  }

  /** The key of a number that is in use. */
  keyOf(id: number): string {
    return this.#texts.textOf(id);
  }

  /** Writes the key of a number that is in use, as a text. */
  writeKey(to: ByteWriter, id: number): void {
    this.#texts.writeTo(to, id);
  }

  /** The number of the key; -1 for a key that is not there. */
  find(key: string): number {
    return this.#find(key, hashOf(this.#seed, key));
  }

  #find(key: string, hash: number): number {
    const mask = this.#slots.length - 1;
    const rest = hash << this.#bits;
    for (let slot = this.#homeOf(hash); ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === empty) return -1;
      if (((found ^ rest) & ~mask) !== 0 || found === dead) continue;
      const id = found & mask;
      if (this.#texts.is(id, key)) return id;
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

  /** Looks at the slots, the likely rows, and texts that are not in them. */
  #lookAt(hashes: Int32Array, likely: Int32Array, length: number): void {
    const slots = this.#slots;
    let seen = 0;
    for (let at = 0; at < length; at += 1) seen ^= slots[this.#homeOf(hashes[at] as number)] as number;
    for (let at = 0; at < length; at += 1) likely[at] = this.#likely(hashes[at] as number);
    const rows = this.#rows.integers;
    for (let at = 0; at < length; at += 1) {
      const id = likely[at] as number;
      if (id !== empty) seen ^= rows[id * row.size + row.text] as number;
    }
    if (this.#texts.hasLong)
      for (let at = 0; at < length; at += 1) {
        const id = likely[at] as number;
        if (id !== empty) seen ^= this.#texts.touch(id);
      }
    lookedAt(seen);
  }

  /** The first number that may be of a key of this hash; -1 where none is. */
  #likely(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const rest = hash << this.#bits;
    for (let slot = this.#homeOf(hash); ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found === empty) return empty;
      if (((found ^ rest) & ~mask) === 0 && found !== dead) return found & mask;
    }
  }

  hashOfView(view: TextView): number {
    return view.text === undefined ? mixed(fnv1aOfBytes(view, this.#seed)) : hashOf(this.#seed, view.text);
  }

  /** `find` of a key that was read, with its hash. */
  findView(view: TextView, hash: number): number {
    const mask = this.#slots.length - 1;
    const rest = hash << this.#bits;
    for (let slot = this.#homeOf(hash); ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === empty) return -1;
      if (((found ^ rest) & ~mask) !== 0 || found === dead) continue;
      const id = found & mask;
      if (this.#texts.isView(id, view)) return id;
    }
  }

  /** Gives a key that is not there a number: the least freed last, or the next. */
  add(key: string): number {
    const id = this.#take(hashOf(this.#seed, key));
    this.#texts.put(id, key);
    return id;
  }

  /** `add` of a key that was read, with its hash. */
  addView(view: TextView, hash: number): number {
    const id = this.#take(hash);
    this.#texts.putView(id, view);
    return id;
  }

  /** Takes the key out. No other key is looked at: their rows are far away. */
  remove(id: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = this.#homeOf(this.#hashAt(id));
    while (((slots[slot] as number) & mask) !== id) slot = (slot + 1) & mask;
    slots[slot] = dead;
    this.#dead += 1;
    // Where nothing stands behind them, nobody passes over dead slots.
    if (slots[(slot + 1) & mask] === empty)
      for (; slots[slot] === dead; slot = (slot - 1) & mask, this.#dead -= 1) slots[slot] = empty;
    this.#texts.release(id, this.#end);
    this.#rows.integers[id * row.size + row.hash] = this.#free;
    this.#free = id;
    this.#size -= 1;
  }

  /** Something of where the key of this number stands. */
  touch(id: number): number {
    return this.#slots[this.#homeOf(this.#hashAt(id))] as number;
  }

  /** Makes room for so many keys. */
  reserve(count: number): void {
    this.#rows.reserve(count);
    let bits = this.#bits;
    while (2 ** bits < 2 * count) bits += 1;
    if (bits > this.#bits) this.#rebuild(bits);
  }

  /** The numbers of the keys of a shard. */
  ofShard(shard: number): readonly number[] {
    const mask = this.#slots.length - 1;
    const found: number[] = [];
    const end = this.#homeOf((shard << 24) | 0xff_ff_ff);
    // Where the place of a key was taken it stands behind it, without a gap between.
    for (let slot = this.#homeOf(shard << 24), seen = 0; seen <= mask; slot += 1, seen += 1) {
      const next = this.#slots[slot & mask] as number;
      if (next === empty && slot > end) break;
      if (next !== empty && next !== dead && shardOfHash(this.#hashAt(next & mask)) === shard)
        found.push(next & mask);
    }
    return found;
  }

  /** A number for a key of this hash, in its place. */
  #take(hash: number): number {
    let id = this.#free;
    if (id !== empty) this.#free = this.#hashAt(id);
    else {
      id = this.#end;
      this.#end += 1;
      this.#rows.reserve(this.#end);
    }
    this.#rows.integers[id * row.size + row.hash] = hash;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#rebuild(this.#bits + 1);
    // A key that is gone makes at most one slot dead, so so many went before the slots are made anew.
    else if ((this.#size + this.#dead) * 4 > this.#slots.length * 3) this.#rebuild(this.#bits);
    this.#place(id);
    return id;
  }

  #hashAt(id: number): number {
    return this.#rows.integers[id * row.size + row.hash] as number;
  }

  #homeOf(hash: number): number {
    return hash >>> (32 - this.#bits);
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1;
    const hash = this.#hashAt(id);
    let slot = this.#homeOf(hash);
    while (this.#slots[slot] !== empty && this.#slots[slot] !== dead) slot = (slot + 1) & mask;
    if (this.#slots[slot] === dead) this.#dead -= 1;
    this.#slots[slot] = (hash << this.#bits) | id;
  }

  /** The keys go to their places in the order in which they stood, so that neighbours in the memory are written together. */
  #rebuild(bits: number): void {
    const before = this.#slots;
    this.#bits = bits;
    this.#slots = new Int32Array(2 ** bits).fill(empty);
    this.#dead = 0;
    for (const found of before)
      if (found !== empty && found !== dead) this.#place(found & (before.length - 1));
  }
}
