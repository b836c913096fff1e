import { z } from 'zod';
import { logLevels } from './config-model.ts';
import { factLimitsSchema } from './fact-limits-schema.ts';
import { heartbeatSchema, receiverSchema, smtpSchema } from './receiver-schema.ts';
import { inhibitRulesSchema, maintenanceSchema, routeSchema, timeIntervalsSchema } from './route-schema.ts';
import { duration, name, path, secret, secretFile, text, topic } from './schema-parts.ts';
import { sourceSchema } from './source-schema.ts';

const kafkaBus = z
  .strictObject({
    kind: z.literal('kafka'),
    brokers: z
      .array(z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'must be HOST:PORT'))
      .min(1, 'must name a broker'),
    clientId: text.default('tocsin'),
    groupId: text.default('tocsin'),
    ssl: z
      .union([
        z.boolean(),
        z.strictObject({
          caFile: path.optional(),
          certFile: path.optional(),
          keyFile: path.optional(),
        }),
      ])
      .optional()
      .describe('TLS: true, or with an authority of your own, or with a client certificate.'),
    sasl: z
      .strictObject({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
        username: text,
        password: secret.optional(),
        passwordFile: secretFile.optional(),
      })
      .optional(),
  })
  .describe('A Kafka cluster.');

const embeddedBus = z
  .strictObject({
    kind: z.literal('embedded'),
    file: path.default('data/log.db'),
    retention: duration.optional().describe('Records are kept this long.'),
    retentionBytes: z.int().min(1_000_000).optional().describe('Records are kept up to about this size.'),
  })
  .describe("tocsin's own log: topics in one SQLite file, no broker.");

const list = z.union([
  z.strictObject({ file: path.describe('One entry a line: exact values or networks (CIDR).') }),
  z.strictObject({ values: z.array(text) }),
]);

/** `HOST:PORT`, `[IPV6]:PORT`, or `off`. */
const listen = z
  .string()
  .regex(/^(?:off|[^\s:/[\]]*:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5})$/, 'must be HOST:PORT, or off')
  .default('127.0.0.1:8787');

/** The configuration file as it is written. Unknown keys are faults. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    logLevel: z.enum(logLevels).default('info'),
    bus: z.discriminatedUnion('kind', [kafkaBus, embeddedBus]).optional(),
    sources: z.array(sourceSchema).min(1, 'must name a source').optional(),
    outputs: z
      .strictObject({
        incidents: topic.default('tocsin.incidents'),
        remediation: topic.default('tocsin.remediation'),
        deadLetters: topic.default('tocsin.dead-letters'),
        firings: topic
          .optional()
          .describe('Each settled firing, for tests and backtests; left out: nowhere.'),
      })
      .prefault({})
      .describe('Topics that tocsin writes to.'),
    rules: z.array(path).default(['rules']).describe('Rule files and folders of them.'),
    lists: z.record(name, list).default({}).describe('Lists that rules name with inList.'),
    operators: z
      .array(path)
      .default([])
      .describe('JavaScript modules: each function they export is an operator that rules may use.'),
    facts: z
      .array(path)
      .default([])
      .describe('JavaScript modules: each function they export is a fact that rules may use.'),
    factLimits: factLimitsSchema,
    receivers: z.record(name, receiverSchema).default({}),
    routes: routeSchema.optional(),
    timeIntervals: timeIntervalsSchema,
    inhibitRules: inhibitRulesSchema,
    maintenance: maintenanceSchema,
    smtp: smtpSchema.optional(),
    heartbeat: heartbeatSchema.optional(),
    remediation: z
      .strictObject({
        neverTarget: z
          .array(text)
          .default([])
          .describe('Addresses, networks (CIDR) and host names no command is ever aimed at.'),
      })
      .prefault({}),
    state: z.strictObject({ file: path.default('data/tocsin.db') }).prefault({}),
    web: z
      .strictObject({
        listen,
        publicUrl: text
          .optional()
          .describe(
            'Where people reach it, such as https://tocsin.example.org: messages link to incidents there.',
          ),
      })
      .prefault({})
      .describe('Status, metrics, and pages of incidents; "listen": "off" for none.'),
  })
  .describe(`Configuration of tocsin. Every text may hold $\{NAME}, a variable of the environment.`);

export type WrittenConfig = z.output<typeof configSchema>;
