import { z } from 'zod';
import { duration, path, positiveDuration, secret, secretFile, text } from './schema-parts.ts';

const channel = {
  sendResolved: z.boolean().optional().describe('Tell of resolved incidents too.'),
  sendAcknowledged: z.boolean().optional().describe('Tell when a person took an incident, too.'),
  ratePerSecond: z.number().positive().max(1_000).optional().describe('Messages a second at most.'),
};

const mailAddress = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'is no mail address');

const headers = z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is no header name'), secret);

const slack = z.strictObject({
  webhookUrl: secret.optional(),
  webhookUrlFile: secretFile.optional(),
  ...channel,
});

const email = z.strictObject({
  to: z.array(mailAddress).min(1, 'must name somebody'),
  from: text.optional(),
  ...channel,
});

const webhook = z.strictObject({
  url: secret.optional(),
  urlFile: secretFile.optional(),
  headers: headers.optional(),
  secret: secret.optional().describe('Signs each request (Standard Webhooks).'),
  secretFile: secretFile.optional(),
  ...channel,
});

const pagerduty = z
  .strictObject({
    routingKey: secret.optional(),
    routingKeyFile: secretFile.optional(),
    url: text.optional().describe('Another address than https://events.pagerduty.com/v2/enqueue.'),
    ...channel,
  })
  .describe('Events API v2 of PagerDuty.');

const teams = z
  .strictObject({ webhookUrl: secret.optional(), webhookUrlFile: secretFile.optional(), ...channel })
  .describe('A workflow of Microsoft Teams.');

const alertmanager = z
  .strictObject({
    url: secret.optional(),
    urlFile: secretFile.optional(),
    headers: headers.optional(),
    labels: z
      .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is no label name'), text)
      .optional()
      .describe('Labels of every alert.'),
    expiresAfter: duration.optional().describe('How long an alert stands when tocsin is away; 24h.'),
    ...channel,
  })
  .describe('The v2 API of a Prometheus Alertmanager.');

const template = z
  .strictObject({
    title: text.optional().describe('The headline.'),
    summary: text.optional().describe('The paragraph below the headline.'),
    body: text.optional().describe("Everything between the headline and the incident's id."),
  })
  .describe('Its own words: text with {{ names }} in it.');

/** One entry of `receivers`. */
export const receiverSchema = z
  .strictObject({
    slack: slack.optional(),
    email: email.optional(),
    webhook: webhook.optional(),
    pagerduty: pagerduty.optional(),
    teams: teams.optional(),
    alertmanager: alertmanager.optional(),
    sendResolved: channel.sendResolved,
    sendAcknowledged: channel.sendAcknowledged,
    digestAfter: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Slack, Teams and mail: when more messages wait, or went out within a minute, one digest tells of the rest; 10.',
      ),
    digestEvery: duration
      .optional()
      .describe('From one such digest to the next, doubled while it goes on; 1m.'),
    pastAfter: duration.optional().describe('What happened longer ago is told in a digest of the past; 1h.'),
    fallback: text.optional().describe('The receiver that is told what this one could not be told.'),
    fallbackAfter: duration
      .optional()
      .describe('How long this one may fail before its fallback is told what waits for it; 10m.'),
    template: template.optional(),
  })
  .refine(
    ({ slack, email, webhook, pagerduty, teams, alertmanager }) =>
      slack || email || webhook || pagerduty || teams || alertmanager,
    'must have a slack, an email, a webhook, a pagerduty, a teams or an alertmanager',
  )
  .describe('Who is told, by one channel or several.');

/** Where a sign of life goes. */
export const heartbeatSchema = z
  .strictObject({
    url: secret.optional(),
    urlFile: secretFile.optional(),
    headers: headers.optional(),
    every: positiveDuration.default(60_000).describe('From one beat to the next; 1m.'),
  })
  .describe('An address that is posted to as long as tocsin reads, commits and delivers; silent otherwise.');

/** The mail server. */
export const smtpSchema = z
  .strictObject({
    host: text,
    port: z.int().min(1).max(65_535).default(587),
    secure: z.boolean().optional().describe('TLS from the first byte on (port 465).'),
    requireTls: z.boolean().optional().describe('Refuse to go on without STARTTLS; true unless `secure`.'),
    username: text.optional(),
    password: secret.optional(),
    passwordFile: secretFile.optional(),
    from: text.optional().describe('Sender; tocsin@HOST.'),
    caFile: path.optional().describe('PEM of the authority that signed the server.'),
  })
  .describe('The mail server that all mail goes through.');
