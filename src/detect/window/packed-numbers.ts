import { grow } from './grow.ts';
import { numbersOfLength } from './numbers-of-length.ts';
import { mostNumbers, type NumbersView } from './window-kind.ts';

/** Lists are kept in blocks of 4, 8, 12 or 16 numbers. */
const blockStep = 4;

/** Blocks of one size come in pieces of so many, at the most, so that growing copies little, and pieces are few. */
const pieceBits = 16;
const placeMask = (1 << pieceBits) - 1;
/** And begin with so many. */
const fewBlocks = 16;

/** A reference is the block's number, and in its lowest bits the length of the list. */
const lengthBits = 5;
const lengthMask = (1 << lengthBits) - 1;

interface Blocks {
  readonly size: number;
  readonly pieces: Float64Array[];
  readonly free: number[];
  end: number;
}

/** Short lists of numbers in typed arrays. Bound: the owner's; 2^26 lists of each of four sizes. */
export class PackedNumbers {
  readonly #blocks: readonly Blocks[] = Array.from({ length: mostNumbers / blockStep }, (_, at) => ({
    size: (at + 1) * blockStep,
    pieces: [],
    free: [],
    end: 0,
  }));

  readonly #view: { -readonly [Part in keyof NumbersView]: NumbersView[Part] } = {
    numbers: new Float64Array(0),
    start: 0,
    length: 0,
  };

  /** Whether it is a list that can be kept: 1 to 16 numbers. */
  static takes(written: unknown): written is readonly number[] {
    if (!Array.isArray(written) || written.length === 0 || written.length > mostNumbers) return false;
    for (const number of written) if (typeof number !== 'number') return false;
    return true;
  }

  /** Keeps a list; returns its reference, 0 or more. */
  add(numbers: ArrayLike<number>, length = numbers.length): number {
    const blocks = this.#blocksFor(length);
    const block = blocks.free.pop() ?? this.#newBlock(blocks);
    return this.#write(block, numbers, length);
  }

  /** Keeps the beginning of these numbers in place of a list; returns their reference. */
  replace(reference: number, numbers: Float64Array, length: number): number {
    if (this.#blocksFor(reference & lengthMask) === this.#blocksFor(length))
      return this.#write(reference >> lengthBits, numbers, length);
    this.release(reference);
    return this.add(numbers, length);
  }

  numbersOf(reference: number): readonly number[] {
    const { numbers, start, length } = this.viewOf(reference);
    const copy = numbersOfLength(length);
    for (let at = 0; at < length; at += 1) copy[at] = numbers[start + at] as number;
    return copy;
  }

  /** Copies a list; returns its length. */
  copyTo(to: Float64Array, reference: number): number {
    const { numbers, start, length } = this.viewOf(reference);
    for (let at = 0; at < length; at += 1) to[at] = numbers[start + at] as number;
    return length;
  }

  /** The list where it is kept; until the next call. */
  viewOf(reference: number): NumbersView {
    const length = reference & lengthMask;
    const block = reference >> lengthBits;
    const blocks = this.#blocksFor(length);
    this.#view.numbers = pieceOf(blocks, block);
    this.#view.start = (block & placeMask) * blocks.size;
    this.#view.length = length;
    return this.#view;
  }

  /** Something of the list. */
  touch(reference: number): number {
    const blocks = this.#blocksFor(reference & lengthMask);
    const block = reference >> lengthBits;
    return pieceOf(blocks, block)[(block & placeMask) * blocks.size] as number;
  }

  /** Forgets a list; its reference will be another's. */
  release(reference: number): void {
    this.#blocksFor(reference & lengthMask).free.push(reference >> lengthBits);
  }

  #write(block: number, numbers: ArrayLike<number>, length: number): number {
    const blocks = this.#blocksFor(length);
    const piece = pieceOf(blocks, block);
    const start = (block & placeMask) * blocks.size;
    for (let at = 0; at < length; at += 1) piece[start + at] = numbers[at] as number;
    return (block << lengthBits) | length;
  }

  #newBlock(blocks: Blocks): number {
    const place = blocks.end & placeMask;
    const last = place === 0 ? undefined : blocks.pieces.at(-1);
    if (last === undefined) blocks.pieces.push(new Float64Array(fewBlocks * blocks.size));
    else if (place * blocks.size === last.length)
      blocks.pieces[blocks.pieces.length - 1] = grow(last, 2 * last.length);
    blocks.end += 1;
    return blocks.end - 1;
  }

  #blocksFor(length: number): Blocks {
    return this.#blocks[(length - 1) >> 2] as Blocks;
  }
}

const pieceOf = (blocks: Blocks, block: number): Float64Array =>
  blocks.pieces[block >> pieceBits] as Float64Array;
