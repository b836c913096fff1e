import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifierContract } from '../../../test/contracts/notifier.ts';
import { loopbackCertificate } from '../../../test/support/loopback-certificate.ts';
import { patientSmtp } from '../../../test/support/patient-smtp.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import {
  attacks,
  resolvedIncident,
  sampleIncident,
  sampleNotification,
} from '../../../test/support/sample-incident.ts';
import { TestSmtpServer } from '../../../test/support/smtp-server.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import { Secret } from '../../shared/secret.ts';
import type { SmtpServerConfig } from '../receiver.ts';
import { SmtpNotifier, type SmtpNotifierOptions } from './smtp-notifier.ts';

const never = new AbortController().signal;

const notifierOf = (server: TestSmtpServer, parts: Partial<SmtpNotifierOptions> = {}): SmtpNotifier =>
  new SmtpNotifier({
    name: 'soc/email',
    server: { host: '127.0.0.1', port: server.port, requireTls: false, from: 'tocsin <tocsin@example.org>' },
    to: ['SOC <soc@example.org>', 'oncall@example.org'],
    log: new RecordingLog(),
    limits: patientSmtp,
    ...parts,
  });

notifierContract('mail', async (timeoutMs) => {
  const server = await TestSmtpServer.start();
  return {
    notifier: notifierOf(server, { limits: { ...patientSmtp, messageMs: timeoutMs } }),
    received: () =>
      server.mails.map((mail) => ({
        incidentId: mail.header('x-tocsin-incident') ?? '',
        repeatId: mail.mail.messageId ?? '',
      })),
    overload: () => server.refuse({ at: 'data', code: 451, message: 'greylisted' }),
    refuse: () => server.refuse({ at: 'data', code: 554, message: 'spam' }),
    fallSilent: () => server.fallSilent(),
    goDown: () => server.stop(),
    comeBack: async () => {
      await server.start();
    },
    secrets: [],
    close: () => server.stop(),
  };
});

