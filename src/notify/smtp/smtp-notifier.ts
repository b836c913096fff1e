import type { NodemailerError, SMTPPoolSentMessageInfo, Transporter } from 'nodemailer';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Delivery, Notification, Notifier } from '../../shared/ports/notifier.ts';
import type { MessageOptions } from '../message-content.ts';
import type { SmtpServerConfig } from '../receiver.ts';
import { classifySmtp } from './classify-smtp.ts';
import { mailThread } from './mail-thread.ts';
import { renderMail } from './render-mail.ts';
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

/** Notifications of which some recipients were taken and others not yet. At the bound the oldest is forgotten: a repeat of it reaches all its recipients, with the same Message-ID. */
const partialMax = 100;

/** Sends mail through one SMTP server with nodemailer, one message at a time. */
export class SmtpNotifier implements Notifier {
  readonly name: string;
  readonly #options: SmtpNotifierOptions;
  readonly #limits: SmtpLimits;
  readonly #transport: Transporter<SMTPPoolSentMessageInfo>;
  readonly #accepted = new Map<string, ReadonlySet<string>>();

  constructor(options: SmtpNotifierOptions) {
    this.name = options.name;
    this.#options = options;
    this.#limits = { ...smtpLimits, ...options.limits };
    this.#transport = smtpTransport(options.server, this.#limits);
  }

  async notify(notification: Notification, signal: AbortSignal): Promise<Delivery> {
    const { server, to, message } = this.#options;
    const from = this.#options.from ?? server.from;
    const accepted = this.#accepted.get(notification.id) ?? new Set();
    const rest = to.filter((address) => !accepted.has(address));
    try {
      const sent = await this.#transport.sendMail({
        ...renderMail(notification, message),
        ...mailThread(notification, from),
        from,
        to: [...to],
        ...(accepted.size === 0 ? {} : { envelope: { from, to: rest } }),
        priority: isUrgent(notification) ? 'high' : 'normal',
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#limits.messageMs)]),
      });
      return this.#whatIsLeft(notification.id, sent, { rest, accepted });
    } catch (error) {
      return classifySmtp(error, this.#secrets());
    }
  }

  async close(): Promise<void> {
    this.#transport.close({ force: true });
  }

  /** A server may take a message for some recipients and not for others. */
  #whatIsLeft(
    id: string,
    sent: SMTPPoolSentMessageInfo,
    { rest, accepted }: { rest: readonly string[]; accepted: ReadonlySet<string> },
  ): Delivery {
    const errors: readonly NodemailerError[] = sent.rejectedErrors ?? [];
    const later = errors.filter((error) => error.permanent !== true);
    if (errors.length > 0) this.#sayWho(errors);
    if (later.length === 0) {
      this.#accepted.delete(id);
      return { kind: 'delivered' };
    }
    const refused = new Set(sent.rejected.map(bareAddress));
    const taken = rest.filter((address) => !refused.has(bareAddress(address)));
    this.#remember(id, new Set([...accepted, ...taken]));
    return { kind: 'retry', reason: 'server', detail: `${later.length} recipients refused for now` };
  }

  #remember(id: string, accepted: ReadonlySet<string>): void {
    this.#accepted.set(id, accepted);
    const [oldest] = this.#accepted.keys();
    if (this.#accepted.size > partialMax && oldest !== undefined) this.#accepted.delete(oldest);
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

const isUrgent = ({ reason, incident }: Notification): boolean =>
  (reason === 'opened' || reason === 'reopened') && ['high', 'critical'].includes(incident.severity);

/** `SOC <soc@example.org>` and `soc@example.org` are one mailbox. */
const bareAddress = (address: string): string =>
  (/<([^>]+)>/.exec(address)?.[1] ?? address).trim().toLowerCase();
