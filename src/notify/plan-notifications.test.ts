import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { change } from '../../test/support/sample-incident.ts';
import { Secret } from '../shared/secret.ts';
import { planNotifications, type Routing } from './plan-notifications.ts';
import type { ReceiverConfig } from './receiver.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const receivers = new Map<string, ReceiverConfig>([
  [
    'soc',
    { slack: { webhookUrl: new Secret('https://hooks.example/x') }, email: { to: ['soc@example.org'] } },
  ],
  ['soar', { webhook: { url: new Secret('https://soar.example') } }],
]);

const routing = (parts: Partial<Routing> = {}): Routing => ({
  routes: { receiver: 'soc' },
  receivers,
  notifyOf: () => ['soar'],
  ...parts,
});

describe('the plan of notifications', () => {
  test('has a row for each channel of each receiver', () => {
    const { rows, silences } = planNotifications([change('opened')], routing(), hash);
    expect(rows.map((row) => row.lane)).toEqual([
      'receiver:soc/slack',
      'receiver:soc/email',
      'receiver:soar/webhook',
    ]);
    expect(silences).toEqual([]);
  });

  test('says who was not told, and why', () => {
    const { rows, silences } = planNotifications([change('resolved')], routing(), hash);
    expect(rows.map((row) => row.lane)).toEqual(['receiver:soar/webhook']);
    expect(silences.map(({ receiver, reason }) => `${receiver} ${reason}`)).toEqual([
      'soc resolved-not-asked',
      'soc resolved-not-asked',
    ]);
  });

  test('sends what is resolved where the receiver or the channel asks for it', () => {
    const asked = new Map<string, ReceiverConfig>([
      [
        'soc',
        {
          sendResolved: true,
          slack: { webhookUrl: new Secret('x'), sendResolved: false },
          email: { to: ['a@example.org'] },
        },
      ],
    ]);
    const { rows } = planNotifications(
      [change('resolved')],
      routing({ receivers: asked, notifyOf: () => [] }),
      hash,
    );
    expect(rows.map((row) => row.lane)).toEqual(['receiver:soc/email']);
  });

  test('names a receiver that nobody configured, and an incident that has none', () => {
    const unknown = planNotifications(
      [change('opened')],
      routing({ routes: {}, notifyOf: () => ['sco'] }),
      hash,
    );
    expect(unknown.silences).toEqual([
      { incidentId: '5f2c0a9be1d34c77', receiver: 'sco', reason: 'unknown-receiver' },
    ]);
    const none = planNotifications([change('opened')], routing({ routes: {}, notifyOf: () => [] }), hash);
    expect(none.silences.map(({ reason }) => reason)).toEqual(['no-receiver']);
    const shadow = planNotifications([change('opened', { shadow: true })], routing(), hash);
    expect(shadow).toEqual({
      rows: [],
      silences: [{ incidentId: '5f2c0a9be1d34c77', receiver: '', reason: 'shadow' }],
    });
  });

  test('is the same for the same changes', () => {
    const plan = () =>
      planNotifications([change('opened'), change('merged', { version: 3 })], routing(), hash);
    expect(plan()).toEqual(plan());
  });

  test('gives every message an id of its own, and the opening one that does not depend on the version', () => {
    const changes = [
      change('opened'),
      change('resolved', { version: 4 }),
      change('reopened', { version: 5 }),
      change('resolved', { version: 6 }),
    ];
    const all = planNotifications(changes, routing(), hash).rows.map(idOf);
    expect(new Set(all).size).toBe(all.length);
    expect(idOf(planNotifications([change('resolved', { version: 1 })], routing(), hash).rows[0]!)).toBe(
      all[0],
    );
  });
});

const idOf = ({ payload }: ReturnType<typeof planNotifications>['rows'][number]): string =>
  payload.kind === 'notification' ? payload.notification.id : '';
