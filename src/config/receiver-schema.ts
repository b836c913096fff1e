import { z } from 'zod';
import { severities } from '../shared/model/severity.ts';
import { path, secret, secretFile, text } from './schema-parts.ts';

const channel = {
  sendResolved: z.boolean().optional().describe('Tell of resolved incidents too.'),
  ratePerSecond: z.number().positive().max(1_000).optional().describe('Messages a second at most.'),
};

const mailAddress = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'is no mail address');

/** One entry of `receivers`. */
export const receiverSchema = z
  .strictObject({
    slack: z
      .strictObject({ webhookUrl: secret.optional(), webhookUrlFile: secretFile.optional(), ...channel })
      .optional(),
    email: z
      .strictObject({
        to: z.array(mailAddress).min(1, 'must name somebody'),
        from: text.optional(),
        ...channel,
      })
      .optional(),
    webhook: z
      .strictObject({
        url: secret.optional(),
        urlFile: secretFile.optional(),
        headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is no header name'), secret).optional(),
        secret: secret.optional().describe('Signs each request (Standard Webhooks).'),
        secretFile: secretFile.optional(),
        ...channel,
      })
      .optional(),
    sendResolved: channel.sendResolved,
  })
  .refine(
    (receiver) => receiver.slack || receiver.email || receiver.webhook,
    'must have a slack, an email or a webhook',
  )
  .describe('Who is told, by one channel or several.');

const oneOrMany = z.union([text, z.array(text)]);

/** What an incident must be for a route to take it: all that is given must hold, one of several values suffices. */
const routeMatch = z.strictObject({
  severity: z.union([z.enum(severities), z.array(z.enum(severities))]).optional(),
  minSeverity: z.enum(severities).optional(),
  rule: oneOrMany.optional(),
  tags: oneOrMany.optional(),
  group: z.record(z.string(), oneOrMany).optional(),
});

/** A node of the routing tree. */
export const routeSchema = z
  .strictObject({
    receiver: text.optional(),
    match: routeMatch.optional(),
    groupBy: z.array(text).optional(),
    continue: z.boolean().optional().describe('Go on with the next route although this one took it.'),
    get routes() {
      return z.array(routeSchema).optional();
    },
  })
  .meta({ id: 'Route' })
  .describe('Who hears of which incidents: the first nested route that matches, else this one.');

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
