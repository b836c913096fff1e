import { z } from 'zod';
import { isTargetKind, targetKinds } from '../remediate/check-target.ts';
import { openC2Actions } from '../remediate/open-c2.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import { severities } from '../shared/model/severity.ts';
import { parseTemplate } from '../shared/template.ts';
import { ruleTestSchema } from './rule-test-schema.ts';
import { defined, durationMs, positiveDurationMs } from './rule-window-parts.ts';
import { windowSchema } from './rule-window-schema.ts';

/** The most fields a rule may group by. */
const groupFieldsMax = 10;

/** Members shorter than this, so that a rule cannot fill a message, a metric, or the memory. */
const idLengthMax = 200;
export const textLengthMax = 10_000;
export const listedMax = { texts: 200, length: 2_000 };

const text = z.string().max(textLengthMax);
const texts = z.array(z.string().min(1).max(listedMax.length)).max(listedMax.texts);

/** Ids go into keys, labels and file names of other systems: one line, no spaces at the ends. */
const ruleId = z
  .string()
  .min(1)
  .max(idLengthMax)
  .regex(/^[^\p{Cc}\s](?:[^\p{Cc}]*[^\p{Cc}\s])?$/u, 'must be one line, without spaces at its ends')
  .meta({ description: 'What the rule is called wherever it is referred to. Never changes.' });

const fieldName = z
  .string()
  .min(1)
  .max(500)
  .refine((name) => !/(?:^|\.)(?:__proto__|constructor|prototype)(?:\.|$)/.test(name), 'is never followed')
  .meta({ description: 'A field of the event: an exact key, or a dotted path.' });

/** Checked by `detect/match`, which says more than a schema could; the JSON Schema describes it for editors. */
const conditions = z.unknown().meta({ $ref: '#/$defs/conditions' });

const instant = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'must be a date (2026-12-31) or a time with its zone',
  )
  .transform((written) => Date.parse(written))
  .meta({ description: 'A date (2026-12-31, midnight UTC) or a time with its zone (2026-12-31T18:00:00Z).' });

const exception = z
  .strictObject({ conditions, reason: text.min(1), author: text.optional(), expires: instant.optional() })
  .meta({ description: 'Events that the rule leaves out, and why.' })
  .transform(({ expires, ...rest }) => defined({ ...rest, expiresAtMs: expires }));

const remediation = z
  .strictObject({
    action: z.enum(openC2Actions),
    target: z
      .record(z.string(), z.unknown())
      .refine(
        (target) => Object.keys(target).length === 1,
        'must have exactly one member: the kind of target',
      )
      .superRefine((target, context) => {
        const unknown = Object.keys(target).find((kind) => !isTargetKind(kind));
        if (unknown === undefined) return;
        const meant = didYouMean(unknown, targetKinds);
        const hint =
          meant === undefined ? `there are: ${targetKinds.join(', ')}` : `did you mean "${meant}"?`;
        context.addIssue({ code: 'custom', path: [unknown], message: `is no kind of target (${hint})` });
      })
      .meta({ description: 'One OpenC2 target; its texts are templates: {"ipv4_net": "{{ source.ip }}"}.' }),
    duration: positiveDurationMs.optional(),
    mode: z.enum(['propose', 'approve', 'automatic']).default('propose'),
  })
  .transform(({ duration, ...rest }) => defined({ ...rest, durationMs: duration }));

/** A rule as people write it. Unknown members are faults: a misspelt one would otherwise silently do nothing. */
export const ruleSchema = z.strictObject({
  $schema: z.string().optional(),
  id: ruleId,
  title: text
    .min(1)
    .superRefine((title, context) => {
      for (const message of parseTemplate(title).faults) context.addIssue({ code: 'custom', message });
      if (/\{\{[^{}]*$/.test(title)) context.addIssue({ code: 'custom', message: 'has "{{" without "}}"' });
    })
    .optional()
    .meta({ description: 'A template: "SSH brute force from {{ source.ip }}". Default: the id.' }),
  description: text.default(''),
  severity: z.enum(severities).default('medium'),
  status: z.enum(['draft', 'shadow', 'production']).default('production').meta({
    description: 'draft: not loaded; shadow: evaluated and counted, nobody is told; production: alerts.',
  }),
  tags: texts.default([]),
  references: texts.default([]),
  runbook: text.default(''),
  falsePositives: texts.default([]),
  sources: texts.min(1).optional().meta({ description: 'Names of sources the rule reads; left out: all.' }),
  conditions: conditions.optional(),
  exceptions: z.array(exception).max(1_000).default([]),
  groupBy: z
    .array(fieldName)
    .max(groupFieldsMax)
    .refine((names) => new Set(names).size === names.length, 'names a field twice')
    .default([])
    .meta({ description: 'Count, and open incidents, for each tuple of these fields.', uniqueItems: true }),
  missingGroup: z.enum(['null', 'skip']).default('null').meta({
    description: 'An event without a field of groupBy: grouped under null, or left out and counted.',
  }),
  window: windowSchema.optional().meta({ description: 'Left out: the rule fires on every match.' }),
  dedup: durationMs
    .default(3_600_000)
    .meta({ description: 'Quiet time after which an incident resolves by itself.' }),
  notify: texts.default([]).meta({ description: 'Receivers to tell whatever the routes say.' }),
  remediation: z.array(remediation).max(20).default([]),
  alert: z.boolean().default(true).meta({ description: 'false: only other rules hear of its firings.' }),
  tests: z.array(ruleTestSchema).max(1_000).default([]),
});

/** A validated rule file's rule, before the model's names are given to its members. */
export type WrittenRule = z.output<typeof ruleSchema>;

/** A rule of json-rules-engine as it stands; other members are the engine's business and ignored. */
export const engineRuleSchema = z.looseObject({
  conditions,
  event: z
    .looseObject({ type: z.string().min(1), params: z.record(z.string(), z.unknown()).optional() })
    .optional(),
  name: z.union([z.string().min(1), z.number()]).optional(),
  priority: z.union([z.number().positive(), z.string().regex(/^\d*[1-9]\d*$/)]).optional(),
});

export type EngineRule = z.output<typeof engineRuleSchema>;

/** A file of several rules with conditions they share, each rule referring to them by `{"condition": "name"}`. */
export const ruleCollectionSchema = z.strictObject({
  $schema: z.string().optional(),
  namedConditions: z.record(z.string(), conditions),
  rules: z.array(z.unknown()).default([]),
});
