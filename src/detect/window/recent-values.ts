/** Up to so many values are looked through one by one: most groups never hold more, and a Map costs more than they do. */
const fewValues = 8;

/** Numbers of a value: last sighting, the one of an earlier time before it, next younger and next older value. */
const stride = 4;
const last = 0;
const before = 1;
const younger = 2;
const older = 3;

const none = -1;
const never = Number.NEGATIVE_INFINITY;

/** A value, when it was last seen, and when before that time (-Infinity: not). */
export type Sighting = readonly [value: string, lastMs: number, beforeMs: number];

/**
 * Values and when they were last seen, in that order, so that what leaves is always at one end. Seeing and letting go
 * are O(1): a Map alone, whose entries move to its end, leaves holes at its beginning and walks over them each time.
 * Bound: the owner's.
 */
export class RecentValues {
  #values: string[] = [];
  #numbers: number[] = [];
  /** Null while there are few. */
  #places: Map<string, number> | null = null;
  #free: number[] = [];
  #oldest = none;
  #newest = none;
  /** Where the last late sighting went: late ones come in order, so the next belongs near it. */
  #finger = none;

  get size(): number {
    return this.#values.length - this.#free.length;
  }

  /** When the value that leaves first was last seen; Infinity where there is none. */
  get oldestMs(): number {
    return this.#oldest === none ? Number.POSITIVE_INFINITY : this.#get(this.#oldest, last);
  }

  /** Notes a sighting, none of which was later; returns when the value was last seen before this time. */
  see(value: string, timeMs: number): number {
    const known = this.#find(value);
    if (known === none) {
      this.#insert(this.#add(value, timeMs), this.#newest);
      return never;
    }
    const lastMs = this.#get(known, last);
    if (lastMs !== timeMs) {
      this.#set(known, before, lastMs);
      this.#set(known, last, timeMs);
    }
    if (known !== this.#newest) {
      this.#unlink(known);
      this.#insert(known, this.#newest);
    }
    return this.#get(known, before);
  }

  /** When the value was last seen; -Infinity where it is not there. */
  lastMsOf(value: string): number {
    const place = this.#find(value);
    return place === none ? never : this.#get(place, last);
  }

  /** Notes a sighting behind which there may be later ones. */
  seeLate(value: string, timeMs: number): void {
    let place = this.#find(value);
    if (place === none) place = this.#add(value, timeMs);
    else {
      const lastMs = this.#get(place, last);
      if (lastMs === timeMs) return;
      const earlierMs = Math.min(lastMs, timeMs);
      if (earlierMs > this.#get(place, before)) this.#set(place, before, earlierMs);
      if (lastMs > timeMs) return;
      this.#unlink(place);
    }
    this.#set(place, last, timeMs);
    this.#insert(place, this.#placeBehind(timeMs));
    this.#finger = place;
  }

  /** Lets go of the values last seen at or before the cutoff. */
  expire(cutoffMs: number): void {
    while (this.#oldest !== none && this.#get(this.#oldest, last) <= cutoffMs) this.removeOldest();
  }

  removeOldest(): void {
    const place = this.#oldest;
    this.#unlink(place);
    this.#places?.delete(this.#values[place] as string);
    this.#values[place] = '';
    if (this.#oldest === none) this.#clear();
    else this.#free.push(place);
  }

  copy(): RecentValues {
    const copy = new RecentValues();
    copy.#values = this.#values.slice();
    copy.#numbers = this.#numbers.slice();
    copy.#places = this.#places === null ? null : new Map(this.#places);
    copy.#free = this.#free.slice();
    copy.#oldest = this.#oldest;
    copy.#newest = this.#newest;
    copy.#finger = this.#finger;
    return copy;
  }

  /** The values in the order of their last sightings. */
  sightings(): readonly Sighting[] {
    const sightings: Sighting[] = [];
    for (let place = this.#oldest; place !== none; place = this.#get(place, younger))
      sightings.push([this.#values[place] as string, this.#get(place, last), this.#get(place, before)]);
    return sightings;
  }

  static of(sightings: readonly Sighting[]): RecentValues {
    const values = new RecentValues();
    for (const [value, lastMs, beforeMs] of sightings) {
      values.see(value, lastMs);
      values.#set(values.#newest, before, beforeMs);
    }
    return values;
  }

  /** The youngest value last seen at or before this time, looked for from the finger on; none where all are younger. */
  #placeBehind(timeMs: number): number {
    let behind = this.#finger === none ? this.#newest : this.#finger;
    while (behind !== none && this.#get(behind, last) > timeMs) behind = this.#get(behind, older);
    if (behind === none) return none;
    for (let next = this.#get(behind, younger); next !== none; next = this.#get(behind, younger)) {
      if (this.#get(next, last) > timeMs) break;
      behind = next;
    }
    return behind;
  }

  #find(value: string): number {
    if (this.#places !== null) return this.#places.get(value) ?? none;
    for (let place = this.#oldest; place !== none; place = this.#get(place, younger))
      if (this.#values[place] === value) return place;
    return none;
  }

  #add(value: string, timeMs: number): number {
    const place = this.#free.pop() ?? this.#values.length;
    this.#values[place] = value;
    if (this.#numbers.length === place * stride) this.#numbers.push(timeMs, never, none, none);
    this.#set(place, last, timeMs);
    this.#set(place, before, never);
    if (this.#places !== null) this.#places.set(value, place);
    else if (this.#values.length > fewValues) this.#index(place);
    return place;
  }

  /** Makes the Map; the value at `added` is in no list yet. */
  #index(added: number): void {
    this.#places = new Map([[this.#values[added] as string, added]]);
    for (let place = this.#oldest; place !== none; place = this.#get(place, younger))
      this.#places.set(this.#values[place] as string, place);
  }

  #clear(): void {
    this.#values = [];
    this.#numbers = [];
    this.#places = null;
    this.#free = [];
  }

  /** Puts a value that is in no list behind another; none: first. */
  #insert(place: number, behind: number): void {
    const ahead = behind === none ? this.#oldest : this.#get(behind, younger);
    this.#join(behind, place);
    this.#join(place, ahead);
  }

  #unlink(place: number): void {
    if (place === this.#finger) this.#finger = this.#get(place, older);
    this.#join(this.#get(place, older), this.#get(place, younger));
  }

  #join(a: number, b: number): void {
    if (a === none) this.#oldest = b;
    else this.#set(a, younger, b);
    if (b === none) this.#newest = a;
    else this.#set(b, older, a);
  }

  #get(place: number, what: number): number {
    return this.#numbers[place * stride + what] as number;
  }

  #set(place: number, what: number, number: number): void {
    this.#numbers[place * stride + what] = number;
  }
}
