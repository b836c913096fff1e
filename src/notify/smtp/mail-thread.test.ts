import { describe, expect, test } from 'vitest';
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
