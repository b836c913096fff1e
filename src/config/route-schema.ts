import { z } from 'zod';
import { severities } from '../shared/model/severity.ts';
import { duration, name, positiveDuration, text } from './schema-parts.ts';

const oneOrMany = z.union([text, z.array(text)]);

/** What an incident must be for a route to take it: all that is given must hold, one of several values suffices. */
const matchSchema = z
  .strictObject({
    severity: z.union([z.enum(severities), z.array(z.enum(severities))]).optional(),
    minSeverity: z.enum(severities).optional().describe('This severity or a higher one.'),
    rule: oneOrMany.optional().describe('Rule ids; * stands for any characters.'),
    tags: oneOrMany.optional().describe('One of these tags.'),
    source: oneOrMany.optional().describe('Names of the sources its evidence came from: one of them.'),
    group: z.record(z.string(), oneOrMany).optional().describe('Group field to value.'),
  })
  .meta({ id: 'Match' })
  .describe('What an incident must be: all that is given must hold, one of several values suffices.');

const escalationStep = z.strictObject({
  after: positiveDuration.describe('So long after it was first told, when nobody acknowledged it.'),
  receiver: text,
});

/** A node of the routing tree. */
export const routeSchema = z
  .strictObject({
    receiver: text.optional(),
    match: matchSchema.optional(),
    continue: z.boolean().optional().describe('Go on with the next route although this one took it.'),
    groupBy: z
      .array(text)
      .optional()
      .describe(
        'Told together: incidents with the same rule, severity, source, tags or group field. ["..."]: each by itself.',
      ),
    groupWait: duration.optional().describe('How long the first of a group waits for others; 0s.'),
    groupInterval: duration
      .optional()
      .describe('What comes so soon after a group was told waits, and is told together; 5m with groupBy.'),
    repeatInterval: positiveDuration
      .optional()
      .describe('Tell again what still stands and nobody acknowledged; never unless given.'),
    repeatIntervalMax: positiveDuration
      .optional()
      .describe('Each repeat comes after twice as long as the one before, up to this.'),
    muteTimeIntervals: z.array(text).optional().describe('Nothing is told within these timeIntervals.'),
    activeTimeIntervals: z.array(text).optional().describe('Nothing is told outside of these.'),
    escalate: z.array(escalationStep).optional().describe('Whom to tell when nobody acknowledges.'),
    get routes() {
      return z.array(routeSchema).optional();
    },
  })
  .meta({ id: 'Route' })
  .describe('Who hears of which incidents: the first nested route that matches, else this one.');

const timeInterval = z.strictObject({
  times: z
    .array(z.strictObject({ from: text, to: text }))
    .optional()
    .describe('Of the day: from 09:00 to 17:00.'),
  weekdays: z.array(text).optional().describe('monday:friday'),
  daysOfMonth: z.array(text).optional().describe('1:7, or -1 for the last.'),
  months: z.array(text).optional().describe('january:march'),
  years: z.array(text).optional().describe('2026:2027'),
  location: text.optional().describe('IANA name of a time zone, such as Europe/Zurich; UTC.'),
});

/** Named times that routes are muted, or active, in. */
export const timeIntervalsSchema = z
  .record(name, z.array(timeInterval).min(1, 'must have an interval'))
  .default({})
  .describe('Named times of day, week and year: any of a list. Routes name them.');

export const inhibitRulesSchema = z
  .array(
    z.strictObject({
      name: text.optional(),
      source: matchSchema.describe('While an incident like this stands,'),
      target: matchSchema.describe('nobody is told of incidents like this'),
      equal: z
        .array(text)
        .default([])
        .describe('that have the same values of these: group fields, rule, severity.'),
    }),
  )
  .default([])
  .describe('Which incidents make others not worth telling.');

const instant = z
  .string()
  .refine((written) => !Number.isNaN(Date.parse(written)) && /[zZ]|[+-]\d\d:?\d\d$/.test(written), {
    message: 'must be a time with its zone, such as 2026-03-01T22:00:00Z',
  });

export const maintenanceSchema = z
  .array(
    z.strictObject({
      name,
      match: matchSchema.default({}).describe('Of which incidents nobody is told; all.'),
      from: instant,
      until: instant,
      comment: text.default('maintenance'),
    }),
  )
  .default([])
  .describe('Times in which nobody is told. What still stands at their end is told then.');
