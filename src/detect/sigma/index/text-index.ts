import { inOneGo, type Steps } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import type { AtomKind } from './requirement.ts';
import { type Needle, TextAutomaton } from './text-automaton.ts';
import type { TextBytes } from './text-bytes.ts';
import { TextSkim } from './text-skim.ts';

/** Which of the ways to search texts an index needed so far. */
export interface IndexUse {
  readonly automaton: boolean;
  readonly skim: boolean;
}

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
    return this.#needles.length === 0 ? 0 : this.#built().size;
  }

  /** Whether texts were searched already, and how. */
  get use(): IndexUse {
    return { automaton: this.#automaton !== undefined, skim: this.#skim !== undefined };
  }

  /** Builds now what such a use would wait for. */
  *build({ automaton, skim }: IndexUse): Steps<void> {
    if (this.#needles.length === 0) return;
    if (automaton) this.#automaton ??= yield* TextAutomaton.build(this.#needles);
    if (skim) this.#skim ??= (yield* TextSkim.of(this.#needles)) ?? null;
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
    this.#built().scan(text, found);
  }

  #built(): TextAutomaton {
    this.#automaton ??= inOneGo(TextAutomaton.build(this.#needles));
    return this.#automaton;
  }

  /** Null where needles are too short for it. */
  get skim(): TextSkim | null {
    if (this.#skim === undefined) this.#skim = inOneGo(TextSkim.of(this.#needles)) ?? null;
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
