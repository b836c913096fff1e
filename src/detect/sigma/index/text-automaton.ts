import { invariant } from '../../../shared/invariant.ts';
import { foldCase } from '../compile/fold-case.ts';

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

/**
 * Finds all needles in a text in one pass, whatever their number: an automaton of Aho and Corasick ("Efficient string
 * matching", 1975) as a table of states by classes of characters. Upper case letters are in the classes of the lower case
 * ones, so that texts need no folding. It never misses a needle; it may find too many, since all characters outside ASCII
 * are one to it.
 */
export class TextAutomaton {
  readonly #classes: Uint8Array;
  readonly #width: number;
  /** `next` with the places of rows for states, negative where needles end: one look a character says all. */
  readonly #steps: Int32Array;
  readonly #ends: Omit<Trie, 'next'>;

  constructor(needles: readonly Needle[]) {
    const { classes, width } = classesOf(needles);
    const sequences = needles.map((needle) => sequenceOf(needle, classes));
    const { next, ...ends } = insertAll(sequences, needles, width);
    link({ next, ...ends }, width);
    for (let place = 0; place < next.length; place += 1) {
      const state = next[place] ?? 0;
      next[place] = ends.hit[state] === 0 ? state * width : -state * width;
    }
    this.#steps = next;
    this.#ends = ends;
    this.#classes = classes;
    this.#width = width;
  }

  /** Calls `found` with the id of each needle, once or more often. */
  scan(text: string, found: (id: number) => void): void {
    const steps = this.#steps;
    const classes = this.#classes;
    const { length } = text;
    let row = steps[begin] ?? 0;
    if (row < 0) row = this.#report(row, found);
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= ascii && foldsToAscii(code)) {
        this.scan(foldCase(text), found);
        return;
      }
      row = steps[row + (code < ascii ? (classes[code] ?? other) : outside)] ?? 0;
      if (row < 0) row = this.#report(row, found);
    }
    row = steps[row + end] ?? 0;
    if (row < 0) this.#report(row, found);
  }

  /** Gives the place of the row where the scan goes on. */
  #report(step: number, found: (id: number) => void): number {
    const { hit, more, ids } = this.#ends;
    const row = -step;
    for (let at = hit[row / this.#width] ?? 0; at !== 0; at = more[at] ?? 0)
      for (const id of ids[at] ?? []) found(id);
    return row;
  }
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

function sequenceOf({ text, at }: Needle, classes: Uint8Array): readonly number[] {
  const sequence: number[] = at === 'prefix' ? [begin] : [];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    sequence.push(code < ascii ? (classes[code] ?? other) : outside);
  }
  if (at === 'suffix') sequence.push(end);
  return sequence;
}

interface Trie {
  /** The state after a state and a class: `next[state * width + class]`. State 0 is the root. */
  readonly next: Int32Array;
  /** The nearest state, this one or one that is an end of it, at which needles end; 0 where there is none. */
  readonly hit: Int32Array;
  /** The next such state after this one. */
  readonly more: Int32Array;
  /** The needles that end at a state. */
  readonly ids: (number[] | undefined)[];
}

function insertAll(
  sequences: readonly (readonly number[])[],
  needles: readonly Needle[],
  width: number,
): Trie {
  const statesMax = 1 + sequences.reduce((sum, sequence) => sum + sequence.length, 0);
  const table = new Int32Array(statesMax * width);
  const ids: (number[] | undefined)[] = [undefined];
  for (const [index, sequence] of sequences.entries()) {
    let state = 0;
    for (const kind of sequence) {
      const place = state * width + kind;
      let child = table[place] ?? 0;
      if (child === 0) {
        child = ids.length;
        ids.push(undefined);
        table[place] = child;
      }
      state = child;
    }
    const id = needles[index]?.id;
    invariant(state !== 0 && id !== undefined, 'a needle is no empty text');
    ids[state] = [...(ids[state] ?? []), id];
  }
  const next = table.slice(0, ids.length * width);
  return { next, ids, hit: new Int32Array(ids.length), more: new Int32Array(ids.length) };
}

/** Breadth first: where a state goes that its needles do not say, its longest proper end says. */
function link({ next, hit, more, ids }: Trie, width: number): void {
  const fails = new Int32Array(ids.length);
  const rowOf = (state: number): Int32Array => next.subarray(state * width, (state + 1) * width);
  const queue = [0];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const fail = fails[state] ?? 0;
    more[state] = hit[fail] ?? 0;
    hit[state] = ids[state] === undefined ? (hit[fail] ?? 0) : state;
    const onward = state === 0 ? new Int32Array(width) : rowOf(fail);
    for (const child of complete(rowOf(state), onward, fails)) queue.push(child);
  }
}

/** Fills the gaps of a state's row; returns the children, which fail to where the state's own end goes on. */
function complete(row: Int32Array, onward: Int32Array, fails: Int32Array): number[] {
  const children: number[] = [];
  for (let kind = 0; kind < row.length; kind += 1) {
    const child = row[kind] ?? 0;
    const to = onward[kind] ?? 0;
    if (child === 0) row[kind] = to;
    else {
      fails[child] = to;
      children.push(child);
    }
  }
  return children;
}
