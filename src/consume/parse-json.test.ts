import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { depthMax, parseJson } from './parse-json.ts';

const exact = (text: string): unknown => {
  const parsed = parseJson(text, true);
  return parsed.ok ? parsed.value : parsed.failure;
};

describe('whole numbers beyond 2^53', () => {
  const text =
    '{"a":9007199254740993,"b":[-9223372036854775808],"c":9007199254740991,"d":1.5e300,"e":0.1234567890123456789,"f":"9007199254740993"}';

  test('are rounded', () => {
    expect(parseJson(text)).toMatchObject({ ok: true, value: { a: 2 ** 53, b: [-(2 ** 63)] } });
  });

  test('are texts with all their digits where that is asked for; measures and what is exact stay numbers', () => {
    expect(exact(text)).toEqual({
      a: '9007199254740993',
      b: ['-9223372036854775808'],
      c: 9_007_199_254_740_991,
      d: 1.5e300,
      e: 0.12345678901234568,
      f: '9007199254740993',
    });
  });

  test('are all there is to it: any other JSON is read as ever', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        fc.pre(!/\d{16}/.test(json));
        expect(parseJson(json, true)).toEqual(parseJson(json));
      }),
    );
  });
});

test('what is too deep is refused, with exact numbers too', () => {
  const deep = `${'['.repeat(depthMax + 1)}12345678901234567890${']'.repeat(depthMax + 1)}`;
  expect(exact(deep)).toMatchObject({ reason: 'too-deep' });
});
