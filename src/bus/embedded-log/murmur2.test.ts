import { describe, expect, test } from 'vitest';
import { murmur2, partitionOfKey } from './murmur2.ts';

describe('murmur2', () => {
  // The table of org.apache.kafka.common.utils.UtilsTest.testMurmur2.
  test.each([
    { key: '21', hash: -973932308 },
    { key: 'foobar', hash: -790332482 },
    { key: 'a-little-bit-long-string', hash: -985981536 },
    { key: 'a-little-bit-longer-string', hash: -1486304829 },
    { key: 'lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', hash: -58897971 },
    { key: 'abc', hash: 479470107 },
  ])('gives $key what Java gives it', ({ key, hash }) => {
    expect(murmur2(new TextEncoder().encode(key))).toBe(hash);
  });

  test('reads a view that does not begin at a multiple of four', () => {
    const bytes = new TextEncoder().encode('xfoobar').subarray(1);
    expect(murmur2(bytes)).toBe(-790332482);
  });

  test('gives a partition in range', () => {
    for (let i = 0; i < 1_000; i++) {
      const partition = partitionOfKey(new TextEncoder().encode(`key-${i}`), 7);
      expect(partition).toBeGreaterThanOrEqual(0);
      expect(partition).toBeLessThan(7);
    }
  });
});
