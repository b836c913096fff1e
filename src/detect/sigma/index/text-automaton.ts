import { invariant } from '../../../shared/invariant.ts';
import type { Steps } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import { type AutomatonTable, linkTrie } from './automaton-table.ts';
import { growTrie } from './needle-trie.ts';

/** A text to find, folded already, and the number that stands for it. */
export interface Needle {
  readonly text: string;
  readonly id: number;
  /** Only at the beginning, or only at the end, of a value. */
  readonly at: 'prefix' | 'suffix' | 'part';
}

/** Classes of characters: other, outside ASCII, the two ends of a text, then what the needles are made of. */
const other = 0;
const outside = 1;
const begin = 2;
const end = 3;
const firstOwn = 4;
const ascii = 128;

/** These fold to ASCII letters (Kelvin sign, I with a dot), the latter to two units: no class could say that. */
const foldsToAscii = (code: number): boolean => code === 0x212a || code === 0x130;

/** So much of a rest is compared, so that no text can make a scan slow; what is as long and only begins alike is found. */
const comparedMax = 64;

/**
 * Finds all needles in a text in one pass, whatever their number: an automaton of Aho and Corasick ("Efficient string
 * matching", 1975) as a table of states by classes of characters. Upper case letters are in the classes of the lower case
 * ones, so that texts need no folding. It never misses a needle; it may find too many, since all characters outside ASCII
 * are one to it. Needles have states as far as they share them with others (`needle-trie.ts`); the rest is compared.
 */
export class TextAutomaton {
  readonly #classes: Uint8Array;
  readonly #needles: Sequences;
  readonly #table: AutomatonTable;

  private constructor(classes: Uint8Array, needles: Sequences, table: AutomatonTable) {
    this.#classes = classes;
    this.#needles = needles;
    this.#table = table;
  }

  /** Thousands of needles take a tenth of a second: a step for some of them. */
  static *build(needles: readonly Needle[]): Steps<TextAutomaton> {
    const { classes, width } = classesOf(needles);
    const sequences = yield* sequencesOf(needles, classes);
    const trie = yield* growTrie(sequences.sequences);
    return new TextAutomaton(classes, sequences, yield* linkTrie(trie, width));
  }

  /** Cells of the table, which is what an automaton's memory consists of. */
  get size(): number {
    return this.#table.steps.length;
  }

  /** Calls `found` with the id of each needle, once or more often. */
  scan(text: string, found: (id: number) => void): void {
    const { steps } = this.#table;
    const classes = this.#classes;
    const { length } = text;
    const place: Place = { text, at: 0, found };
    let row = steps[begin] ?? 0;
    if (row < 0) row = this.#report(row, place);
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= ascii && foldsToAscii(code)) {
        this.scan(foldCase(text), found);
        return;
      }
      row = steps[row + (code < ascii ? (classes[code] ?? other) : outside)] ?? 0;
      if (row < 0) {
        place.at = at + 1;
        row = this.#report(row, place);
      }
    }
    row = steps[row + end] ?? 0;
    place.at = length;
    if (row < 0) this.#report(row, place);
  }

  /** Gives the place of the row where the scan goes on. */
  #report(step: number, place: Place): number {
    const { rows, hit, more, first, last, depth } = this.#table;
    const node = -step;
    for (let at = hit[node] ?? 0; at !== 0; at = more[at] ?? 0)
      for (let needle = first[at] ?? 0; needle < (last[at] ?? 0); needle += 1)
        this.#compare(needle, depth[at] ?? 0, place);
    return rows[node] ?? 0;
  }

  /** Calls `found` if the text goes on as the rest of the needle does. */
  #compare(needle: number, depth: number, { text, at, found }: Place): void {
    const sequence = this.#needles.sequences[needle] ?? '';
    const classes = this.#classes;
    const length = Math.min(sequence.length, depth + comparedMax);
    let to = at;
    for (let rest = depth; rest < length; rest += 1, to += 1) {
      const code = text.charCodeAt(to);
      // Behind the text there is no code, which is the end.
      const kind = code < ascii ? (classes[code] ?? other) : code >= ascii ? outside : end;
      if (kind !== sequence.charCodeAt(rest)) return;
    }
    for (const id of this.#needles.ids[needle] ?? []) found(id);
  }
}

/** How far a scan is. */
interface Place {
  readonly text: string;
  at: number;
  readonly found: (id: number) => void;
}

function classesOf(needles: readonly Needle[]): { classes: Uint8Array; width: number } {
  const classes = new Uint8Array(ascii).fill(other);
  let width = firstOwn;
  for (const { text } of needles)
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= ascii || classes[code] !== other) continue;
      classes[code] = width;
      const upper = text.charAt(at).toUpperCase().charCodeAt(0);
      if (upper < ascii) classes[upper] = width;
      width += 1;
    }
  invariant(width <= 256, 'ASCII and four more classes fit a byte');
  return { classes, width };
}

/** A call with more arguments may exhaust the stack. */
const argumentsMax = 1_000;

/** The needles as classes, sorted, each once, with the numbers of those that read so. */
interface Sequences {
  readonly sequences: readonly string[];
  readonly ids: readonly (readonly number[])[];
}

function* sequencesOf(needles: readonly Needle[], classes: Uint8Array): Steps<Sequences> {
  const ids = new Map<string, number[]>();
  for (const needle of needles) {
    invariant(needle.text !== '', 'a needle is no empty text');
    const sequence = sequenceOf(needle, classes);
    const known = ids.get(sequence);
    if (known === undefined) ids.set(sequence, [needle.id]);
    else known.push(needle.id);
    yield;
  }
  const sequences = [...ids.keys()].sort();
  return { sequences, ids: sequences.map((sequence) => ids.get(sequence) ?? []) };
}

function sequenceOf({ text, at }: Needle, classes: Uint8Array): string {
  const kinds: number[] = at === 'prefix' ? [begin] : [];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    kinds.push(code < ascii ? (classes[code] ?? other) : outside);
  }
  if (at === 'suffix') kinds.push(end);
  let sequence = '';
  for (let from = 0; from < kinds.length; from += argumentsMax)
    sequence += String.fromCharCode(...kinds.slice(from, from + argumentsMax));
  return sequence;
}
