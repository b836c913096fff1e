import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLz4Frame } from './decode-lz4-frame.ts';
import { recordCodecs } from './record-codecs.ts';

const bytesMax = 6_000_000;
const codecs = Object.entries(recordCodecs(bytesMax));
const encoder = (buffer: Buffer) => ({ buffer });

describe.each(codecs)('%s', (name, codec) => {
  test.each([
    { title: 'nothing', data: Buffer.alloc(0) },
    { title: 'one byte', data: Buffer.from('x') },
    { title: 'noise', data: randomBytes(300_000) },
    { title: 'a run', data: Buffer.alloc(5_000_000, 'a') },
    {
      title: 'text',
      data: Buffer.from('Failed password for root from 203.0.113.7 port 22 ssh2\n'.repeat(20_000)),
    },
  ])('gives back $title', async ({ data }) => {
    const decoded = await codec.decompress(await codec.compress(encoder(data)));
    expect(Buffer.isBuffer(decoded)).toBe(true);
    expect(decoded.equals(data)).toBe(true);
  });

  test('gives back whatever it was given', async () => {
    const repetitive = fc
      .array(fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 1, max: 50 })), { maxLength: 40 })
      .map((parts) =>
        Buffer.concat(parts.flatMap(([bytes, times]) => Array(times).fill(Buffer.from(bytes)))),
      );
    await fc.assert(
      fc.asyncProperty(repetitive, async (data) => {
        const decoded = await codec.decompress(await codec.compress(encoder(data)));
        expect(decoded.equals(data)).toBe(true);
      }),
    );
  });

  test('refuses a batch that decodes to more than is allowed', async () => {
    const bomb = await codec.compress(encoder(Buffer.alloc(bytesMax + 1)));
    await expect(codec.decompress(bomb)).rejects.toThrow();
  });

  test('refuses or survives any damage, and never hangs', async () => {
    const whole = await codec.compress(
      encoder(Buffer.from('some text, some text, some other text'.repeat(50))),
    );
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      await codec.decompress(damaged).catch((error: unknown) => expect(error, name).toBeInstanceOf(Error));
    }
  });
});

describe('an LZ4 frame', () => {
  test.each([
    { title: 'of another kind', frame: Buffer.alloc(20), says: 'not an LZ4 frame' },
    {
      title: 'that is cut off',
      frame: Buffer.from('04224d18604082', 'hex'),
      says: 'cut off',
    },
    {
      title: 'that refers before its beginning',
      frame: Buffer.from('04224d18604082' + '05000000' + '1041050000' + '00000000', 'hex'),
      says: 'refers to what is not there',
    },
  ])('$title is refused', ({ frame, says }) => {
    expect(() => decodeLz4Frame(frame, 1_000)).toThrow(says);
  });

  test('with content size and block checksums is read past them', () => {
    // Flags: version 1, independent blocks, block checksums, content size; one uncompressed block "hello".
    const frame = Buffer.concat([
      Buffer.from('04224d18' + '7840' + '0500000000000000' + '00', 'hex'),
      Buffer.from('05000080', 'hex'),
      Buffer.from('hello'),
      Buffer.from('deadbeef' + '00000000', 'hex'),
    ]);
    expect(decodeLz4Frame(frame, 5).toString()).toBe('hello');
    expect(() => decodeLz4Frame(frame, 4)).toThrow('more than is allowed');
  });
});
