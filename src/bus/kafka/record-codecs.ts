import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';
// @ts-expect-error The package has no types.
import snappyCodec from 'kafkajs-snappy';
import { decodeLz4Frame } from './decode-lz4-frame.ts';
import { encodeLz4Frame } from './encode-lz4-frame.ts';

// Node finds not all of this CommonJS package's names by itself.
const { CompressionCodecs, KafkaJSNonRetriableError } = kafkajs;

/** What kafkajs asks of a codec. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/**
 * A batch of records may decode to at most that many bytes. A producer that sends more (a decompression bomb: brokers
 * limit the compressed size only) ends the source with an error that says so, rather than the process for want of memory.
 */
const decodedBytesMax = 128 * 1024 * 1024;

const [gzipAsync, gunzipAsync] = [promisify(gzip), promisify(gunzip)];
const [zstdAsync, unzstdAsync] = [promisify(zstdCompress), promisify(zstdDecompress)];
const snappy: Codec = snappyCodec();

/** The four codecs by name; `decompress` rejects where a batch is broken or has more than `bytesMax` bytes. */
export const recordCodecs = (bytesMax: number) =>
  ({
    gzip: {
      compress: ({ buffer }) => gzipAsync(buffer),
      decompress: (buffer) => gunzipAsync(buffer, { maxOutputLength: bytesMax }),
    },
    snappy: {
      compress: async (encoder) => asBuffer(await snappy.compress(encoder)),
      decompress: async (buffer) => {
        if (snappyLength(buffer) > bytesMax) throw new Error('it decodes to more than is allowed');
        return asBuffer(await snappy.decompress(buffer));
      },
    },
    lz4: {
      compress: async ({ buffer }) => encodeLz4Frame(buffer),
      decompress: async (buffer) => decodeLz4Frame(buffer, bytesMax),
    },
    zstd: {
      compress: ({ buffer }) => zstdAsync(buffer),
      decompress: (buffer) => unzstdAsync(buffer, { maxOutputLength: bytesMax }),
    },
  }) satisfies Record<string, Codec>;

/**
 * Teaches kafkajs all codecs, once for the process: producers choose the compression, and kafkajs ends a consumer that
 * meets one it does not know. Its own gzip has no limit, so that is replaced, too.
 */
export function registerRecordCodecs(): void {
  const codecs = recordCodecs(decodedBytesMax);
  for (const [name, type] of [
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ] as const) {
    const codec = withPlainErrors(name, codecs[name]);
    CompressionCodecs[type] = () => codec;
  }
}

/** An error that kafkajs does not retry: the same bytes would fail again for ever. */
function withPlainErrors(name: string, codec: Codec): Codec {
  return {
    compress: (encoder) => codec.compress(encoder),
    async decompress(buffer) {
      try {
        return await codec.decompress(buffer);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new KafkaJSNonRetriableError(`a ${name} batch of records cannot be decoded: ${reason}`);
      }
    },
  };
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const xerialHeader = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

/** The decoded length that snappy data declares, raw or in the xerial framing of Kafka's Java client. */
function snappyLength(data: Buffer): number {
  if (!data.subarray(0, 8).equals(xerialHeader)) return varint(data, 0);
  let total = 0;
  for (let at = 16; at + 4 <= data.length; at += 4 + data.readUInt32BE(at)) total += varint(data, at + 4);
  return total;
}

/** The unsigned 32-bit varint at an offset. */
function varint(data: Buffer, start: number): number {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = data[start + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return value;
}
