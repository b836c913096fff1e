import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const written = fc.oneof(
  fc.record({ kind: fc.constant('count' as const), value: fc.maxSafeNat() }),
  fc.record({
    kind: fc.constant('difference' as const),
    value: fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.constantFrom(2 ** 53, -(2 ** 53), 2 ** 52, 1 - 2 ** 53),
    ),
  }),
  fc.record({
    kind: fc.constant('number' as const),
    value: fc.oneof(
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
      fc.constantFrom(-0, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 48, -(2 ** 48), 2 ** 30, -(2 ** 30)),
    ),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    value: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('\ud800x'.repeat(5_000))),
  }),
);

test('reads what was written, whatever stands before it', () => {
  fc.assert(
    fc.property(fc.array(written), (parts) => {
      const writer = new ByteWriter(1);
      for (const { kind, value } of parts)
        if (kind === 'text') writer.text(value);
        else writer[kind](value);
      const reader = new ByteReader(writer.taken());
      for (const { kind, value } of parts) expect(reader[kind]()).toBe(value);
      expect(() => reader.count()).toThrow('ends too early');
    }),
  );
});

test('pieces are handed out as they are, and what is cut off is no state', () => {
  const writer = new ByteWriter();
  writer.piece(Uint8Array.of(1, 2, 3));
  expect([...new ByteReader(writer.taken()).piece()]).toEqual([1, 2, 3]);
  expect(() => new ByteReader(writer.taken().subarray(0, 3)).piece()).toThrow('ends too early');
});
