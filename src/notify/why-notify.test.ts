import { describe, expect, test } from 'vitest';
import { change } from '../../test/support/sample-incident.ts';
import { whyNotify } from './why-notify.ts';

describe('people are told', () => {
  test.each([
    { title: 'of an incident that opened', of: change('opened'), reason: 'opened' },
    {
      title: 'of one that was over before its batch was',
      of: change('opened', { status: 'resolved' }),
      reason: 'opened',
    },
    {
      title: 'of one whose first version is its last',
      of: change('resolved', { version: 1 }),
      reason: 'opened',
    },
    { title: 'of one that came back', of: change('reopened'), reason: 'reopened' },
    { title: 'when what they were told was wrong', of: change('revised'), reason: 'revised' },
    { title: 'when what they were told is part of another', of: change('merged'), reason: 'merged' },
  ])('$title', ({ of, reason }) => {
    expect(whyNotify(of, false)).toEqual({ tell: true, reason });
  });

  test('of a resolved incident only where they asked', () => {
    expect(whyNotify(change('resolved'), true)).toEqual({ tell: true, reason: 'resolved' });
    expect(whyNotify(change('resolved'), false)).toEqual({ tell: false, reason: 'resolved-not-asked' });
  });
});

describe('people are left alone', () => {
  test.each([
    { title: 'while it only goes on', of: change('updated'), reason: 'nothing-new' },
    { title: 'while its rule is a shadow', of: change('opened', { shadow: true }), reason: 'shadow' },
    {
      title: 'when it was merged away before they heard of it',
      of: change('merged', { version: 1 }),
      reason: 'never-told',
    },
    {
      title: 'when it was revised away before they heard of it',
      of: change('revised', { version: 1 }),
      reason: 'never-told',
    },
  ])('$title', ({ of, reason }) => {
    expect(whyNotify(of, true)).toEqual({ tell: false, reason });
  });
});
