import { foldCase } from '../compile/fold-case.ts';
import type { AtomKind } from './requirement.ts';
import { type Needle, TextAutomaton } from './text-automaton.ts';
import type { TextBytes } from './text-bytes.ts';
import { TextSkim } from './text-skim.ts';

/** Which atoms of one path, or of the keywords, a text makes true. */
export class TextIndex {
  readonly #always: number[] = [];
  readonly #exact = new Map<string, number[]>();
  #longest = 0;
  readonly #needles: Needle[] = [];
  #automaton: TextAutomaton | undefined;
  #skim: TextSkim | null | undefined;

  /** Atoms that are true of every value but null. */
  get always(): readonly number[] {
    return this.#always;
  }

  /** Cells of the table of its automaton, which is built for that if it is not there. */
  get size(): number {
    if (this.#needles.length === 0) return 0;
    this.#automaton ??= new TextAutomaton(this.#needles);
    return this.#automaton.size;
  }

  addPresent(id: number): void {
    this.#always.push(id);
  }

  /** All are added before the first `find`. */
  add(kind: AtomKind, text: string, id: number): void {
    if (kind !== 'exact' && text !== '') this.#needles.push({ text, id, at: kind });
    else if (kind !== 'exact') this.#always.push(id);
    else {
      this.#exact.set(text, [...(this.#exact.get(text) ?? []), id]);
      this.#longest = Math.max(this.#longest, text.length);
    }
  }

  /** Calls `found` with each atom, once or more often. `bytes`: the same text, where it is worth a skim. */
  find(text: string, found: (id: number) => void, bytes?: TextBytes): void {
    for (const id of this.#always) found(id);
    // Folding never makes a text shorter.
    if (text.length <= this.#longest) for (const id of this.#exact.get(foldCase(text)) ?? []) found(id);
    if (this.#needles.length === 0) return;
    if (bytes !== undefined && this.skim?.find(bytes, found)) return;
    this.#automaton ??= new TextAutomaton(this.#needles);
    this.#automaton.scan(text, found);
  }

  /** Null where needles are too short for it. */
  get skim(): TextSkim | null {
    if (this.#skim === undefined) this.#skim = TextSkim.of(this.#needles) ?? null;
    return this.#skim;
  }

  /** Finds what both find, in one pass. */
  joinedWith(other: TextIndex): TextIndex {
    const joined = new TextIndex();
    for (const each of [this, other]) {
      for (const id of each.#always) joined.addPresent(id);
      for (const [text, ids] of each.#exact) for (const id of ids) joined.add('exact', text, id);
      for (const { at, text, id } of each.#needles) joined.add(at, text, id);
    }
    return joined;
  }
}
