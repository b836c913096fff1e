import type { NodemailerError, SMTPPoolSentMessageInfo, Transporter } from 'nodemailer';
import { isDigest, type NotifyReason } from '../../shared/model/notification.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import type { MessageOptions } from '../message/message-content.ts';
import type { SmtpServerConfig } from '../receiver.ts';
import { classifySmtp } from './classify-smtp.ts';
import { mailThread } from './mail-thread.ts';
import { renderMail } from './render-mail.ts';
import { renderMailDigest } from './render-mail-digest.ts';
import { type SmtpLimits, smtpLimits, smtpTransport } from './smtp-transport.ts';

export interface SmtpNotifierOptions {
  /** Receiver and channel, such as `soc/email`. */
  readonly name: string;
  readonly server: SmtpServerConfig;
  readonly to: readonly string[];
  /** Default: the server's. */
  readonly from?: string;
  readonly log: Log;
  /** Counts recipients that the server refused. */
  readonly metrics?: Metrics;
  readonly limits?: Partial<SmtpLimits>;
  readonly message?: MessageOptions;
}

/** Sends mail through one SMTP server with nodemailer, one message at a time. */
export class SmtpNotifier implements Notifier {
  readonly name: string;
  readonly #options: SmtpNotifierOptions;
  readonly #limits: SmtpLimits;
  readonly #transport: Transporter<SMTPPoolSentMessageInfo>;

  constructor(options: SmtpNotifierOptions) {
    this.name = options.name;
    this.#options = options;
    this.#limits = { ...smtpLimits, ...options.limits };
    this.#transport = smtpTransport(options.server, this.#limits);
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const { server, to, message: options } = this.#options;
    const from = this.#options.from ?? server.from;
    const told = message.told ?? [];
    const rest = to.filter((address) => !told.includes(address));
    if (rest.length === 0) return { kind: 'delivered' };
    try {
      const sent = await this.#transport.sendMail({
        ...(isDigest(message) ? renderMailDigest(message, options) : renderMail(message, options)),
        ...mailThread(message, from),
        from,
        to: [...to],
        ...(told.length === 0 ? {} : { envelope: { from, to: rest } }),
        priority: isUrgent(message) ? 'high' : 'normal',
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#limits.messageMs)]),
      });
      return this.#whatIsLeft(sent, { rest, told });
    } catch (error) {
      const delivery = classifySmtp(error, this.#secrets());
      if (told.length === 0 || delivery.kind !== 'rejected' || !isAboutRecipients(error)) return delivery;
      // Some have it, and the rest never will.
      this.#sayWho(error.rejectedErrors ?? [error]);
      return { kind: 'delivered' };
    }
  }

  async close(): Promise<void> {
    this.#transport.close({ force: true });
  }

  /** A server may take a message for some recipients and not for others: it is tried again for the others alone. */
  #whatIsLeft(
    sent: SMTPPoolSentMessageInfo,
    { rest, told }: { rest: readonly string[]; told: readonly string[] },
  ): Delivery {
    const errors: readonly NodemailerError[] = sent.rejectedErrors ?? [];
    if (errors.length > 0) this.#sayWho(errors);
    const later = errors.filter((error) => error.permanent !== true);
    if (later.length === 0) return { kind: 'delivered' };
    const isSaid = later.every(({ recipient }) => recipient !== undefined);
    const refused = isSaid ? later.map(({ recipient }) => recipient ?? '') : sent.rejected;
    const waiting = new Set(refused.map(bareAddress));
    const settled = rest.filter((address) => !waiting.has(bareAddress(address)));
    const detail = `${later.length} recipients refused for now`;
    return { kind: 'retry', reason: 'server', detail, told: [...told, ...settled] };
  }

  #sayWho(errors: readonly NodemailerError[]): void {
    for (const error of errors) {
      const { permanent = false, recipient, responseCode } = error;
      this.#options.metrics?.count('tocsin_mail_recipients_refused_total', {
        receiver: this.name,
        permanent: String(permanent),
      });
      this.#options.log.warn('the mail server refused a recipient', {
        receiver: this.name,
        recipient,
        responseCode,
        permanent,
      });
    }
  }

  #secrets(): string[] {
    const { auth } = this.#options.server;
    return auth === undefined ? [] : [auth.password.reveal()];
  }
}

/** A digest is as urgent as the most urgent of what it names, which are the most severe. */
function isUrgent(message: Message): boolean {
  if (isDigest(message)) return message.items.some(isUrgent);
  const { reason, incident } = message;
  return urgentReasons.has(reason) && ['high', 'critical'].includes(incident.severity);
}

const urgentReasons: ReadonlySet<NotifyReason> = new Set(['opened', 'reopened', 'raised', 'escalated']);

const isAboutRecipients = (error: unknown): error is NodemailerError =>
  error instanceof Error && 'code' in error && error.code === 'EENVELOPE';

/** `SOC <soc@example.org>` and `soc@example.org` are one mailbox. */
const bareAddress = (address: string): string =>
  (/<([^>]+)>/.exec(address)?.[1] ?? address).trim().toLowerCase();
