import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AlertmanagerNotifier } from '../../src/notify/alertmanager/alertmanager-notifier.ts';
import type { Clock } from '../../src/shared/ports/clock.ts';
import type { Notifier } from '../../src/shared/ports/notifier.ts';
import { Secret } from '../../src/shared/secret.ts';
import { AlertmanagerStandIn } from '../support/alertmanager-stand-in.ts';
import { delivered } from '../support/delivery-world.ts';
import { ms, type Timeline, type TimelineSetup, timeline } from '../support/timeline.ts';
import {
  comesBack,
  fails,
  fires,
  goesOn,
  isAcknowledged,
  isQuiet,
  isRaised,
  isResolved,
  restarts,
  works,
} from '../support/timeline-steps.ts';

// An Alertmanager ends by itself what nobody repeats. What stands by the clock of the line, as it would have it: the last
// post with the same labels counts.

let server: AlertmanagerStandIn;
beforeEach(async () => {
  server = await new AlertmanagerStandIn().start();
});
afterEach(() => server.stop());

const standing = (line: Timeline): string[] => {
  const latest = new Map(server.alerts.map((alert) => [JSON.stringify(alert.labels), alert]));
  return [...latest.values()]
    .filter(({ endsAt }) => Date.parse(endsAt) > line.clock.nowMs())
    .map(({ labels }) => `${labels['severity']} ${labels['incident']}`)
    .sort();
};

/** Exactly these stand there now. */
const stands =
  (...names: string[]) =>
  (line: Timeline): void =>
    expect(standing(line)).toEqual(names);

const expiresAfterMs = ms('20m');
const alertmanager = (name: string, clock: Clock): Notifier =>
  new AlertmanagerNotifier({ name, url: new Secret(server.origin), expiresAfterMs, clock });

const setup = (parts: Partial<TimelineSetup>): TimelineSetup => ({
  receivers: { ops: { alertmanager: { url: new Secret(server.origin), expiresAfterMs } } },
  notifierOf: alertmanager,
  routes: { receiver: 'ops' },
  until: '3h',
  tick: '1m',
  ...parts,
});

describe('what stands at an Alertmanager', () => {
  test('stands there until it is over, though nobody is told anything more', () =>
    timeline(
      setup({}),
      [
        ['0s', fires('A')],
        ['10s', fires('B')],
        ['30m', stands('high A', 'high B'), isAcknowledged('A')],
        ['2h2m', stands('high A', 'high B'), isQuiet('B')],
        ['2h3m', stands('high A')],
        ['2h58m', stands('high A'), isResolved('A')],
        ['3h', stands()],
      ],
      { 'ops/alertmanager': ['0s opened A', '10s opened B', '2h2m resolved B', '2h58m resolved A'] },
    ));

  test('stands there after a restart, and after the Alertmanager was away or forgot it', () =>
    timeline(
      setup({ until: '2h' }),
      [
        ['0s', fires('A')],
        ['9m', restarts()],
        ['25m', stands('high A'), fails('ops/alertmanager')],
        ['1h', stands(), works('ops/alertmanager')],
        ['1h10m', stands('high A')],
      ],
      { 'ops/alertmanager': ['0s opened A'] },
    ));

  test('is one alert, as severe as it was told last, whatever became of its severity', () =>
    timeline(
      setup({ until: '3h' }),
      [
        ['0s', fires('A')],
        ['31m', stands('high A'), isRaised('A', 'critical')],
        ['32m', stands('critical A'), isRaised('A', 'low')],
        ['1h31m', stands('critical A'), isQuiet('A')],
        ['1h32m', stands()],
      ],
      { 'ops/alertmanager': ['0s opened A', '31m raised A', '1h31m resolved A'] },
    ));

  test('is what the incident has become by then', async () => {
    await timeline(
      setup({ until: '1h' }),
      [
        ['0s', fires('A')],
        ['10m', goesOn('A', 41)],
      ],
      { 'ops/alertmanager': ['0s opened A'] },
    );
    expect(server.alerts.at(-1)?.annotations).toMatchObject({ events: '42' });
  });

  test('comes back with the incident', () =>
    timeline(
      setup({ until: '2h' }),
      [
        ['0s', fires('A')],
        ['11m', isResolved('A')],
        ['12m', stands()],
        ['41m', stands(), comesBack('A')],
        ['2h', stands('high A')],
      ],
      { 'ops/alertmanager': ['0s opened A', '11m resolved A', '41m reopened A'] },
    ));

  test('is said again for who was told by escalation', () =>
    timeline(
      setup({
        until: '2h',
        receivers: {
          soc: { webhook: { url: new Secret(server.origin) } },
          ops: { alertmanager: { url: new Secret(server.origin), expiresAfterMs } },
        },
        notifierOf: (name, clock) =>
          name === 'soc/webhook'
            ? { name, notify: async () => delivered, close: async () => undefined }
            : alertmanager(name, clock),
        routes: { receiver: 'soc', escalate: [{ afterMs: ms('16m'), receiver: 'ops' }] },
      }),
      [
        ['0s', fires('A')],
        ['1h1m', stands('high A'), isQuiet('A')],
        ['1h2m', stands()],
      ],
      {
        'soc/webhook': ['0s opened A', '1h1m resolved A'],
        'ops/alertmanager': ['16m escalated A', '1h1m resolved A'],
      },
    ));

  test('goes out in few requests, spread over the time there is', async () => {
    const names = Array.from({ length: 70 }, (_, index) => `I${index}`);
    const line = await timeline(setup({ until: '8m' }), [['0s', ...names.map((name) => fires(name))]], {
      'ops/alertmanager': expect.anything(),
    });
    expect(standing(line)).toHaveLength(70);
    const together = server.accepted.filter(({ body }) => (JSON.parse(body) as unknown[]).length > 1);
    expect(together.map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([50, 20]);
  });
});
