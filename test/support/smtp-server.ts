import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { listenAgain } from './listen-again.ts';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: Email;
  /** The header's value as it was parsed, or undefined. */
  header(name: string): string | undefined;
}

/** Where in the dialogue the server says no. */
export interface Refusal {
  readonly at: 'rcpt' | 'data';
  readonly code: number;
  readonly message: string;
  /** Only for this recipient. */
  readonly recipient?: string;
}

/** A real SMTP server on the loopback address that keeps the mails it takes, and refuses what it is told to. */
export class TestSmtpServer {
  readonly mails: ReceivedMail[] = [];
  readonly #options: SMTPServerOptions;
  #refusals: Refusal[] = [];
  #server: SMTPServer | null = null;
  #port = 0;
  #isSilent = false;

  constructor(options: SMTPServerOptions = {}) {
    this.#options = options;
  }

  static start(options: SMTPServerOptions = {}): Promise<TestSmtpServer> {
    return new TestSmtpServer(options).start();
  }

  /** Starts listening; the second time on the same port. */
  async start(): Promise<this> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 200,
      ...this.#options,
      onRcptTo: ({ address }, _session, done) => done(this.#refuse('rcpt', address)),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          this.#take(Buffer.concat(chunks), { from, to: rcptTo.map(({ address }) => address) }).then(
            done,
            done,
          );
        });
      },
    });
    server.on('error', () => undefined);
    await listenAgain(server.server, this.#port);
    this.#server = server;
    this.#port = (server.server.address() as AddressInfo).port;
    return this;
  }

  get port(): number {
    return this.#port;
  }

  /** The next time that this is asked, the answer is no. */
  refuse(...refusals: readonly Refusal[]): void {
    this.#refusals.push(...refusals);
  }

  refuseNothing(): void {
    this.#refusals = [];
    this.#isSilent = false;
  }

  /** From now on messages are taken in and never answered. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #refuse(at: Refusal['at'], recipient?: string): Error | null {
    const index = this.#refusals.findIndex(
      (refusal) => refusal.at === at && (refusal.recipient === undefined || refusal.recipient === recipient),
    );
    const [refusal] = index === -1 ? [] : this.#refusals.splice(index, 1);
    if (refusal === undefined) return null;
    return Object.assign(new Error(refusal.message), { responseCode: refusal.code });
  }

  async #take(raw: Buffer, envelope: { from: string; to: string[] }): Promise<Error | null> {
    if (this.#isSilent) return new Promise(() => undefined);
    const refused = this.#refuse('data');
    if (refused !== null) return refused;
    const mail = await PostalMime.parse(raw);
    const header = (name: string): string | undefined =>
      mail.headers.find(({ key }) => key === name.toLowerCase())?.value;
    this.mails.push({ ...envelope, raw: raw.toString(), mail, header });
    return null;
  }
}
