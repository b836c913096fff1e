import { describe, expect, test } from 'vitest';
import { classifySmtp } from './classify-smtp.ts';

const failed = (parts: object): Error => Object.assign(new Error('it failed'), parts);

describe('after nodemailer failed', () => {
  test.each([
    {
      title: 'no server',
      error: { code: 'ESOCKET', originalCode: 'ECONNREFUSED' },
      kind: 'retry',
      reason: 'network',
    },
    { title: 'no name', error: { code: 'EDNS' }, kind: 'retry', reason: 'network' },
    { title: 'a dropped connection', error: { code: 'ECONNECTION' }, kind: 'retry', reason: 'network' },
    {
      title: 'silence',
      error: { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' },
      kind: 'retry',
      reason: 'timeout',
    },
    {
      title: 'a wrong password',
      error: { code: 'EAUTH', responseCode: 535, permanent: true },
      kind: 'retry',
      reason: 'auth',
    },
    { title: 'a certificate that nobody signed', error: { code: 'ETLS' }, kind: 'retry', reason: 'auth' },
    {
      title: 'a certificate that does not hold',
      error: { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      kind: 'retry',
      reason: 'auth',
    },
    {
      title: 'greylisting',
      error: { code: 'EENVELOPE', responseCode: 450, permanent: false },
      kind: 'retry',
      reason: 'server',
    },
    {
      title: 'a session in the wrong state',
      error: { code: 'EPROTOCOL', responseCode: 503, permanent: false },
      kind: 'retry',
      reason: 'server',
    },
    {
      title: 'nobody of that name',
      error: { code: 'EENVELOPE', responseCode: 550, permanent: true },
      kind: 'rejected',
      reason: 'client',
    },
    {
      title: 'a full message',
      error: { code: 'EMESSAGE', responseCode: 552, permanent: true },
      kind: 'rejected',
      reason: 'too-large',
    },
    { title: 'no recipients', error: { code: 'EENVELOPE' }, kind: 'rejected', reason: 'client' },
  ])('$title: $kind', ({ error, kind, reason }) => {
    expect(classifySmtp(failed(error), [])).toMatchObject({
      kind,
      reason,
      detail: expect.stringContaining(error.code),
    });
  });

  test('the answer is told in one short line, without the password', () => {
    const response = `535 5.7.8 wrong: hunter2\r\n${'x'.repeat(500)}`;
    const { detail } = classifySmtp(failed({ code: 'EAUTH', response }), ['hunter2']) as { detail: string };
    expect(detail).toMatch(/^EAUTH 535 5\.7\.8 wrong: \[secret\]\\r\\n/);
    expect(detail.length).toBeLessThan(200);
  });
});
