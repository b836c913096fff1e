import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonFault } from './json-fault.ts';

describe('the place where a text stops being JSON', () => {
  test.each([
    ['', 1, 1],
    ['{', 1, 2],
    ['{"a":1,}', 1, 8],
    ['{"a" 1}', 1, 6],
    ['{"a":1 "b":2}', 1, 8],
    ['{"a":}', 1, 6],
    ['{a:1}', 1, 2],
    ["{'a':1}", 1, 2],
    ['[1,]', 1, 4],
    ['[1 2]', 1, 4],
    ['{"a":[1}', 1, 8],
    ['{} {}', 1, 4],
    ['{\n  "a": 1,\n  // comment\n}', 3, 3],
    ['{"a":01}', 1, 7],
    ['{"a":"b\n"}', 1, 6],
    ['{"a":NaN}', 1, 6],
    [':', 1, 1],
  ])('of %j is line %i, column %i', (text, line, column) => {
    expect(findJsonFault(text)).toMatchObject({ line, column });
  });

  test('JSON has none', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonFault(text)).toBeUndefined();
      }),
    );
    expect(findJsonFault(' { "a" : [ ] , "b" : { } , "\\u00e9" : -1.5e+3 } \n')).toBeUndefined();
  });

  test('is found wherever the parser finds a fault', () => {
    const cut = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', ':', '"', 'x', '1'));
    fc.assert(
      fc.property(cut, ([json, at, put]) => {
        const text = json.slice(0, at % (json.length + 1)) + put + json.slice((at % (json.length + 1)) + 1);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonFault(text) === undefined).toBe(isJson);
      }),
      { numRuns: 2_000 },
    );
  });
});
