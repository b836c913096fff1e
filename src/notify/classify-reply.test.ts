import { describe, expect, test } from 'vitest';
import { classifyReply, retryAfterMs, withoutSecrets } from './classify-reply.ts';

describe('after an answer', () => {
  test.each([
    { status: 200, kind: 'delivered', reason: undefined },
    { status: 204, kind: 'delivered', reason: undefined },
    { status: 302, kind: 'rejected', reason: 'client' },
    { status: 400, kind: 'rejected', reason: 'client' },
    { status: 401, kind: 'rejected', reason: 'auth' },
    { status: 403, kind: 'rejected', reason: 'auth' },
    { status: 404, kind: 'rejected', reason: 'client' },
    { status: 408, kind: 'retry', reason: 'timeout' },
    { status: 410, kind: 'rejected', reason: 'client' },
    { status: 413, kind: 'rejected', reason: 'too-large' },
    { status: 429, kind: 'retry', reason: 'rate-limited' },
    { status: 500, kind: 'retry', reason: 'server' },
    { status: 503, kind: 'retry', reason: 'server' },
  ])('$status it is $kind', ({ status, kind, reason }) => {
    const delivery = classifyReply({ status, body: '' });
    expect({ kind: delivery.kind, reason: 'reason' in delivery ? delivery.reason : undefined }).toEqual({
      kind,
      reason,
    });
  });

  test('the receiver says when to come again, and what it said is told in one short line', () => {
    expect(classifyReply({ status: 429, body: 'slow\ndown\u0007', retryAfterMs: 30_000 })).toEqual({
      kind: 'retry',
      reason: 'rate-limited',
      detail: 'answered 429: slow\\ndown\\u{7}',
      hasNotArrived: true,
      afterMs: 30_000,
    });
  });
});

describe('Retry-After', () => {
  const nowMs = Date.UTC(2026, 2, 1, 10);
  test.each([
    { title: 'in seconds', header: '30', body: '', afterMs: 30_000 },
    { title: 'as a date', header: 'Sun, 01 Mar 2026 10:00:05 GMT', body: '', afterMs: 5_000 },
    { title: 'as a date that has passed', header: 'Sun, 01 Mar 2026 09:00:00 GMT', body: '', afterMs: 0 },
    {
      title: 'in the body where there is no header',
      header: null,
      body: '{"retry_after":1,"ok":false}',
      afterMs: 1_000,
    },
    { title: 'that is nonsense', header: 'soon', body: '', afterMs: undefined },
    { title: 'that nobody sent', header: null, body: '', afterMs: undefined },
  ])('$title', ({ header, body, afterMs }) => {
    expect(retryAfterMs(header, { body, nowMs })).toBe(afterMs);
  });
});

test('secrets leave a text wherever they stand in it', () => {
  expect(withoutSecrets('POST https://x/s3cret failed: s3cret', ['s3cret', ''])).toBe(
    'POST https://x/[secret] failed: [secret]',
  );
});
