import {
  createTransport,
  type SMTPPoolOptions,
  type SMTPPoolSentMessageInfo,
  type Transporter,
} from 'nodemailer';
import type { SmtpServerConfig } from '../receiver.ts';

/** Time limits of a mail server's answers, milliseconds. */
export interface SmtpLimits {
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence on an open connection. */
  readonly silenceMs: number;
  /** One message as a whole, whatever trickles in. */
  readonly messageMs: number;
}

export const smtpLimits: SmtpLimits = {
  dnsMs: 5_000,
  connectMs: 10_000,
  greetingMs: 10_000,
  silenceMs: 20_000,
  messageMs: 60_000,
};

/**
 * One pooled connection to the mail server. The pool's queue never holds more than the message in hand (the outbox is
 * the queue); a message whose connection dropped is put back twice at most.
 */
export function smtpTransport(
  server: SmtpServerConfig,
  limits: SmtpLimits,
): Transporter<SMTPPoolSentMessageInfo> {
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.secure ?? false,
    requireTLS: server.requireTls ?? true,
    tls: { minVersion: 'TLSv1.2', ...(server.ca === undefined ? {} : { ca: server.ca }) },
    maxConnections: 1,
    maxMessages: 100,
    maxRequeues: 2,
    idleTimeout: 30_000,
    dnsTimeout: limits.dnsMs,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.silenceMs,
    socketCloseTimeout: 2_000,
    // A value that looks like a path or an address must never be opened, in whatever part of a message it stands.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  if (server.auth === undefined) return createTransport(options);
  const { user, password } = server.auth;
  return createTransport({ ...options, auth: { user, pass: password.reveal() } });
}
