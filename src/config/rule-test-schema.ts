import { z } from 'zod';
import { defined, durationMs } from './rule-window-parts.ts';

/** One test of a rule may send this many events at most. */
const repeatMax = 100_000;

const testEvent = z
  .strictObject({
    event: z.record(z.string(), z.unknown()).meta({ description: 'The fields of the event, as decoded.' }),
    at: durationMs
      .optional()
      .meta({ description: 'When, after the start of the test. Default: at the entry before.' }),
    repeat: z.int().min(1).max(repeatMax).default(1),
    every: durationMs.optional().meta({ description: 'Time between repeats. Default: 1s.' }),
  })
  .transform(({ at, every, ...rest }) => defined({ ...rest, atMs: at, everyMs: every ?? 1_000 }));

/** A rule's own test: events in, and what must come of them. */
export const ruleTestSchema = z
  .strictObject({
    name: z.string().min(1).max(500),
    events: z.array(testEvent).max(1_000),
    expect: z
      .strictObject({
        incidents: z.int().min(0),
        group: z.record(z.string(), z.unknown()).optional(),
        firings: z.int().min(0).optional(),
      })
      .transform(defined),
  })
  .refine(
    (test) => test.events.reduce((sum, entry) => sum + entry.repeat, 0) <= repeatMax,
    `sends more than ${repeatMax} events`,
  )
  .meta({ description: 'Run by `tocsin rules test`.' });
