import type { PlaceSearch } from './place-search.ts';
import { type AtomSet, noAtoms } from './signature-memo.ts';
import type { TextIndex } from './text-index.ts';
import { isRemembered, ValueCache } from './value-cache.ts';

/**
 * A member of the objects at a place, behind certain others: events of one kind have the same members in the same order, and
 * much the same in them.
 */
export class Step {
  readonly key: string;
  /** Null where nothing in it matters. */
  readonly place: EventPath | null;
  /** What was there the last time, and what it made true. */
  last: unknown;
  lastSet: AtomSet = noAtoms;
  /** The same of the two that were there before it, none of them twice: comparing costs less than hashing, of call traces above all. */
  second: unknown;
  secondSet: AtomSet = noAtoms;
  third: unknown;
  thirdSet: AtomSet = noAtoms;
  /** The member that followed last, which is nearly always the one that follows again. */
  next: Step | undefined;
  /** All that followed, where there were several. */
  others: Map<string, Step> | undefined;

  constructor(key: string, place: EventPath | null) {
    this.key = key;
    this.place = place;
  }

  /** What the value made true, if it is one of the two before the last: it is the last then. `value` is not undefined. */
  recall(value: unknown): AtomSet | undefined {
    const isSecond = value === this.second;
    if (!isSecond && value !== this.third) return undefined;
    const set = isSecond ? this.secondSet : this.thirdSet;
    if (!isSecond) this.#moveSecond();
    this.#moveIn(value, set);
    return set;
  }

  /** `value` is none of those that are remembered. */
  remember(value: unknown, set: AtomSet): void {
    if (!isRemembered(value)) return;
    this.#moveSecond();
    this.#moveIn(value, set);
  }

  #moveSecond(): void {
    this.third = this.second;
    this.thirdSet = this.secondSet;
  }

  #moveIn(value: unknown, set: AtomSet): void {
    this.second = this.last;
    this.secondSet = this.lastSet;
    this.last = value;
    this.lastSet = set;
  }
}

/** A place in events, and what the rules ask of it. */
export class EventPath {
  readonly name: string;
  readonly index: TextIndex | undefined;
  /** Some rules ask for what is below it. */
  readonly hasBelow: boolean;
  readonly cache = new ValueCache();
  /** Null where nothing in it matters. */
  readonly children = new Map<string, EventPath | null>();
  /** Stands before the first member. */
  first = new Step('', null);
  /** Built for the first value. */
  search: PlaceSearch | undefined;

  constructor(name: string, index: TextIndex | undefined, hasBelow: boolean) {
    this.name = name;
    this.index = index;
    this.hasBelow = hasBelow;
  }
}

/** So many places that no rule names are remembered; the rest share one. Their names are the senders' choice. */
const strangersMax = 1_024;

/**
 * So are the members of events and their order, with three values each: so many are remembered, then all are forgotten, and
 * none with longer names.
 */
const stepsMax = 16_384;
const keyMax = 256;

/**
 * Finds places by their keys, level by level. `a.b` is the same place as one key and as two, as it is for those who read
 * fields.
 */
export class EventPaths {
  readonly root: EventPath;
  readonly #indexes: ReadonlyMap<string, TextIndex>;
  readonly #prefixes = new Set<string>();
  readonly #searchesAll: boolean;
  /** Where no rule looks, but for keywords. */
  readonly #elsewhere: EventPath | null;
  #strangers = 0;
  /** The places with steps. */
  readonly #walked = new Set<EventPath>();
  #steps = 0;

  constructor(indexes: ReadonlyMap<string, TextIndex>, searchesAll: boolean) {
    this.#indexes = indexes;
    this.#searchesAll = searchesAll;
    this.#elsewhere = searchesAll ? new EventPath('', undefined, false) : null;
    for (const path of indexes.keys())
      for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1))
        this.#prefixes.add(path.slice(0, at));
    this.root = new EventPath('', undefined, true);
  }

  /** The place below another; null where nothing in it matters. */
  child(parent: EventPath, key: string): EventPath | null {
    const known = parent.children.get(key);
    return known === undefined ? this.#learn(parent, key) : known;
  }

  /** The member with that key, after another one of the same object. */
  step(parent: EventPath, before: Step, key: string): Step {
    const { next } = before;
    if (next !== undefined && next.key === key) return next;
    return this.#stepAside(parent, before, key);
  }

  #stepAside(parent: EventPath, before: Step, key: string): Step {
    const known = before.others?.get(key);
    if (known !== undefined) {
      before.next = known;
      return known;
    }
    const step = new Step(key, this.child(parent, key));
    if (key.length > keyMax) return step;
    if (this.#steps >= stepsMax) this.#forgetSteps();
    this.#steps += 1;
    this.#walked.add(parent);
    if (before.next !== undefined) {
      before.others ??= new Map([[before.next.key, before.next]]);
      before.others.set(key, step);
    }
    before.next = step;
    return step;
  }

  #forgetSteps(): void {
    for (const place of this.#walked) place.first = new Step('', null);
    this.#walked.clear();
    this.#steps = 0;
  }

  #learn(parent: EventPath, key: string): EventPath | null {
    if (!parent.hasBelow) return this.#elsewhere;
    const name = parent === this.root ? key : `${parent.name}.${key}`;
    const index = this.#indexes.get(name);
    const hasBelow = this.#prefixes.has(name);
    const isNamed = index !== undefined || hasBelow;
    if (!isNamed && (this.#strangers >= strangersMax || key.length > keyMax)) return this.#elsewhere;
    if (!isNamed) this.#strangers += 1;
    const place = isNamed || this.#searchesAll ? new EventPath(name, index, hasBelow) : null;
    parent.children.set(key, place);
    return place;
  }
}
