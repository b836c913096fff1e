import fc from 'fast-check';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { IncidentChange, IncidentChangeKind } from '../../src/shared/model/incident-change.ts';
import type { Notification, NotifyReason } from '../../src/shared/model/notification.ts';

/** An incident as the sample rule for sshd opens it. */
export function sampleIncident(parts: Partial<Incident> = {}): Incident {
  return {
    id: '5f2c0a9be1d34c77',
    version: 1,
    status: 'open',
    reason: 'fired',
    rule: { id: 'ssh-brute-force', title: 'SSH brute force from {{ source.ip }}', hash: 'c0ffee' },
    severity: 'high',
    severitySetBy: null,
    assignee: null,
    flaps: 0,
    title: 'SSH brute force from 203.0.113.7',
    summary: '10 matching events within 5m for source.ip 203.0.113.7; the rule fires at 10 or more',
    tags: ['attack.credential_access', 'attack.t1110'],
    group: { 'source.ip': '203.0.113.7' },
    firstSeen: '2026-03-01T10:00:00.000Z',
    lastSeen: '2026-03-01T10:03:00.000Z',
    events: 10,
    firings: 1,
    peak: 10,
    evidence: [
      {
        time: '2026-03-01T10:03:00.000Z',
        position: { topic: 'logs.auth', partition: 2, offset: 4711, index: 0 },
        event: { event: { outcome: 'failure' }, source: { ip: '203.0.113.7' }, user: { name: 'root' } },
      },
    ],
    history: [{ time: '2026-03-01T10:03:00.000Z', what: 'opened', who: 'tocsin' }],
    remediation: [],
    runbook: 'Check for a success from the same address.',
    references: ['https://attack.mitre.org/techniques/T1110/'],
    shadow: false,
    mergedInto: null,
    '@timestamp': '2026-03-01T10:03:00.000Z',
    ...parts,
  };
}

/** The same incident once it is quiet. */
export const resolvedIncident = (parts: Partial<Incident> = {}): Incident =>
  sampleIncident({
    version: 2,
    status: 'resolved',
    reason: 'quiet',
    '@timestamp': '2026-03-01T11:03:00.000Z',
    ...parts,
  });

export const sampleNotification = (
  incident: Incident = sampleIncident(),
  reason: NotifyReason = 'opened',
): Notification => ({ id: `n-${incident.id}-${reason}`, reason, incident });

export const change = (kind: IncidentChangeKind, parts: Partial<Incident> = {}): IncidentChange => ({
  kind,
  incident: sampleIncident({ version: kind === 'opened' ? 1 : 2, ...parts }),
});

/** What attackers write into logs in the hope that it is shown: mentions, links, code spans, markup, hidden characters. */
export const attacks: readonly string[] = [
  '<!channel> <!here> <!everyone> <@U123> <!subteam^S1> <#C1>',
  '<https://evil.example|Approve remediation>',
  '`cmd` <https://evil|x>',
  '```\nout of the block',
  '&lt;!here&gt;',
  '<!date^0^{date}^https://evil|x>',
  '*bold* _it_ ~gone~\n> quoted',
  'a\r\nBcc: victim@example.org\r\n\r\nbody',
  'nul\u0000bell\u0007escape\u001b[31m',
  'user\u202egpj.exe zero\u200bwidth\ufeff',
  `${'A'.repeat(1_000_000)}`,
  'lone \ud800 surrogate \udc00',
  'https://example.org/a|b>c<d',
  '"><script>alert(1)</script><img src=x onerror=alert(1)>',
  '{{ source.ip }} $(id) %s %n',
  '__proto__',
];

const text = fc.oneof(
  fc.constantFrom(...attacks.map((attack) => attack.slice(0, 20_000))),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 4_000 }),
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '`', '|', '"', "'", '\ud83d', '\u202e', '\n', '🙂'),
    maxLength: 4_000,
  }),
);

/** Incidents whose every text is hostile. Ids and times are ours and stay well formed. */
export const hostileIncident: fc.Arbitrary<Incident> = fc
  .record({
    title: text,
    summary: text,
    severity: fc.constantFrom('informational', 'low', 'medium', 'high', 'critical'),
    tags: fc.array(text, { maxLength: 12 }),
    group: fc.dictionary(text, fc.oneof(text, fc.jsonValue()), { maxKeys: 12 }),
    evidence: fc.array(
      fc.record({
        time: fc.constant('2026-03-01T10:03:00.000Z'),
        position: fc.constantFrom(null, { topic: 'logs.auth', partition: 0, offset: 7, index: 0 }),
        event: fc.oneof(fc.constant(null), fc.dictionary(text, text, { maxKeys: 5 })),
      }),
      { maxLength: 10 },
    ),
    runbook: text,
    references: fc.array(
      fc.oneof(
        text,
        text.map((path) => `https://example.org/${path}`),
      ),
      { maxLength: 12 },
    ),
    events: fc.nat(),
    remediation: fc.array(fc.constant('5f2c0a9be1d34c77-0'), { maxLength: 3 }),
    mergedInto: fc.constantFrom(null, 'a1b2c3'),
    assignee: fc.option(text),
    severitySetBy: fc.option(text),
    flaps: fc.nat({ max: 30 }),
    history: fc.array(
      fc.record({
        time: fc.constant('2026-03-01T10:05:00.000Z'),
        what: fc.constantFrom('opened', 'acknowledged', 'resolved', 'reopened', 'severity-changed'),
        who: text,
        note: text,
        from: fc.option(text),
      }),
      { maxLength: 4 },
    ),
    reason: fc.constantFrom('fired', 'quiet', 'person'),
    rule: fc.record({ id: text, title: text, hash: fc.constant('c0ffee') }),
  })
  .map((parts) => sampleIncident(parts));

export const anyReason: fc.Arbitrary<NotifyReason> = fc.constantFrom(
  'opened',
  'reopened',
  'resolved',
  'revised',
  'merged',
  'acknowledged',
  'raised',
  'repeated',
  'escalated',
);
