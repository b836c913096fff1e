import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Steps } from '../../../shared/steps.ts';
import { type AtomTree as Claim, judge, no, type Verdict, yes } from '../../match/columns/atom-tree.ts';
import type { Candidates } from '../../match/columns/column-index.ts';
import { numberText } from '../compile/number-text.ts';
import { AtomTable } from './atom-table.ts';
import { type EventPath, EventPaths, type Step } from './event-paths.ts';
import { type IndexPlan, PlanReader } from './index-plan.ts';
import { type AtomTree, mayHold } from './necessary-clause.ts';
import { PlaceSearches } from './place-search.ts';
import { type AtomSet, AtomSets, noAtoms, SignatureMemo, type SignatureState } from './signature-memo.ts';
import { TrueAtoms } from './true-atoms.ts';

/** An item with what the plan says of it. */
class Entry<R> {
  readonly item: R;
  readonly place: number;
  readonly #plan: IndexPlan;
  #terms: { readonly tree: AtomTree; readonly claim: Claim } | undefined;

  constructor(item: R, place: number, plan: IndexPlan) {
    this.item = item;
    this.place = place;
    this.#plan = plan;
  }

  /** Most items are never looked at: those that are have their trees taken out of the plan once. */
  get terms(): { readonly tree: AtomTree; readonly claim: Claim } {
    if (this.#terms === undefined) {
      const reader = new PlanReader(this.#plan.code, this.#plan.starts[this.place] ?? 0);
      const tree = reader.requirement();
      this.#terms = { tree, claim: reader.claim() };
    }
    return this.#terms;
  }
}

/**
 * Says which items an event matches, and which it may match: more than will, never fewer. What a value makes true is remembered by place and
 * value, and what an event's values lead to by the way that they make; see `docs/what-paid.md` for what each is worth.
 */
export class EventIndex<R> {
  readonly #always: Entry<R>[] = [];
  /** By atom: those whose chosen requirement names it. */
  readonly #byAtom: Entry<R>[][] = [];
  readonly #table: AtomTable;
  readonly #paths: EventPaths;
  readonly #atoms: TrueAtoms;
  readonly #searches: PlaceSearches;
  readonly #sets = new AtomSets();
  readonly #memo = new SignatureMemo<Candidates<R>>();
  /** What is known of each atom while a state's items are judged; all no in between. */
  readonly #known: Uint8Array;
  #state: SignatureState<Candidates<R>> = this.#memo.root;

  constructor(items: readonly R[], plan: IndexPlan) {
    const always = new Set(plan.always.map(([place]) => place));
    for (const [place, item] of items.entries()) {
      const entry = new Entry(item, place, plan);
      if (always.has(place)) this.#always.push(entry);
      else this.#register(entry, plan);
    }
    this.#table = new AtomTable(plan);
    this.#paths = new EventPaths(this.#table.byPath, this.#table.keywords !== undefined);
    this.#searches = new PlaceSearches(this.#table);
    this.#atoms = new TrueAtoms(this.#table.size);
    this.#known = new Uint8Array(this.#table.size);
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

  #register(entry: Entry<R>, { clauses, clauseStarts }: IndexPlan): void {
    const end = clauseStarts[entry.place + 1] ?? 0;
    for (let at = clauseStarts[entry.place] ?? 0; at < end; at += 1) {
      const atom = clauses[at] ?? 0;
      const known = this.#byAtom[atom];
      if (known === undefined) this.#byAtom[atom] = [entry];
      else known.push(entry);
    }
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
      const set = this.#setOf(place, value);
      step.remember(value, set);
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
    const found = new Set(this.#always);
    for (let at = 0; at < this.#atoms.count; at += 1)
      for (const entry of this.#byAtom[this.#atoms.items[at] ?? 0] ?? [])
        if (mayHold(entry.terms.tree, this.#atoms.has)) found.add(entry);
    return this.#judgeAll(found);
  }

  #judgeAll(found: ReadonlySet<Entry<R>>): Candidates<R> {
    const candidates: { sure: R[]; perhaps: R[] } = { sure: [], perhaps: [] };
    this.#tell(yes);
    for (const { item, terms } of [...found].sort((a, b) => a.place - b.place)) {
      const verdict = judge(terms.claim, this.#known);
      if (verdict === yes) candidates.sure.push(item);
      else if (verdict !== no) candidates.perhaps.push(item);
    }
    this.#tell(no);
    return candidates;
  }

  /** What is known of the true atoms. */
  #tell(verdict: Verdict): void {
    for (let at = 0; at < this.#atoms.count; at += 1) this.#known[this.#atoms.items[at] ?? 0] = verdict;
  }
}
