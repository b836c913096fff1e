import { describe, expect, test } from 'vitest';
import type { Log } from '../../src/shared/ports/log.ts';
import { Secret } from '../../src/shared/secret.ts';

/** A log that lets everything through, and what came out of it: all of it as one text. */
export interface LogWorld {
  readonly log: Log;
  written(): string;
}

/** Every promise of the port Log. */
export function logContract(name: string, open: () => LogWorld): void {
  describe(`the log of ${name}`, () => {
    test.each(['debug', 'info', 'warn', 'error'] as const)('%s writes message and fields', (level) => {
      const { log, written } = open();
      log[level]('the broker is away', { topic: 'logs.auth', waitedMs: 500 });
      expect(written()).toContain('the broker is away');
      expect(written()).toContain('logs.auth');
      expect(written()).toContain('500');
    });

    test('fields are optional', () => {
      const { log, written } = open();
      log.info('started');
      expect(written()).toContain('started');
    });

    test.each([
      { title: 'under a name that says so', fields: { password: 'hunter2-hidden' } },
      { title: 'deep in the fields', fields: { smtp: { auth: { passwordText: 'hunter2-hidden' } } } },
      { title: 'in a list', fields: { receivers: [{ webhookUrl: 'hunter2-hidden' }] } },
      { title: 'in a header', fields: { headers: { Authorization: 'Bearer hunter2-hidden' } } },
      { title: 'in an api key', fields: { api_key: 'hunter2-hidden', apiKey: 'hunter2-hidden' } },
      {
        title: 'as a Slack webhook',
        fields: { to: 'https://hooks.slack.com/services/T0/B0/hunter2-hidden' },
      },
      { title: "as an address's password", fields: { url: 'smtp://user:hunter2-hidden@mail.example.org' } },
      { title: 'as a Secret', fields: { value: new Secret('hunter2-hidden') } },
      {
        title: "in an error's message",
        fields: { cause: new Error('POST https://hooks.slack.com/services/T0/B0/hunter2-hidden failed') },
      },
      {
        title: "in an error's cause",
        fields: { cause: new Error('no', { cause: { token: 'hunter2-hidden' } }) },
      },
    ])('a secret $title is not written', ({ fields }) => {
      const { log, written } = open();
      log.error('it failed', fields);
      expect(written()).toContain('it failed');
      expect(written()).not.toContain('hunter2-hidden');
    });

    test('a secret in the message is not written', () => {
      const { log, written } = open();
      log.warn('cannot reach https://hooks.slack.com/services/T0/B0/hunter2-hidden');
      expect(written()).not.toContain('hunter2-hidden');
    });

    test('an error shows its name, its message and its code', () => {
      const { log, written } = open();
      log.error('stopped', { cause: Object.assign(new TypeError('no such thing'), { code: 'ENOENT' }) });
      for (const part of ['TypeError', 'no such thing', 'ENOENT']) expect(written()).toContain(part);
    });

    test('nothing that is quoted can steer a terminal', () => {
      const { log, written } = open();
      const attack = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp.exe\u0000\r';
      log.info(`user ${attack}`, { user: attack, [attack]: 1 });
      expect(written().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    });

    test('a message of several lines stays on one line', () => {
      const { log, written } = open();
      log.info('one\ntwo', { text: 'three\nfour' });
      expect(written().trimEnd().split('\n')).toHaveLength(1);
    });

    test('what cannot be written as it is does not throw', () => {
      const { log, written } = open();
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const angry = {
        get value(): never {
          throw new Error('a getter that throws');
        },
      };
      log.info('odd', {
        circle,
        angry,
        big: 10n ** 20n,
        call: () => 1,
        bytes: Buffer.from('x'),
        nothing: undefined,
      });
      log.info('large', { text: 'x'.repeat(10_000_000), many: Array.from({ length: 100_000 }, () => 'y') });
      expect(written()).toContain('odd');
      expect(written().length).toBeLessThan(20_000);
    });
  });
}
