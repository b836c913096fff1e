import { describe, expect, test } from 'vitest';
import { ms, sampleReceivers, timeline } from '../support/timeline.ts';
import {
  comesBack,
  fires,
  isAcknowledged,
  isGivenBack,
  isQuiet,
  isRaised,
  isResolved,
  isRevised,
  isSilenced,
  restarts,
} from '../support/timeline-steps.ts';

const alone = { receiver: 'soc' };
const asking = {
  ...sampleReceivers,
  soc: { ...sampleReceivers['soc'], sendResolved: true, sendAcknowledged: true },
};
const everything = { rule: '*' };

describe('a calendar', () => {
  // Zurich puts its clocks forward at 01:00 UTC on 2026-03-29: nights end at 06:00 UTC before, at 05:00 UTC after.
  const nights = [
    {
      times: [
        { from: '00:00', to: '07:00' },
        { from: '22:00', to: '24:00' },
      ],
      location: 'Europe/Zurich',
    },
  ];
  const setup = {
    routes: { ...alone, muteTimeIntervals: ['nights'] },
    timeIntervals: { nights },
    start: '2026-03-28T20:00:00Z',
    until: '1d',
    tick: '1m',
  };

  test('mutes a route in its zone, across the change of the clocks; what came is told then, what is over too', async () => {
    const line = await timeline(
      setup,
      [
        ['30m', fires('A')],
        ['2h', fires('B')],
        ['3h', fires('C')],
        ['4h', isQuiet('C')],
        ['5h', fires('D')],
        ['6h', isRevised('D')],
      ],
      { 'soc/slack': ['30m opened A', '9h opened B', '9h opened C'] },
    );
    expect(line.decided['B']).toEqual(['soc not muted', 'soc opened']);
    expect(line.decided['D']).toEqual(['soc not muted', 'soc not never-told']);
  });

  test('says when a route is active, too', () =>
    timeline(
      { ...setup, routes: { ...alone, activeTimeIntervals: ['nights'] }, until: '23h' },
      [
        ['0s', fires('A')],
        ['2h', fires('B')],
        ['12h', fires('C')],
      ],
      { 'soc/slack': ['1h opened A', '2h opened B'] },
    ));

  test('holds back the end, too, and a group has one message in the morning', () =>
    timeline(
      { ...setup, routes: { ...setup.routes, groupBy: ['rule'] }, receivers: asking },
      [
        ['0s', fires('A')],
        ['2h', fires('B'), isQuiet('A')],
        ['3h', fires('C'), restarts()],
      ],
      { 'soc/slack': ['0s opened A', '9h opened B + opened C + resolved A'] },
    ));

  test('mutes one route and not another', () =>
    timeline(
      {
        ...setup,
        routes: {
          ...setup.routes,
          routes: [{ match: { severity: 'critical' as const }, receiver: 'oncall', muteTimeIntervals: [] }],
        },
      },
      [['4h', fires('A'), fires('B', { severity: 'critical' })]],
      { 'oncall/slack': ['4h opened B'], 'soc/slack': ['9h opened A'] },
    ));
});

describe('an escalation', () => {
  const routes = {
    ...alone,
    escalate: [
      { afterMs: ms('15m'), receiver: 'oncall' },
      { afterMs: ms('1h'), receiver: 'boss' },
    ],
  };
  const setup = { routes, until: '3h', tick: '30s' };

  test('tells step after step when nobody acknowledges', async () => {
    const line = await timeline(setup, [['0s', fires('A')]], {
      'soc/slack': ['0s opened A'],
      'oncall/slack': ['15m escalated A'],
      'boss/slack': ['1h escalated A'],
    });
    expect(line.decided['A']).toEqual(['soc opened', 'oncall escalated', 'boss escalated']);
  });

  test('stops where somebody has it, and begins anew where he gives it back', () =>
    timeline(
      setup,
      [
        ['0s', fires('A'), fires('B')],
        ['10m', isAcknowledged('A')],
        ['20m', isAcknowledged('B')],
        ['90m', isGivenBack('A')],
        ['2h', isQuiet('A')],
      ],
      {
        'soc/slack': ['0s opened A', '0s opened B'],
        'oncall/slack': ['15m escalated B', '1h45m escalated A', '2h resolved A'],
      },
    ));

  test('stops where it is over, and who was told by it hears of that', () =>
    timeline(
      setup,
      [
        ['0s', fires('A'), fires('B')],
        ['10m', isQuiet('A')],
        ['20m', isRevised('B')],
      ],
      {
        'soc/slack': ['0s opened A', '0s opened B', '20m revised B'],
        'oncall/slack': ['15m escalated B', '20m revised B'],
      },
    ));

  test('begins anew where the severity is raised, and where it comes back', () =>
    timeline(
      setup,
      [
        ['0s', fires('A'), fires('B')],
        ['10m', isRaised('A', 'critical'), isResolved('B')],
        ['30m', comesBack('B')],
        ['50m', isAcknowledged('A'), isAcknowledged('B')],
      ],
      {
        'soc/slack': ['0s opened A', '0s opened B', '10m raised A', '30m reopened B'],
        'oncall/slack': ['25m escalated A', '45m escalated B'],
      },
    ));

  test('goes on over a restart, and takes a step that was missed once', () =>
    timeline(
      setup,
      [
        ['0s', fires('A')],
        ['10m', restarts()],
        ['20m', (line) => line.clock.pass(ms('2h')), restarts()],
      ],
      {
        'soc/slack': ['0s opened A'],
        'oncall/slack': ['15m escalated A'],
        'boss/slack': ['2h20m escalated A'],
      },
    ));

  test('waits for the end of a silence', () =>
    timeline(
      setup,
      [
        ['0s', fires('A')],
        ['10m', isSilenced(everything, ms('20m'))],
        ['40m', isAcknowledged('A')],
      ],
      { 'soc/slack': ['0s opened A'], 'oncall/slack': ['30m escalated A'] },
    ));
});
