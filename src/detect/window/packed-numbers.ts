import { numbersOfLength } from './numbers-of-length.ts';
import type { NumbersView } from './window-kind.ts';

/** Lists are kept in blocks of 4, 8, 12 or 16 numbers. */
const blockStep = 4;
const lengthMax = 16;

/** Blocks of one size come in pieces of so many, so that growing copies nothing. */
const blocksPerPiece = 4_096;

/** A reference is the block's number, and in its lowest bits the length of the list. */
const lengthBits = 5;

interface Blocks {
  readonly size: number;
  readonly pieces: Float64Array[];
  readonly free: number[];
  end: number;
}

/** Short lists of numbers in typed arrays. Bound: the owner's; 2^26 lists of each of four sizes. */
export class PackedNumbers {
  readonly #blocks: readonly Blocks[] = Array.from({ length: lengthMax / blockStep }, (_, at) => ({
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
    if (!Array.isArray(written) || written.length === 0 || written.length > lengthMax) return false;
    for (const number of written) if (typeof number !== 'number') return false;
    return true;
  }

  /** Keeps a list; returns its reference, 0 or more. */
  add(numbers: readonly number[]): number {
    const blocks = this.#blocksFor(numbers.length);
    const block = blocks.free.pop() ?? this.#newBlock(blocks);
    const piece = this.#pieceOf(blocks, block);
    const start = (block % blocksPerPiece) * blocks.size;
    for (let at = 0; at < numbers.length; at += 1) piece[start + at] = numbers[at] as number;
    return (block << lengthBits) | numbers.length;
  }

  numbersOf(reference: number): readonly number[] {
    const length = reference & ((1 << lengthBits) - 1);
    const block = reference >> lengthBits;
    const blocks = this.#blocksFor(length);
    const piece = this.#pieceOf(blocks, block);
    const start = (block % blocksPerPiece) * blocks.size;
    const numbers = numbersOfLength(length);
    for (let at = 0; at < length; at += 1) numbers[at] = piece[start + at] as number;
    return numbers;
  }

  /** The list where it is kept; until the next call. */
  viewOf(reference: number): NumbersView {
    const length = reference & ((1 << lengthBits) - 1);
    const block = reference >> lengthBits;
    const blocks = this.#blocksFor(length);
    this.#view.numbers = this.#pieceOf(blocks, block);
    this.#view.start = (block % blocksPerPiece) * blocks.size;
    this.#view.length = length;
    return this.#view;
  }

  /** Forgets a list; its reference will be another's. */
  release(reference: number): void {
    this.#blocksFor(reference & ((1 << lengthBits) - 1)).free.push(reference >> lengthBits);
  }

  #newBlock(blocks: Blocks): number {
    if (blocks.end % blocksPerPiece === 0) blocks.pieces.push(new Float64Array(blocksPerPiece * blocks.size));
    blocks.end += 1;
    return blocks.end - 1;
  }

  #blocksFor(length: number): Blocks {
    return this.#blocks[(length - 1) >> 2] as Blocks;
  }

  #pieceOf(blocks: Blocks, block: number): Float64Array {
    return blocks.pieces[Math.floor(block / blocksPerPiece)] as Float64Array;
  }
}
