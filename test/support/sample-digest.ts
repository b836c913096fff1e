import fc from 'fast-check';
import { digestOf } from '../../src/notify/message/digest.ts';
import type { Digest, Notification } from '../../src/shared/model/notification.ts';
import type { Severity } from '../../src/shared/model/severity.ts';
import { anyReason, hostileIncident, sampleIncident } from './sample-incident.ts';

const kinds: readonly { rule: string; title: string; said: string; field: string; severity: Severity }[] = [
  {
    rule: 'sudo-root-shell',
    title: 'Root shell by sudo on {{ host.hostname }}',
    said: 'Root shell by sudo on',
    field: 'host.hostname',
    severity: 'critical',
  },
  {
    rule: 'ssh-brute-force',
    title: 'SSH brute force from {{ source.ip }}',
    said: 'SSH brute force from',
    field: 'source.ip',
    severity: 'high',
  },
  {
    rule: 'port-scan',
    title: 'Port scan by {{ source.ip }}',
    said: 'Port scan by',
    field: 'source.ip',
    severity: 'low',
  },
];

const time = (second: number): string => new Date(Date.UTC(2026, 2, 1, 14, 2, second)).toISOString();

/** The news of that number in a storm: of ten two are high, the rest low, and every hundredth is critical. */
export function stormNews(number: number): Notification {
  const kind = kinds[number % 100 === 0 ? 0 : number % 10 < 2 ? 1 : 2];
  if (kind === undefined) throw new Error('there are three');
  const { rule, title, said, field, severity } = kind;
  const value = field === 'source.ip' ? `203.0.113.${number % 250}` : `db-${number % 7}`;
  const lastSeen = time(number % 60);
  const incident = sampleIncident({
    id: `5f2c${number.toString(16).padStart(12, '0')}`,
    rule: { id: rule, title, hash: 'c0ffee' },
    severity,
    title: `${said} ${value}`,
    group: { [field]: value },
    events: 3 + (number % 40),
    firstSeen: time(0),
    lastSeen,
    '@timestamp': lastSeen,
    evidence: [
      {
        time: lastSeen,
        position: { topic: 'logs.auth', partition: 2, offset: 4_711 + number, index: 0 },
        event: { event: { outcome: 'failure' }, source: { ip: '203.0.113.7' }, user: { name: 'root' } },
      },
    ],
  });
  return { id: `n${number}`, reason: number % 50 === 1 ? 'resolved' : 'opened', incident };
}

/** What a receiver is sent of a storm of 9,834 incidents. */
export const stormDigest = (parts: Partial<Digest> = {}): Digest => ({
  ...digestOf(
    Array.from({ length: 9_834 }, (_, number) => stormNews(number)),
    { id: 'd1f0c2a9be1d34c77a1b2c3d4e5f60718', cause: 'behind', group: {} },
  ),
  ...parts,
});

/** Three incidents that a route tells of together. */
export const groupedDigest = (parts: Partial<Digest> = {}): Digest => ({
  ...digestOf(
    [1, 11, 21].map((number) => ({ ...stormNews(number), reason: 'opened' as const })),
    { id: 'a0f0c2a9be1d34c77a1b2c3d4e5f60718', cause: 'grouped', group: { rule: 'ssh-brute-force' } },
  ),
  ...parts,
});

/** What was seen only hours later. */
export const pastDigest = (): Digest =>
  digestOf(
    Array.from({ length: 40 }, (_, number) => stormNews(number)),
    { id: 'b0f0c2a9be1d34c77a1b2c3d4e5f60718', cause: 'past', group: {} },
  );

/** Digests whose every text is hostile. Ids and times are ours and stay well formed. */
export const hostileDigest: fc.Arbitrary<Digest> = fc
  .record({
    incidents: fc.array(fc.tuple(hostileIncident, anyReason), { minLength: 1, maxLength: 25 }),
    cause: fc.constantFrom<Digest['cause']>('grouped', 'behind', 'past'),
    undelivered: fc.boolean(),
  })
  .map(({ incidents, cause, undelivered }) => {
    const all = incidents.map(([incident, reason], number) => ({
      id: `n${number}`,
      reason,
      incident: { ...incident, id: `i${number}` },
    }));
    const [first] = all;
    const { title = '', summary = '' } = first?.incident ?? {};
    return {
      ...digestOf(all, { id: 'd1', cause, group: { rule: title, [summary.slice(0, 300)]: summary } }),
      ...(undelivered ? { undelivered: { receiver: 'soc/slack', detail: title } } : {}),
    };
  });
