import { describe, expect, test } from 'vitest';
import { ms, sampleReceivers, timeline } from '../support/timeline.ts';
import { fires, goesOn, isAcknowledged, isOff, isQuiet, restarts } from '../support/timeline-steps.ts';

const alone = { receiver: 'soc' };
const byRule = { receiver: 'soc', groupBy: ['rule'] };
const asking = {
  ...sampleReceivers,
  soc: { ...sampleReceivers['soc'], sendResolved: true, sendAcknowledged: true },
};

describe('repeats', () => {
  const repeating = { ...alone, repeatIntervalMs: ms('1h') };

  test('tell again what still stands, until somebody has it or it is over', () =>
    timeline(
      { routes: repeating, until: '5h', tick: '30s' },
      [
        ['0s', fires('A'), fires('B')],
        ['2h30m', isAcknowledged('A')],
        ['3h10m', isQuiet('B')],
      ],
      {
        'soc/slack': [
          '0s opened A',
          '0s opened B',
          '1h repeated A',
          '1h repeated B',
          '2h repeated A',
          '2h repeated B',
          '3h repeated B',
        ],
      },
    ));

  test('grow apart where they are to: each comes after twice as long, up to a bound, and news begins anew', () =>
    timeline(
      {
        routes: { ...byRule, repeatIntervalMs: ms('1h'), repeatIntervalMaxMs: ms('5h') },
        until: '26h',
        tick: '1m',
      },
      [
        ['0s', fires('A')],
        ['8h', restarts()],
        ['19h', fires('B')],
      ],
      {
        'soc/slack': [
          '0s opened A',
          '1h repeated A',
          '3h repeated A',
          '7h repeated A',
          '12h repeated A',
          '17h repeated A',
          '19h opened B',
          '20h repeated A + repeated B',
          '22h repeated A + repeated B',
          '26h repeated A + repeated B',
        ],
      },
    ));

  test('do not come unless they are set', () =>
    timeline({ routes: alone, until: '2d', tick: '1h' }, [['0s', fires('A')]], {
      'soc/slack': ['0s opened A'],
    }));

  test('of a group come together', () =>
    timeline(
      { routes: { ...byRule, repeatIntervalMs: ms('1h') }, until: '1h30m', tick: '30s' },
      [
        ['0s', fires('A')],
        ['1m', fires('B')],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B', '1h repeated A + repeated B'] },
    ));

  test('that were missed in an outage come once', () =>
    timeline(
      { routes: repeating, until: '9h', tick: '30s' },
      [
        ['0s', fires('A')],
        ['1h30m', isOff(ms('6h'))],
      ],
      { 'soc/slack': ['0s opened A', '1h repeated A', '7h30m repeated A', '8h30m repeated A'] },
    ));
});

describe('a restart', () => {
  test('repeats nothing, and forgets nothing that waits', () =>
    timeline(
      { routes: byRule, until: '6m' },
      [
        ['0s', fires('A'), restarts()],
        ['10s', fires('B'), restarts()],
        ['4m', fires('C'), restarts()],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B + opened C'] },
    ));

  test('behind the time of a group tells it at once', () =>
    timeline(
      { routes: byRule, until: '8m' },
      [
        ['0s', fires('A')],
        ['10s', fires('B'), isOff(ms('6m')), restarts()],
      ],
      { 'soc/slack': ['0s opened A', '6m10s opened B'] },
    ));

  test('knows what was over meanwhile, and was told of to nobody', () =>
    timeline(
      { routes: byRule, receivers: asking, until: '6m' },
      [
        ['0s', fires('A'), fires('B')],
        ['1m', fires('C'), isQuiet('A')],
        ['2m', isQuiet('C'), restarts()],
      ],
      { 'soc/slack': ['0s opened A + opened B', '5m opened C + resolved A'] },
    ));

  test('repeats at the old times', () =>
    timeline(
      { routes: { ...alone, repeatIntervalMs: ms('1h') }, until: '2h30m', tick: '30s' },
      [
        ['0s', fires('A')],
        ['30m', restarts()],
        ['1h30m', restarts()],
      ],
      { 'soc/slack': ['0s opened A', '1h repeated A', '2h repeated A'] },
    ));

  test('without the route that it waited for goes by the route there is now', () =>
    timeline(
      { routes: byRule, until: '6m' },
      [
        ['0s', fires('A')],
        ['1m', fires('B'), restarts({ routes: { receiver: 'boss' } })],
        ['2m', fires('C')],
      ],
      { 'soc/slack': ['0s opened A'], 'boss/slack': ['1m opened B', '2m opened C'] },
    ));

  test('without any route tells whom it was meant for', () =>
    timeline(
      { routes: byRule, until: '6m' },
      [
        ['0s', fires('A')],
        ['1m', fires('B'), restarts({ routes: {} })],
        ['2m', fires('C')],
      ],
      { 'soc/slack': ['0s opened A', '1m opened B'] },
    ));

  test('with another grouping tells at once what waited', () =>
    timeline(
      { routes: byRule, until: '6m' },
      [
        ['0s', fires('A')],
        ['1m', fires('B'), restarts({ routes: { ...byRule, groupBy: ['severity'] } })],
      ],
      { 'soc/slack': ['0s opened A', '1m opened B'] },
    ));

  test('whose configuration has no such receiver any more says so', async () => {
    const line = await timeline(
      { routes: byRule, until: '6m' },
      [
        ['0s', fires('A')],
        ['1m', fires('B'), restarts({ routes: {}, receivers: {} })],
      ],
      { 'soc/slack': ['0s opened A'] },
    );
    expect(line.decided['B']).toEqual(['soc not waiting-for-group', 'soc not unknown-receiver']);
  });

  test('who was told by a route that is gone hears of the end; who is to be told now, with the next event', () =>
    timeline(
      { routes: alone, receivers: asking, until: '2m' },
      [
        ['0s', fires('A')],
        ['1m', restarts({ routes: { receiver: 'boss' } })],
        ['80s', goesOn('A')],
        ['90s', isQuiet('A')],
      ],
      { 'soc/slack': ['0s opened A', '1m30s resolved A'], 'boss/slack': ['1m20s opened A'] },
    ));
});

test('new rules leave groups as they are; whom they name besides hears of what comes', () =>
  timeline(
    { routes: byRule, until: '6m' },
    [
      ['0s', fires('A')],
      ['30s', fires('B')],
      ['1m', (line) => line.telling.replaceRules(() => ['boss']), fires('C')],
    ],
    { 'soc/slack': ['0s opened A', '5m opened B + opened C'], 'boss/slack': ['1m opened C'] },
  ));
