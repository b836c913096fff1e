import { DateTime } from 'luxon';
import { z } from 'zod';
import { profileNames } from '../consume/profiles/profiles.ts';
import { isZone } from '../consume/time/zone.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import { eventTimeFormats, recordFormats } from '../shared/model/source-config.ts';
import { duration, name, text, topicPattern } from './schema-parts.ts';

const sampleMs = 1_689_347_167_000;

/** A Luxon pattern holds a whole date when a time written and read by it is the same to the minute. */
function isWholePattern(pattern: string): boolean {
  const written = DateTime.fromMillis(sampleMs, { zone: 'UTC', locale: 'en-US' }).toFormat(pattern);
  const read = DateTime.fromFormat(written, pattern, { zone: 'UTC', locale: 'en-US' });
  return read.isValid && Math.abs(read.toMillis() - sampleMs) < 60_000;
}

const timeFormat = z
  .string()
  .describe(`One of ${eventTimeFormats.join(', ')}, or a Luxon pattern such as "yyyy-MM-dd HH:mm:ss".`)
  .superRefine((format, context) => {
    if (eventTimeFormats.some((known) => known === format) || isWholePattern(format)) return;
    const meant = didYouMean(format, eventTimeFormats);
    const named = `must be one of ${eventTimeFormats.join(', ')}, or a Luxon pattern that holds a whole date and time`;
    context.addIssue({
      code: 'custom',
      message: named,
      ...(meant ? { params: { hint: `did you mean "${meant}"?` } } : {}),
    });
  });

const time = z
  .strictObject({
    field: text.optional().describe('Field of the event that holds the time. Without it: the syslog header.'),
    format: timeFormat.default('auto'),
    zone: z
      .string()
      .refine(isZone, 'is no time zone; write an IANA name such as Europe/Zurich, or UTC+2')
      .default('UTC')
      .describe('Zone of times that name none.'),
    year: z.int().min(1970).max(9999).optional().describe('Year of syslog times, which have none.'),
  })
  .describe("Where the event time stands. Without it: what the profile knows, else the record's timestamp.");

const profile = z
  .string()
  .refine((written) => profileNames.includes(written), {
    error: (issue) => `is no profile; there are ${profileNames.join(', ')}${hintFor(String(issue.input))}`,
  })
  .describe(`Adds ECS fields to the events of a known producer: ${profileNames.join(', ')}.`);

function hintFor(written: string): string {
  const meant = didYouMean(written, profileNames);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** One entry of `sources`. */
export const sourceSchema = z
  .strictObject({
    name: name.describe('Names the source in rules, metrics and messages.'),
    topics: z.array(topicPattern).min(1, 'must name a topic').describe('Topics, or patterns such as logs.*'),
    format: z.enum(recordFormats).default('json').describe('What the payload is.'),
    profile: profile.optional(),
    unwrap: text.optional().describe('The record is JSON, and this field of it holds the payload.'),
    explode: text.optional().describe('Field that holds an array of events, such as Records of CloudTrail.'),
    time: time.optional(),
    lateness: duration.optional().describe('How late events may come and still count in windows; 2m.'),
    idleAfter: duration.optional().describe('Silence after which a partition holds no window back; 30s.'),
    maxSkew: duration.optional().describe('A time further ahead of the clock is clamped; 5m.'),
    silentAfter: duration.optional().describe('Silence after which somebody must be told.'),
    eventId: z
      .union([text, z.array(text).min(1).max(8)])
      .optional()
      .describe(
        'Field, or fields, that name an event: one that comes again with the same values counts once.',
      ),
    repeatsWithin: duration
      .optional()
      .describe('How much later by event time an event may come again and be known by its eventId; 1h.'),
    exactNumbers: z
      .boolean()
      .optional()
      .describe('Whole numbers beyond 2^53 are texts, all digits kept, instead of rounded numbers.'),
    logsource: z
      .strictObject({ product: text.optional(), service: text.optional(), category: text.optional() })
      .optional()
      .describe("Sigma's log source of these events."),
  })
  .superRefine((source, context) => {
    const isHeaderTime = source.format === 'syslog';
    if (source.time !== undefined && source.time.field === undefined && !isHeaderTime)
      context.addIssue({ code: 'custom', path: ['time', 'field'], message: 'is missing' });
    if (source.repeatsWithin !== undefined && source.eventId === undefined)
      context.addIssue({ code: 'custom', path: ['repeatsWithin'], message: 'means nothing without eventId' });
  })
  .describe('Topics that are read in one way.');
