import { expect, test } from 'vitest';
import {
  resolvedIncident,
  sampleIncident,
  sampleNotification,
} from '../../../test/support/sample-incident.ts';
import type { HistoryEntry, Incident } from '../../shared/model/incident.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import { whyText } from './why-text.ts';

const why = (reason: NotifyReason, parts: Partial<Incident> = {}): string =>
  whyText(sampleNotification(sampleIncident({ summary: '10 events in 5m', events: 412, ...parts }), reason));

const entry = (parts: Partial<HistoryEntry>): HistoryEntry => ({
  time: '2026-03-01T10:05:00.000Z',
  what: 'acknowledged',
  who: 'anna',
  ...parts,
});

test.each<{ reason: NotifyReason; parts?: Partial<Incident>; said: string }>([
  { reason: 'opened', said: '10 events in 5m.' },
  { reason: 'opened', parts: { status: 'resolved' }, said: '10 events in 5m. It is already quiet again.' },
  {
    reason: 'acknowledged',
    parts: { history: [entry({ note: 'on it' })] },
    said: 'anna acknowledged it at 2026-03-01 10:05:00 UTC: on it. 10 events in 5m.',
  },
  { reason: 'acknowledged', parts: { history: [] }, said: 'A person acknowledged it. 10 events in 5m.' },
  {
    reason: 'raised',
    parts: {
      severity: 'critical',
      history: [entry({ what: 'severity-changed', from: 'high', to: 'critical', note: 'It is the CFO!' })],
    },
    said: 'anna raised its severity from high to critical at 2026-03-01 10:05:00 UTC: It is the CFO! 10 events in 5m.',
  },
  { reason: 'reopened', said: 'It fired again after it had been resolved. 10 events in 5m.' },
  {
    reason: 'reopened',
    parts: { flaps: 3 },
    said: 'It fired again after it had been resolved, for the 3rd time. 10 events in 5m.',
  },
  {
    reason: 'reopened',
    parts: { reason: 'person', history: [entry({ what: 'reopened', who: 'ben' })] },
    said: 'ben reopened it at 2026-03-01 10:05:00 UTC. 10 events in 5m.',
  },
  {
    reason: 'repeated',
    said: 'It still stands: 412 events since 10:00 UTC. Nobody has acknowledged it. 10 events in 5m.',
  },
  {
    reason: 'repeated',
    parts: { assignee: 'anna', firstSeen: '2026-02-28T22:00:00.000Z' },
    said: 'It still stands: 412 events since 2026-02-28 22:00 UTC. anna has it. 10 events in 5m.',
  },
  {
    reason: 'escalated',
    said: 'Nobody has acknowledged it: 412 events since 10:00 UTC. 10 events in 5m.',
  },
  {
    reason: 'merged',
    parts: { mergedInto: 'a1b2' },
    said: 'An event that arrived late shows that it is part of incident a1b2. 10 events in 5m.',
  },
])('why a message comes that tells it was $reason: $said', ({ reason, parts, said }) => {
  expect(why(reason, parts)).toBe(said);
});

test('an end says who or what made it', () => {
  const resolved = (parts: Partial<Incident>): string =>
    whyText(sampleNotification(resolvedIncident({ summary: '', ...parts }), 'resolved'));
  expect(resolved({})).toBe('Quiet since 2026-03-01 10:03:00 UTC.');
  const history = [entry({ what: 'resolved', note: 'a scanner of ours' })];
  expect(resolved({ reason: 'person', history })).toBe(
    'anna resolved it at 2026-03-01 10:05:00 UTC: a scanner of ours.',
  );
});

test('one that a person took out of another says so, as long as nobody has reopened it since', () => {
  const unmerged = entry({ what: 'unmerged', from: 'a1b2', note: 'two after all' });
  const said = (...history: HistoryEntry[]): string =>
    whyText(sampleNotification(sampleIncident({ summary: '', reason: 'person', history }), 'reopened'));
  expect(said(entry({ what: 'reopened' }), unmerged)).toBe(
    'anna took it out of incident a1b2 at 2026-03-01 10:05:00 UTC: two after all.',
  );
  expect(said(unmerged, entry({ what: 'reopened' }))).toBe('anna reopened it at 2026-03-01 10:05:00 UTC.');
});

test('what was held back says since when, why, and how much came meanwhile', () => {
  const withheld = { since: '2026-03-01T09:00:00.000Z', why: 'a silence by anna: patches', events: 12 };
  expect(whyText({ ...sampleNotification(sampleIncident({ summary: '' })), withheld })).toBe(
    'It was held back from 09:00 UTC on (12 more events since): a silence by anna: patches.',
  );
  expect(
    whyText({ ...sampleNotification(sampleIncident({ summary: '' })), withheld: { ...withheld, events: 0 } }),
  ).toBe('It was held back from 09:00 UTC on: a silence by anna: patches.');
});

test('what the rule is about stands in front, without its author, where somebody is to do something', () => {
  const about = 'Somebody guesses\n  passwords.\n\nAuthor: anna';
  const said = (reason: NotifyReason): string =>
    whyText(sampleNotification(sampleIncident({ summary: '10 events' }), reason), about);
  expect(said('opened')).toBe('Somebody guesses passwords. 10 events.');
  expect(said('escalated')).toBe(
    'Nobody has acknowledged it: 10 events since 10:00 UTC. Somebody guesses passwords. 10 events.',
  );
  expect(said('resolved')).not.toContain('passwords');
});

test('an essay of a rule is cut', () => {
  const said = whyText(sampleNotification(sampleIncident({ summary: '' })), 'x'.repeat(5_000));
  expect(said).toBe(`${'x'.repeat(400)}…`);
});
