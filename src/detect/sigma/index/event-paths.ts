import type { TextIndex } from './text-index.ts';
import { ValueCache } from './value-cache.ts';

/** A place in events, and what the rules ask of it. */
export class EventPath {
  readonly name: string;
  readonly index: TextIndex | undefined;
  /** Some rules ask for what is below it. */
  readonly hasBelow: boolean;
  readonly cache = new ValueCache();
  readonly children = new Map<string, EventPath | null>();
  /** `index` and the keywords as one, once that pays. */
  joined: TextIndex | undefined;
  /** Characters searched here so far. */
  searched = 0;

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
  /** Where no rule looks, but for keywords; null where there are none. */
  readonly #elsewhere: EventPath | null;
  #strangers = 0;

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

  #learn(parent: EventPath, key: string): EventPath | null {
    if (!parent.hasBelow) return this.#elsewhere;
    const name = parent === this.root ? key : `${parent.name}.${key}`;
    const index = this.#indexes.get(name);
    const hasBelow = this.#prefixes.has(name);
    const isNamed = index !== undefined || hasBelow;
    if (!isNamed && this.#strangers >= strangersMax) return this.#elsewhere;
    if (!isNamed) this.#strangers += 1;
    const place = isNamed || this.#searchesAll ? new EventPath(name, index, hasBelow) : null;
    parent.children.set(key, place);
    return place;
  }
}
