import { z } from 'zod';
import { eventsAtOnce } from '../detect/match/own-facts/ask-events.ts';
import type { Config } from './config-model.ts';
import { positiveDuration } from './schema-parts.ts';

/** What asking own facts may cost. A fact that asks a cache or a directory nearby takes milliseconds; every batch waits for the slowest. */
export const factLimitsSchema = z
  .strictObject({
    answer: positiveDuration.default(1_000).describe('A fact that takes longer than this has failed.'),
    lateMax: z
      .int()
      .min(1)
      .default(10)
      .describe('After so many answers in a row that came too late a fact is left alone.'),
    rest: positiveDuration.default(30_000).describe('For so long: until then every call fails at once.'),
    eventsAtOnce: z
      .int()
      .min(1)
      .max(10_000)
      .default(eventsAtOnce)
      .describe('Facts are asked about so many events at a time.'),
  })
  .transform(({ answer, rest, ...counts }) => ({ ...counts, answerMs: answer, restMs: rest }))
  .prefault({})
  .describe('How long facts of your own may take, and how many are asked at once.');

/** What holds where nobody says otherwise. */
export const defaultFactLimits: Config['factLimits'] = factLimitsSchema.parse({});
