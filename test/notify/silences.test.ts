import { describe, expect, test } from 'vitest';
import { ms, sampleReceivers, type Timeline, timeline } from '../support/timeline.ts';
import {
  fires,
  goesOn,
  isQuiet,
  isRaised,
  isSilenced,
  restarts,
  silenceExpires,
} from '../support/timeline-steps.ts';

const alone = { receiver: 'soc' };
const asking = {
  ...sampleReceivers,
  soc: { ...sampleReceivers['soc'], sendResolved: true, sendAcknowledged: true },
};
const everything = { rule: '*' };

/** How messages say that they come late. */
const withheld = (line: Timeline): unknown[] =>
  line.messages.map((message) => ('kind' in message ? message.items : [message]).map((one) => one.withheld));

describe('a silence', () => {
  test('keeps what it takes from being told; what still stands when it ends is told then, with what came since', async () => {
    const line = await timeline(
      { routes: alone, until: '20m' },
      [
        ['0s', isSilenced(everything, ms('10m'))],
        ['1m', fires('A'), fires('B')],
        ['2m', goesOn('A', 11)],
        ['3m', isQuiet('B')],
      ],
      { 'soc/slack': ['10m opened A'] },
    );
    const [[late]] = withheld(line) as [[{ since: string; why: string; events: number }]];
    expect(late).toMatchObject({ since: '2026-03-01T12:01:00.000Z', events: 12 });
    expect(late.why).toBe('silenced: silence quiet of jo until 2026-03-01T12:10:00.000Z: known');
    expect(line.decided).toEqual({
      A: ['soc not silenced', 'soc opened'],
      B: ['soc not silenced', 'soc not never-told'],
    });
  });

  test('that is expired before its time ends there', () =>
    timeline(
      { routes: alone, until: '20m' },
      [
        ['0s', isSilenced(everything, ms('10m')), fires('A')],
        ['2m', silenceExpires()],
        ['3m', fires('B')],
      ],
      { 'soc/slack': ['2m opened A', '3m opened B'] },
    ));

  test('takes only what it matches', () =>
    timeline(
      { routes: alone, until: '1m' },
      [
        ['0s', isSilenced({ severity: 'low' }, ms('10m'))],
        ['10s', fires('A', { severity: 'low' }), fires('B')],
      ],
      { 'soc/slack': ['10s opened B'] },
    ));

  test('that comes while a group waits holds what waits', () =>
    timeline(
      { routes: { ...alone, groupBy: ['rule'] }, until: '20m' },
      [
        ['0s', fires('A')],
        ['1m', fires('B'), fires('C', { severity: 'low' })],
        ['2m', isSilenced({ severity: 'low' }, ms('10m'))],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B', '12m opened C'] },
    ));

  test('keeps nobody from the end of what he was told', () =>
    timeline(
      { routes: alone, receivers: asking, until: '20m' },
      [
        ['0s', fires('A')],
        ['1m', isSilenced(everything, ms('10m'))],
        ['2m', isQuiet('A')],
      ],
      { 'soc/slack': ['0s opened A', '2m resolved A'] },
    ));

  test('holds repeats, and they go on after it', () =>
    timeline(
      { routes: { ...alone, repeatIntervalMs: ms('1h') }, until: '3h30m', tick: '30s' },
      [
        ['0s', fires('A')],
        ['30m', isSilenced(everything, ms('1h'))],
      ],
      { 'soc/slack': ['0s opened A', '2h repeated A', '3h repeated A'] },
    ));

  test('goes on over a restart, and what it holds with it', () =>
    timeline(
      { routes: alone, until: '20m' },
      [
        ['0s', isSilenced(everything, ms('10m')), fires('A')],
        ['1m', restarts()],
        ['5m', fires('B'), restarts()],
      ],
      { 'soc/slack': ['10m opened A', '10m opened B'] },
    ));

  test('whose end was missed in an outage ends with the next start', () =>
    timeline(
      { routes: alone, until: '30m' },
      [
        ['0s', isSilenced(everything, ms('10m')), fires('A')],
        ['1m', (line) => line.clock.pass(ms('20m')), restarts()],
      ],
      { 'soc/slack': ['21m opened A'] },
    ));
});

describe('a maintenance window', () => {
  test('is a silence of the configuration', async () => {
    const window = {
      name: 'patch-day',
      match: {},
      from: '2026-03-01T12:05:00.000Z',
      until: '2026-03-01T12:10:00.000Z',
      comment: 'patches',
    };
    const line = await timeline(
      { routes: alone, maintenance: [window], until: '12m' },
      [
        ['0s', fires('A')],
        ['6m', fires('B')],
        ['7m', fires('C')],
        ['8m', isQuiet('C')],
        ['11m', fires('D')],
      ],
      { 'soc/slack': ['0s opened A', '10m opened B', '11m opened D'] },
    );
    expect(line.decided['B']).toEqual(['soc not maintenance', 'soc opened']);
  });
});

describe('an incident inhibits', () => {
  const rules = [
    {
      name: 'takeover',
      source: { severity: 'critical' as const },
      target: { rule: '*' },
      equal: ['source.ip'],
    },
  ];
  const other = { group: { 'source.ip': '192.0.2.1' } };

  test('those that are about the same, as long as it stands', async () => {
    const line = await timeline(
      { routes: alone, inhibitRules: rules, until: '10m' },
      [
        ['0s', fires('A', { severity: 'critical' })],
        ['1m', fires('B'), fires('C', other)],
        ['2m', fires('D')],
        ['3m', isQuiet('D')],
        ['5m', isQuiet('A')],
      ],
      { 'soc/slack': ['0s opened A', '1m opened C', '5m opened B'] },
    );
    expect(line.decided['B']).toEqual(['soc not inhibited', 'soc opened']);
    expect(line.decided['D']).toEqual(['soc not inhibited', 'soc not never-told']);
  });

  test('also those that come before it in one batch, and not itself', () =>
    timeline(
      { routes: alone, inhibitRules: rules, until: '10m' },
      [['0s', fires('B'), fires('A', { severity: 'critical' })]],
      { 'soc/slack': ['0s opened A'] },
    ));

  test('across a restart', () =>
    timeline(
      { routes: alone, inhibitRules: rules, until: '10m' },
      [
        ['0s', fires('A', { severity: 'critical' })],
        ['1m', fires('B'), restarts()],
        ['2m', fires('C'), restarts()],
        ['5m', isQuiet('A')],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B', '5m opened C'] },
    ));

  test('until its severity is taken back', () =>
    timeline(
      { routes: alone, inhibitRules: rules, until: '10m' },
      [
        ['0s', fires('A', { severity: 'critical' })],
        ['1m', fires('B')],
        ['5m', isRaised('A', 'low')],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B'] },
    ));

  test('nobody where the rule asks for nothing that stands', () =>
    timeline(
      { routes: alone, inhibitRules: [{ source: {}, target: {}, equal: [] }], until: '1m' },
      [['0s', fires('A'), fires('B')]],
      { 'soc/slack': ['0s opened A', '0s opened B'] },
    ));
});
