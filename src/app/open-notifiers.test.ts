import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { RecordingLog } from '../../test/support/recording-log.ts';
import { loadConfig } from '../config/config.ts';
import { openNotifiers } from './open-notifiers.ts';

const written = {
  receivers: {
    everything: {
      slack: { webhookUrl: 'https://hooks.example.org/services/k3y' },
      email: { to: ['soc@example.org'], ratePerSecond: 2 },
      webhook: { url: 'https://soar.example.org/' },
      pagerduty: { routingKey: 'R0123456789ABCDEF0123456789ABCDE' },
      teams: { webhookUrl: 'https://flow.example.org/?sig=k3y' },
      alertmanager: { url: 'https://alertmanager.example.org' },
      fallback: 'oncall',
    },
    oncall: {
      email: { to: ['oncall@example.org'] },
      slack: { webhookUrl: 'https://hooks.example.org/services/k3y2' },
      fallback: 'last',
      fallbackAfter: '1m',
    },
    night: {
      slack: { webhookUrl: 'https://hooks.example.org/services/k3y2' },
      digestAfter: 3,
      digestEvery: '5m',
      pastAfter: '1m',
    },
    last: { webhook: { url: 'https://soar.example.org/' } },
  },
  smtp: { host: 'mail.example.org' },
};

function open() {
  const file = '/etc/tocsin/tocsin.json';
  const loaded = loadConfig({ file, env: {}, cwd: '/', readFile: () => JSON.stringify(written) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return openNotifiers(loaded.value, {
    log: new RecordingLog(),
    clock: new ManualClock(),
    metrics: { count: () => {}, gauge: () => {}, observe: () => {} },
    ruleOf: () => undefined,
  });
}

describe('the notifiers of a configuration', () => {
  test('are one for each channel of each receiver, under its name, with its rate', () => {
    const { notifiers, rates } = open();
    const everything = ['slack', 'email', 'webhook', 'pagerduty', 'teams', 'alertmanager'];
    const names = [
      ...everything.map((channel) => `everything/${channel}`),
      ...['oncall/slack', 'oncall/email', 'night/slack'],
    ];
    expect([...notifiers.keys()].sort()).toEqual([...names, 'last/webhook'].sort());
    for (const [name, notifier] of notifiers) expect(notifier.name).toBe(name);
    expect(Object.fromEntries(rates)).toMatchObject({
      'everything/slack': 1,
      'everything/email': 2,
      'everything/pagerduty': 2,
      'oncall/email': 5,
    });
  });

  test('of one webhook are limited together, and the address is not to be seen', () => {
    const { addresses } = open();
    expect(addresses.get('night/slack')).toBe(addresses.get('oncall/slack'));
    expect(addresses.get('everything/slack')).not.toBe(addresses.get('oncall/slack'));
    expect([...addresses.values()].join()).not.toContain('k3y');
    expect([...addresses.keys()].sort()).toEqual([
      'everything/slack',
      'everything/teams',
      'night/slack',
      'oncall/slack',
    ]);
  });

  test('of people and their pagers tell in digests, as their receiver says', () => {
    const { digests } = open();
    expect([...digests.keys()].sort()).toEqual([
      'everything/email',
      'everything/pagerduty',
      'everything/slack',
      'everything/teams',
      'night/slack',
      'oncall/email',
      'oncall/slack',
    ]);
    expect(digests.get('oncall/email')).toEqual({ after: 10, everyMs: 60_000, pastAfterMs: 3_600_000 });
    expect(digests.get('night/slack')).toEqual({ after: 3, everyMs: 300_000, pastAfterMs: 60_000 });
  });

  test('know where what they could not be told goes', () => {
    const { fallbacks } = open();
    const oncall = { to: ['oncall/slack', 'oncall/email'], afterMs: 600_000 };
    expect(fallbacks.get('everything/slack')).toEqual(oncall);
    expect(fallbacks.get('everything/teams')).toEqual(oncall);
    expect(fallbacks.get('oncall/email')).toEqual({ to: ['last/webhook'], afterMs: 60_000 });
    expect(fallbacks.has('last/webhook')).toBe(false);
  });
});
