import type { PlaceSearch } from './place-search.ts';
import type { TextIndex } from './text-index.ts';
import { ValueCache } from './value-cache.ts';

/** A member of the objects at a place. */
export class Step {
  readonly key: string;
  /** Null where nothing in it matters. */
  readonly child: EventPath | null;
  /** The member that followed it last, which is nearly always the one that follows again. */
  next: Step | undefined;

  constructor(key: string, child: EventPath | null) {
    this.key = key;
    this.child = child;
  }
}

/** A place in events, and what the rules ask of it. */
export class EventPath {
  readonly name: string;
  readonly index: TextIndex | undefined;
  /** Some rules ask for what is below it. */
  readonly hasBelow: boolean;
  readonly cache = new ValueCache();
  readonly children = new Map<string, Step>();
  /** Stands before the first member. */
  readonly first = new Step('', null);
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
 * Finds places by their keys, level by level. `a.b` is the same place as one key and as two, as it is for those who read
 * fields.
 */
export class EventPaths {
  readonly root: EventPath;
  readonly #indexes: ReadonlyMap<string, TextIndex>;
  readonly #prefixes = new Set<string>();
  readonly #searchesAll: boolean;
  /** Where no rule looks, but for keywords. */
  readonly #elsewhere: Step;
  #strangers = 0;

  constructor(indexes: ReadonlyMap<string, TextIndex>, searchesAll: boolean) {
    this.#indexes = indexes;
    this.#searchesAll = searchesAll;
    this.#elsewhere = new Step('', searchesAll ? new EventPath('', undefined, false) : null);
    for (const path of indexes.keys())
      for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1))
        this.#prefixes.add(path.slice(0, at));
    this.root = new EventPath('', undefined, true);
  }

  /** The place below another; null where nothing in it matters. */
  child(parent: EventPath, key: string): EventPath | null {
    return (parent.children.get(key) ?? this.#learn(parent, key)).child;
  }

  /** The member with that key, after another one of the same object. */
  step(parent: EventPath, before: Step, key: string): Step {
    const { next } = before;
    if (next !== undefined && next.key === key) return next;
    const step = parent.children.get(key) ?? this.#learn(parent, key);
    // The members elsewhere are one to all objects, so what follows them says nothing.
    if (before !== this.#elsewhere && step !== this.#elsewhere) before.next = step;
    return step;
  }

  #learn(parent: EventPath, key: string): Step {
    if (!parent.hasBelow) return this.#elsewhere;
    const name = parent === this.root ? key : `${parent.name}.${key}`;
    const index = this.#indexes.get(name);
    const hasBelow = this.#prefixes.has(name);
    const isNamed = index !== undefined || hasBelow;
    if (!isNamed && this.#strangers >= strangersMax) return this.#elsewhere;
    if (!isNamed) this.#strangers += 1;
    const step = new Step(key, isNamed || this.#searchesAll ? new EventPath(name, index, hasBelow) : null);
    parent.children.set(key, step);
    return step;
  }
}
