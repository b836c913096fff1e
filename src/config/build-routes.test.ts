import { expect, test } from 'vitest';
import { configOf, faultsOf, said } from '../../test/support/load-config.ts';
import { compileRoutes } from '../notify/routing/route.ts';

const receivers = {
  soc: { slack: { webhookUrl: 'https://x' } },
  boss: { slack: { webhookUrl: 'https://y' } },
};

test('a route says how and when, and its children have it too where they say nothing else, but for times of groups that they leave', () => {
  const config = configOf({
    receivers,
    routes: {
      receiver: 'soc',
      groupBy: ['rule'],
      groupWait: '10s',
      repeatInterval: '4h',
      repeatIntervalMax: '2d',
      muteTimeIntervals: ['nights'],
      escalate: [{ after: '15m', receiver: 'boss' }],
      routes: [{ match: { source: 'auth' }, groupBy: ['...'], muteTimeIntervals: [], groupInterval: '1m' }],
    },
    timeIntervals: { nights: [{ times: [{ from: '22:00', to: '24:00' }] }] },
  });
  const root = compileRoutes(config.routes ?? {});
  expect(root).toMatchObject({
    place: 'routes',
    groupBy: ['rule'],
    groupWaitMs: 10_000,
    groupIntervalMs: 300_000,
    repeatIntervalMs: 14_400_000,
    repeatIntervalMaxMs: 172_800_000,
    mute: ['nights'],
    escalate: [{ afterMs: 900_000, receiver: 'boss' }],
  });
  expect(root.children[0]).toMatchObject({
    place: 'routes.routes[0]',
    receiver: 'soc',
    groupBy: null,
    groupWaitMs: 0,
    groupIntervalMs: 60_000,
    repeatIntervalMs: 14_400_000,
    mute: [],
    escalate: [{ afterMs: 900_000, receiver: 'boss' }],
  });
});

test('repeats that are to grow apart can', () => {
  const routes = { receiver: 'soc', repeatInterval: '4h', repeatIntervalMax: '4h' };
  expect(said(faultsOf({ receivers, routes }))).toEqual([
    '$.routes.repeatIntervalMax must be longer than repeatInterval',
  ]);
});

test('without groups nothing waits for an interval', () => {
  expect(compileRoutes(configOf({ receivers, routes: { receiver: 'soc' } }).routes ?? {})).toMatchObject({
    groupBy: null,
    groupWaitMs: 0,
    groupIntervalMs: 0,
    repeatIntervalMs: null,
    repeatIntervalMaxMs: null,
  });
});

test('times of maintenance are those of their zone', () => {
  const written = { name: 'patches', from: '2026-12-01T22:00:00+01:00', until: '2026-12-02T02:00:00+01:00' };
  expect(configOf({ maintenance: [written] }).maintenance).toEqual([
    {
      name: 'patches',
      match: {},
      from: '2026-12-01T21:00:00.000Z',
      until: '2026-12-02T01:00:00.000Z',
      comment: 'maintenance',
    },
  ]);
});

test('what looks like a misspelt name of what groups is said, and is no fault', () => {
  const { warnings } = configOf({
    receivers,
    routes: { receiver: 'soc', groupBy: ['severty', 'user.name'] },
  });
  expect(warnings).toMatchObject([{ path: '$.routes.groupBy[0]', hint: 'did you mean "severity"?' }]);
});
