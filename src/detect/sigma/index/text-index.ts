import { inOneGo, type Steps } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import type { AtomKind } from './requirement.ts';
import { type Needle, TextAutomaton } from './text-automaton.ts';

/** Which atoms of one path, or of the keywords, a text makes true. */
export class TextIndex {
  readonly #always: number[] = [];
  readonly #exact = new Map<string, number[]>();
  #longest = 0;
  readonly #needles: Needle[] = [];
  #automaton: TextAutomaton | undefined;
  #fill: ((index: TextIndex) => void) | undefined;

  /** `fill` adds the atoms, when one of them is first asked for. */
  constructor(fill?: (index: TextIndex) => void) {
    this.#fill = fill;
  }

  /** Atoms that are true of every value but null. */
  get always(): readonly number[] {
    this.#fillOnce();
    return this.#always;
  }

  /** Cells of the table of its automaton, which is built for that if it is not there. */
  get size(): number {
    return this.needles.length === 0 ? 0 : this.#built().size;
  }

  /** Whether there was a text yet that took the automaton. */
  get isBuilt(): boolean {
    return this.#automaton !== undefined;
  }

  /** Builds the automaton now. */
  *build(): Steps<void> {
    if (this.needles.length > 0) this.#automaton ??= yield* TextAutomaton.build(this.#needles);
  }

  /** What is looked for within values, and at their ends. */
  get needles(): readonly Needle[] {
    this.#fillOnce();
    return this.#needles;
  }

  /** Atoms of whole values, by text. */
  get exact(): ReadonlyMap<string, readonly number[]> {
    this.#fillOnce();
    return this.#exact;
  }

  addPresent(id: number): void {
    this.#always.push(id);
  }

  /** All are added before the first `find`. */
  add(kind: AtomKind, text: string, id: number): void {
    if (kind !== 'exact' && text !== '') this.#needles.push({ text, id, at: kind });
    else if (kind !== 'exact') this.#always.push(id);
    else {
      const known = this.#exact.get(text);
      if (known === undefined) this.#exact.set(text, [id]);
      else known.push(id);
      this.#longest = Math.max(this.#longest, text.length);
    }
  }

  /** Calls `found` with each atom, once or more often. */
  find(text: string, found: (id: number) => void): void {
    for (const id of this.always) found(id);
    // Folding never makes a text shorter.
    if (text.length <= this.#longest) for (const id of this.#exact.get(foldCase(text)) ?? []) found(id);
    if (this.#needles.length > 0) this.#built().scan(text, found);
  }

  #fillOnce(): void {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
  }

  #built(): TextAutomaton {
    this.#automaton ??= inOneGo(TextAutomaton.build(this.#needles));
    return this.#automaton;
  }
}
