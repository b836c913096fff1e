/**
 * Decodes LZ4 frames (lz4_Frame_format.md 1.6, blocks as in lz4_Block_format.md) as Kafka's clients write them.
 * Unlike lz4js, it never writes or reads outside its buffers, ends at a limit, and skips block checksums where they are.
 * Checksums are not verified: the record batch around the frame has a CRC, which the broker checks.
 */
const magic = 0x184d2204;
const blockSizes: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };
const uncompressedFlag = 0x80000000;

interface Frame {
  readonly firstBlock: number;
  readonly blockMax: number;
  readonly hasBlockChecksums: boolean;
}

interface Block {
  readonly start: number;
  readonly end: number;
  readonly isCompressed: boolean;
  /** Where the next block begins. */
  readonly next: number;
}

/** The content of a frame. Throws an Error that says what is wrong with it, or that it has more than `bytesMax`. */
export function decodeLz4Frame(data: Buffer, bytesMax: number): Buffer {
  const frame = readHeader(data);
  const blocks = [...blocksOf(data, frame)];
  const bound = blocks.reduce(
    (sum, { start, end, isCompressed }) => sum + (isCompressed ? frame.blockMax : end - start),
    0,
  );
  // One byte more than allowed, so that reaching it tells "too large" from "just fits".
  const out = Buffer.allocUnsafe(Math.min(bound, bytesMax + 1));
  let at = 0;
  for (const block of blocks) at = decodeBlock(data, block, { out, at });
  if (at > bytesMax) throw tooLarge();
  // Records are views of this memory: a nearly empty block must not keep four megabytes alive.
  return at * 2 < out.length ? Buffer.from(out.subarray(0, at)) : out.subarray(0, at);
}

function readHeader(data: Buffer): Frame {
  if (data.length < 7 || data.readUInt32LE(0) !== magic) throw new Error('this is not an LZ4 frame');
  const flags = data.readUInt8(4);
  if (flags >> 6 !== 1) throw new Error(`LZ4 frame version ${flags >> 6} is not known`);
  const blockMax = blockSizes[(data.readUInt8(5) >> 4) & 7];
  if (blockMax === undefined) throw new Error('the LZ4 frame has an unknown block size');
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  if (hasDictionary) throw new Error('the LZ4 frame needs a dictionary');
  return {
    firstBlock: 7 + (hasContentSize ? 8 : 0),
    blockMax,
    hasBlockChecksums: (flags & 0x10) !== 0,
  };
}

function* blocksOf(data: Buffer, frame: Frame): Generator<Block> {
  let at = frame.firstBlock;
  for (;;) {
    if (at + 4 > data.length) throw cutOff();
    const word = data.readUInt32LE(at);
    if (word === 0) return;
    const isCompressed = word < uncompressedFlag;
    const start = at + 4;
    const end = start + (isCompressed ? word : word - uncompressedFlag);
    if (end > data.length) throw cutOff();
    at = end + (frame.hasBlockChecksums ? 4 : 0);
    yield { start, end, isCompressed, next: at };
  }
}

/** Decodes one block to `to.at` and returns where it ended. Later blocks may refer to what earlier ones wrote. */
function decodeBlock(data: Buffer, block: Block, to: { out: Buffer; at: number }): number {
  const { start, end, isCompressed } = block;
  if (isCompressed) return decodeSequences(data, block, to);
  if (to.at + end - start > to.out.length) throw tooLarge();
  return to.at + data.copy(to.out, to.at, start, end);
}

function decodeSequences(data: Buffer, block: Block, { out, at }: { out: Buffer; at: number }): number {
  const { end } = block;
  let from = block.start;
  let to = at;
  const more = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let byte = 255;
      while (byte === 255) {
        if (from >= end) throw cutOff();
        byte = data[from++] ?? 0;
        length += byte;
      }
    }
    return length;
  };
  while (from < end) {
    const token = data[from++] ?? 0;
    const literals = more(token >> 4);
    if (from + literals > end) throw cutOff();
    if (to + literals > out.length) throw tooLarge();
    data.copy(out, to, from, from + literals);
    from += literals;
    to += literals;
    // The last sequence has literals only.
    if (from === end) return to;
    if (from + 2 > end) throw cutOff();
    const distance = (data[from] ?? 0) | ((data[from + 1] ?? 0) << 8);
    from += 2;
    if (distance === 0 || distance > to) throw new Error('the LZ4 block refers to what is not there');
    to = copyMatch(out, to, { distance, length: more(token & 15) + 4 });
  }
  return to;
}

/** Copies from `distance` before; where the two overlap, bytes just written are read again (a run). */
function copyMatch(out: Buffer, to: number, match: { distance: number; length: number }): number {
  const { distance, length } = match;
  const end = to + length;
  if (end > out.length) throw tooLarge();
  if (distance >= length) {
    out.copyWithin(to, to - distance, to - distance + length);
    return end;
  }
  for (let i = to; i < end; i++) out[i] = out[i - distance] ?? 0;
  return end;
}

const tooLarge = (): Error => new Error('the LZ4 frame decodes to more than is allowed');
const cutOff = (): Error => new Error('the LZ4 frame is cut off');
