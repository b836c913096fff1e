import { describe, expect, test } from 'vitest';
import { groupedDigest, stormDigest } from '../../../test/support/sample-digest.ts';
import {
  resolvedIncident,
  sampleIncident,
  sampleNotification,
} from '../../../test/support/sample-incident.ts';
import { mailThread } from './mail-thread.ts';

const opened = sampleNotification();
const resolved = sampleNotification(resolvedIncident(), 'resolved');

describe('the mails of an incident', () => {
  test('begin with the one that all others answer', () => {
    const root = '<incident-5f2c0a9be1d34c77@example.org>';
    expect(mailThread(opened, 'tocsin <tocsin@example.org>')).toMatchObject({ messageId: root });
    expect(mailThread(opened, 'tocsin@example.org')).not.toHaveProperty('inReplyTo');
    expect(mailThread(resolved, 'tocsin@example.org')).toMatchObject({ inReplyTo: root, references: root });
  });

  test('keep their id when they are sent again', () => {
    expect(mailThread(resolved, 'tocsin@example.org')).toEqual(mailThread(resolved, 'tocsin@example.org'));
  });

  test.each([
    {
      title: 'a sender without a domain',
      from: 'tocsin',
      id: 'abc',
      messageId: '<incident-abc@tocsin.invalid>',
    },
    {
      title: 'an id that would break the header',
      from: 'a@b.example',
      id: 'a>\r\nb',
      messageId: '<incident-a___b@b.example>',
    },
  ])('have a well-formed id with $title', ({ from, id, messageId }) => {
    expect(mailThread(sampleNotification(sampleIncident({ id })), from).messageId).toBe(messageId);
  });
});

describe('the mails of digests', () => {
  const from = 'tocsin <tocsin@example.org>';

  test('of one group are a thread, with a Message-ID of their own each', () => {
    const first = mailThread(groupedDigest(), from);
    const second = mailThread(groupedDigest({ id: 'another', total: 7 }), from);
    expect(first.messageId).toBe('<a0f0c2a9be1d34c77a1b2c3d4e5f60718@example.org>');
    expect(second.messageId).toBe('<another@example.org>');
    expect(first.references).toMatch(/^<group-[0-9a-f]{32}@example\.org>$/);
    expect([second.references, second.inReplyTo]).toEqual([first.references, first.references]);
    const other = mailThread(groupedDigest({ group: { rule: 'another' } }), from);
    expect(other.references).not.toBe(first.references);
  });

  test('that have no group stand alone, and say what they are', () => {
    const { headers, ...rest } = mailThread(stormDigest(), from);
    expect(rest).toEqual({ messageId: '<d1f0c2a9be1d34c77a1b2c3d4e5f60718@example.org>' });
    expect(headers).toMatchObject({
      'X-Tocsin-Digest': 'd1f0c2a9be1d34c77a1b2c3d4e5f60718',
      'X-Tocsin-Cause': 'behind',
      'X-Tocsin-Count': '9834',
      'Auto-Submitted': 'auto-generated',
    });
    expect(mailThread(groupedDigest({ group: {} }), from)).not.toHaveProperty('references');
  });
});
