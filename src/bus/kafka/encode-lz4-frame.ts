// @ts-expect-error The package has no types.
import lz4 from 'lz4js';

/** lz4js's block encoder: bytes written to `to`, or 0 where the block does not get smaller. */
type CompressBlock = (
  from: Buffer,
  to: Buffer,
  ...rest: [start: number, length: number, table: Uint32Array]
) => number;
const compressBlock: CompressBlock = lz4.compressBlock;

const blockBytes = 64 * 1024;
/** What a block of noise may grow to (LZ4_compressBound). */
const boundBytes = blockBytes + Math.ceil(blockBytes / 255) + 16;
/** Magic number; version 1 with independent blocks; blocks of 64 KiB; second byte of the header's xxHash32. */
const header = Buffer.from('04224d18604082', 'hex');
const endMark = Buffer.alloc(4);
const uncompressedFlag = 0x80000000;

/**
 * An LZ4 frame as Kafka's brokers accept it: they refuse the linked blocks that lz4js's own frames have
 * (KafkaLZ4BlockInputStream).
 */
export function encodeLz4Frame(data: Buffer): Buffer {
  const parts: Buffer[] = [header];
  // A table for all blocks: it is cleared for each, so that none refers to another.
  const table = new Uint32Array(1 << 16);
  for (let at = 0; at < data.length; at += blockBytes) {
    parts.push(...encodeBlock(data.subarray(at, at + blockBytes), table));
  }
  return Buffer.concat([...parts, endMark]);
}

function encodeBlock(block: Buffer, table: Uint32Array): readonly Buffer[] {
  table.fill(0);
  const packed = Buffer.allocUnsafe(boundBytes);
  const size = compressBlock(block, packed, 0, block.length, table);
  const isSmaller = size > 0 && size < block.length;
  const word = Buffer.alloc(4);
  word.writeUInt32LE(isSmaller ? size : block.length + uncompressedFlag);
  return [word, isSmaller ? packed.subarray(0, size) : block];
}