describe('mail', () => {
  let server: TestSmtpServer;
  let notifier: SmtpNotifier;
  beforeEach(async () => {
    server = await TestSmtpServer.start();
    notifier = notifierOf(server);
  });
  afterEach(async () => {
    await notifier.close();
    await server.stop();
  });

  test('goes to all recipients as text and HTML, and asks no robot to answer', async () => {
    await notifier.notify(sampleNotification(), never);
    const [received] = server.mails;
    expect(received!.to).toEqual(['soc@example.org', 'oncall@example.org']);
    expect(received!.mail.subject).toBe('[High] SSH brute force from 203.0.113.7');
    expect(received!.mail.text).toContain('source.ip: 203.0.113.7');
    expect(received!.mail.html).toContain('203.0.113.7</td>');
    expect(
      ['auto-submitted', 'x-auto-response-suppress', 'precedence', 'x-tocsin-reason'].map(received!.header),
    ).toEqual(['auto-generated', 'All', 'bulk', 'opened']);
  });

  test('is sent over the connection that the one before it was sent over', async () => {
    let connections = 0;
    const counting = await TestSmtpServer.start({
      onConnect: (_session, done) => {
        connections += 1;
        done();
      },
    });
    const pooled = notifierOf(counting);
    for (let nth = 0; nth < 5; nth += 1) await pooled.notify(sampleNotification(), never);
    await pooled.close();
    await counting.stop();
    expect([counting.mails.length, connections]).toEqual([5, 1]);
  });

  test('about one incident is one thread', async () => {
    await notifier.notify(sampleNotification(), never);
    await notifier.notify(sampleNotification(resolvedIncident(), 'resolved'), never);
    const [first, second] = server.mails.map(({ mail }) => mail);
    expect(first!.messageId).toBe('<incident-5f2c0a9be1d34c77@example.org>');
    expect(second!.messageId).not.toBe(first!.messageId);
    expect([second!.inReplyTo, second!.references]).toEqual([first!.messageId, first!.messageId]);
  });

  test.each(attacks.map((attack) => [attack.slice(0, 40), attack]))(
    'has no header that %j wrote',
    async (_, attack) => {
      const incident = sampleIncident({ title: attack, rule: { id: attack, title: attack, hash: 'x' } });
      expect(await notifier.notify(sampleNotification(incident), never)).toEqual({ kind: 'delivered' });
      const [received] = server.mails;
      expect(received!.to).toEqual(['soc@example.org', 'oncall@example.org']);
      expect(received!.mail.bcc ?? []).toEqual([]);
      expect(received!.mail.headers.map(({ key }) => key)).not.toContain('bcc');
      expect(received!.mail.subject?.length).toBeLessThanOrEqual(180);
    },
  );

  /** As the outbox does it: what was told comes back with the next attempt, to another notifier after a restart. */
  const notifyAgain = async (): Promise<unknown> => {
    const first = await notifier.notify(sampleNotification(), never);
    expect(first).toMatchObject({ kind: 'retry', reason: 'server', told: ['SOC <soc@example.org>'] });
    const told = first.kind === 'retry' ? (first.told ?? []) : [];
    const restarted = notifierOf(server);
    const second = await restarted.notify({ ...sampleNotification(), told }, never);
    await restarted.close();
    return second;
  };

  test('is sent again only to those who did not get it, also after a restart', async () => {
    server.refuse({ at: 'rcpt', code: 451, message: 'greylisted', recipient: 'oncall@example.org' });
    expect(await notifyAgain()).toEqual({ kind: 'delivered' });
    expect(server.mails.map(({ to }) => to)).toEqual([['soc@example.org'], ['oncall@example.org']]);
    expect(server.mails[0]?.mail.messageId).toBe(server.mails[1]?.mail.messageId);
  });

  test('is delivered when the rest turn out not to exist', async () => {
    server.refuse(
      { at: 'rcpt', code: 451, message: 'greylisted', recipient: 'oncall@example.org' },
      { at: 'rcpt', code: 550, message: 'no such user', recipient: 'oncall@example.org' },
    );
    expect(await notifyAgain()).toEqual({ kind: 'delivered' });
    expect(server.mails.map(({ to }) => to)).toEqual([['soc@example.org']]);
  });

  test('counts as delivered when one of several does not exist, and the log says who', async () => {
    const log = new RecordingLog();
    const counted: unknown[] = [];
    const metrics: Metrics = {
      count: (...args) => counted.push(args),
      gauge: () => undefined,
      observe: () => undefined,
    };
    const told = notifierOf(server, { log, metrics });
    server.refuse({ at: 'rcpt', code: 550, message: 'no such user', recipient: 'oncall@example.org' });
    expect(await told.notify(sampleNotification(), never)).toEqual({ kind: 'delivered' });
    expect(log.lines).toMatchObject([
      { level: 'warn', fields: { recipient: 'oncall@example.org', responseCode: 550 } },
    ]);
    expect(counted).toEqual([
      ['tocsin_mail_recipients_refused_total', { receiver: 'soc/email', permanent: 'true' }],
    ]);
    await told.close();
  });

  test('is rejected when nobody it goes to exists', async () => {
    server.refuse({ at: 'rcpt', code: 550, message: 'no' }, { at: 'rcpt', code: 550, message: 'no' });
    expect(await notifier.notify(sampleNotification(), never)).toMatchObject({
      kind: 'rejected',
      reason: 'client',
    });
  });

  test('that is too large is rejected as that', async () => {
    server.refuse({ at: 'data', code: 552, message: 'too big' });
    expect(await notifier.notify(sampleNotification(), never)).toMatchObject({
      kind: 'rejected',
      reason: 'too-large',
    });
  });

  test('is not sent in the clear where TLS is asked for', async () => {
    const { port } = server;
    const strict = notifierOf(server, { server: { host: '127.0.0.1', port, from: 'tocsin@example.org' } });
    expect(await strict.notify(sampleNotification(), never)).toMatchObject({ kind: 'retry', reason: 'auth' });
    expect(server.mails).toEqual([]);
    await strict.close();
  });

  describe('over TLS', () => {
    const { cert, key } = loopbackCertificate;
    const sendTo = async (options: SMTPServerOptions, config: Partial<SmtpServerConfig>) => {
      const secured: boolean[] = [];
      const guarded = await TestSmtpServer.start({
        key,
        cert,
        disabledCommands: [],
        onMailFrom: (_address, session, done) => {
          secured.push(session.secure);
          done();
        },
        ...options,
      });
      const sender = notifierOf(guarded, {
        server: { host: '127.0.0.1', port: guarded.port, from: 'tocsin@example.org', ...config },
      });
      const delivery = await sender.notify(sampleNotification(), never);
      await sender.close();
      await guarded.stop();
      return { delivery, secured };
    };
    const delivered = { delivery: { kind: 'delivered' }, secured: [true] };
    const refused = { delivery: { kind: 'retry', reason: 'auth' }, secured: [] };

    test.each([
      {
        title: 'turns it on where the server offers it (STARTTLS)',
        options: {},
        config: { ca: cert },
        result: delivered,
      },
      {
        title: 'has it from the first byte on',
        options: { secure: true },
        config: { ca: cert, secure: true },
        result: delivered,
      },
      {
        title: 'sends nothing to a server that nobody vouches for',
        options: {},
        config: {},
        result: refused,
      },
    ])('$title', async ({ options, config, result }) => {
      expect(await sendTo(options, config)).toMatchObject(result);
    });
  });

  test('waits while the password is wrong, and does not say what it is', async () => {
    const guarded = await TestSmtpServer.start({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, done) => done(new Error(`wrong password ${password}`)),
    });
    const auth = { user: 'tocsin', password: new Secret('hunter2hunter2') };
    const wrong = notifierOf(guarded, {
      server: { host: '127.0.0.1', port: guarded.port, requireTls: false, from: 'tocsin@example.org', auth },
    });
    const delivery = await wrong.notify(sampleNotification(), never);
    expect(delivery).toMatchObject({ kind: 'retry', reason: 'auth' });
    expect(JSON.stringify(delivery)).not.toContain('hunter2hunter2');
    await wrong.close();
    await guarded.stop();
  });
});
