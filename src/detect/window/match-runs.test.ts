import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendRun, appendToWritten, expireRuns, readRuns, writeRuns } from './match-runs.ts';
import { mostNumbers } from './window-kind.ts';

test('a match goes into runs that are written as into the runs', () => {
  const step = fc.record({ afterMs: fc.nat(3), weight: fc.constantFrom(1, 1, 5), spanMs: fc.nat(8) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const written = { numbers: new Float64Array(mostNumbers + 2), start: 2, length: 0 };
      let timeMs = 0;
      for (const { afterMs, weight, spanMs } of steps) {
        timeMs += afterMs;
        const match = { timeMs, weight, position: { topic: 't', partition: 0, offset: 0, index: 0 } };
        const before = [...written.numbers.slice(2, 2 + written.length)];
        const runs = readRuns(before);
        expireRuns(runs, timeMs - spanMs);
        appendRun(runs, match);
        const expected = writeRuns(runs);
        const length = appendToWritten(written, match, timeMs - spanMs);
        if (expected.length > mostNumbers) {
          expect(length).toBe(-1);
          expect([...written.numbers.slice(2, 2 + before.length)]).toEqual(before);
          return;
        }
        written.length = length;
        expect([...written.numbers.slice(2, 2 + length)]).toEqual(expected);
      }
    }),
  );
});
