import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomDetection, randomEvent } from '../support/sigma-arbitraries.ts';
import { compileYaml } from '../support/sigma-events.ts';

test('a compiled rule finds what its words say, on random rules and events', () => {
  fc.assert(
    fc.property(
      randomDetection,
      fc.array(randomEvent, { minLength: 5, maxLength: 10 }),
      ({ detection, holds }, events) => {
        // JSON is YAML.
        const matches = compileYaml(JSON.stringify({ title: 'T', logsource: { product: 'x' }, detection }));
        for (const event of events)
          expect([detection, event, matches(event)]).toEqual([detection, event, holds(event)]);
      },
    ),
    { numRuns: 2_000 },
  );
});
