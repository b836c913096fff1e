import { z } from 'zod';
import { parseDuration } from '../shared/duration.ts';

/** A text with something in it. */
export const text = z.string().min(1, 'must not be empty');

/** A path; relative ones start at the folder of the configuration file. */
export const path = text.describe('A path, relative to the folder of this file.');

/** `30s`, `5m`, `1h`, `7d` to milliseconds. */
export const duration = z
  .string()
  .describe('A duration: a number and a unit (ms, s, m, h, d, w), such as 30s, 5m, 1h, 7d.')
  .transform((written, context) => {
    const parsed = parseDuration(written);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.failure });
    return z.NEVER;
  });

/** Such a duration, and not zero. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'must be longer than nothing');

/** A name of ours: it becomes a key, a label of a metric, a part of an outbox lane. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const topicLetters = /^[A-Za-z0-9._-]{1,249}$/;

/** A topic's name by Kafka's rules. */
export const topic = z
  .string()
  .regex(topicLetters, 'must be 1 to 249 letters, digits, dots, dashes or underscores');

/** A topic's name, or a pattern in which `*` stands for any run of characters. */
export const topicPattern = z
  .string()
  .regex(/^[A-Za-z0-9._*-]{1,249}$/, 'must be 1 to 249 letters, digits, dots, dashes, underscores or *');

/** The two ways to give a secret: the value (mostly `${NAME}` from the environment), or a file that holds it. */
export const secret = text.describe(`A secret: mostly $\{NAME} from the environment. Or give the ...File.`);
export const secretFile = path.describe(
  'File that holds the secret; a line break at its end does not count.',
);
