import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Steps } from '../../../shared/steps.ts';
import type { Candidates } from '../../match/columns/column-index.ts';
import { numberText } from '../compile/number-text.ts';
import { AtomTable } from './atom-table.ts';
import { type EventPath, EventPaths, type Step } from './event-paths.ts';
import type { IndexPlan } from './index-plan.ts';
import { ItemIndex } from './item-index.ts';
import { PlaceSearches } from './place-search.ts';
import { type AtomSet, AtomSets, noAtoms, SignatureMemo, type SignatureState } from './signature-memo.ts';
import { TrueAtoms } from './true-atoms.ts';

/**
 * Says which items an event matches, and which it may match: more than will, never fewer. What a value makes true is remembered by place and
 * value, and what an event's values lead to by the way that they make; see `docs/what-paid.md` for what each is worth.
 */
export class EventIndex<R> {
  readonly #items: ItemIndex<R>;
  readonly #table: AtomTable;
  readonly #paths: EventPaths;
  readonly #atoms: TrueAtoms;
  readonly #searches: PlaceSearches;
  readonly #sets = new AtomSets();
  readonly #memo = new SignatureMemo<Candidates<R>>();
  #state: SignatureState<Candidates<R>> = this.#memo.root;

  constructor(items: readonly R[], plan: IndexPlan) {
    this.#items = new ItemIndex(items, plan);
    this.#table = new AtomTable(plan);
    this.#paths = new EventPaths(this.#table.byPath, this.#table.keywords !== undefined);
    this.#searches = new PlaceSearches(this.#table);
    this.#atoms = new TrueAtoms(this.#table.size);
  }

  candidates(fields: EventFields): Candidates<R> {
    this.#state = this.#memo.root;
    this.#visitMembers(this.#paths.root, fields);
    const state = this.#state;
    state.result ??= this.#judgeAt(state);
    return state.result;
  }

  /** Builds now what events would wait for that are like those that the other index saw. */
  *warmLike(other: EventIndex<unknown>): Steps<void> {
    yield* this.#searches.warmLike(other.#searches);
  }

  /** What was there the last time is there most often: that is seen here, where the compiler can do without calls. */
  #visitMembers(place: EventPath, container: object): void {
    const members = container as Readonly<Record<string, unknown>>;
    let step = place.first;
    for (const key in members) {
      step = this.#paths.step(place, step, key);
      if (step.place === null) continue;
      const value = members[key];
      if (value === step.last) this.#follow(step.lastSet);
      else this.#visitMember(step, step.place, value);
    }
  }

  #visitMember(step: Step, place: EventPath, value: unknown): void {
    if (typeof value === 'object') this.#visitContainer(place, value);
    else if (value !== undefined) {
      const known = step.recall(value);
      const set = known ?? this.#setOf(place, value);
      if (known === undefined) step.remember(value, set);
      this.#follow(set);
    }
  }

  #visit(place: EventPath, value: unknown): void {
    if (typeof value === 'object') this.#visitContainer(place, value);
    else if (value !== undefined) this.#follow(this.#setOf(place, value));
  }

  #visitContainer(place: EventPath, value: object | null): void {
    if (Array.isArray(value)) this.#visitElements(place, value);
    else if (value !== null) this.#visitObject(place, value);
  }

  /** What a text, a number or a truth value makes true. */
  #setOf(place: EventPath, value: unknown): AtomSet {
    const known = place.cache.get(value);
    if (known !== undefined) return known;
    const set = this.#findAll(place, typeof value === 'number' ? numberText(value) : String(value));
    place.cache.set(value, set);
    return set;
  }

  /** Fields read through arrays, to each element, and by number to one of them. */
  #visitElements(place: EventPath, elements: readonly unknown[]): void {
    if (elements.length === 0) this.#follow(this.#sets.of([...(place.index?.always ?? [])]));
    for (const [index, element] of elements.entries()) {
      this.#visit(place, element);
      if (place.hasBelow) this.#visitChild(place, String(index), element);
    }
    if (place.hasBelow) this.#visitChild(place, 'length', elements.length);
  }

  #visitChild(place: EventPath, key: string, value: unknown): void {
    const child = this.#paths.child(place, key);
    if (child?.index !== undefined || child?.hasBelow) this.#visit(child, value);
  }

  /** As text an object is its JSON, which keywords do not search. */
  #visitObject(place: EventPath, value: object): void {
    if (place.index !== undefined) {
      this.#atoms.clear();
      place.index.find(JSON.stringify(value), this.#atoms.add);
      this.#follow(this.#sets.of(this.#atoms.items, this.#atoms.count));
    }
    this.#visitMembers(place, value);
  }

  #follow(set: AtomSet): void {
    if (set !== noAtoms) this.#state = this.#memo.after(this.#state, set);
  }

  #findAll(place: EventPath, text: string): AtomSet {
    this.#atoms.clear();
    place.search ??= this.#searches.at(place.name, place.index);
    place.search.find(text, this.#atoms);
    return this.#sets.of(this.#atoms.items, this.#atoms.count);
  }

  /** The items whose requirement the atoms on the way to a state satisfy, and what the atoms say of them. */
  #judgeAt(end: SignatureState<Candidates<R>>): Candidates<R> {
    this.#atoms.clear();
    for (let at: typeof end | undefined = end; at !== undefined; at = at.parent)
      for (const atom of at.set.atoms) this.#atoms.add(atom);
    return this.#items.candidates(this.#atoms);
  }
}
