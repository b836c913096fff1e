import { describe, test } from 'vitest';
import { sampleReceivers, timeline } from '../support/timeline.ts';
import {
  comesBack,
  fails,
  fires,
  goesOn,
  isAcknowledged,
  isGivenBack,
  isQuiet,
  isRaised,
  isResolved,
  isRevised,
  works,
} from '../support/timeline-steps.ts';

const slow = { kind: 'retry', reason: 'rate-limited', detail: '', afterMs: 4_500 } as const;
const alone = { receiver: 'soc' };
const byRule = { receiver: 'soc', groupBy: ['rule'] };
const asking = {
  ...sampleReceivers,
  soc: { ...sampleReceivers['soc'], sendResolved: true, sendAcknowledged: true },
};

describe('without groups', () => {
  test('each incident is told at once, by itself', () =>
    timeline(
      { routes: alone, until: '1m' },
      [
        ['0s', fires('A'), fires('B')],
        ['10s', fires('C'), goesOn('A')],
        ['20s', goesOn('A'), isQuiet('B')],
      ],
      { 'soc/slack': ['0s opened A', '0s opened B', '10s opened C'] },
    ));

  test('programs hear of the end, people who did not ask do not', () =>
    timeline(
      { routes: { ...alone, routes: [{ receiver: 'soar', continue: true }, {}] }, until: '1m' },
      [
        ['0s', fires('A')],
        ['30s', isQuiet('A')],
      ],
      { 'soc/slack': ['0s opened A'], 'soar/webhook': ['0s opened A', '30s resolved A'] },
    ));

  test('what came back is told again, and what was none is taken back', () =>
    timeline(
      { routes: alone, until: '1m' },
      [
        ['0s', fires('A'), fires('B')],
        ['10s', isResolved('A')],
        ['20s', comesBack('A')],
        ['30s', isRevised('B')],
        ['40s', isRevised('A')],
      ],
      { 'soc/slack': ['0s opened A', '0s opened B', '20s reopened A', '30s revised B', '40s revised A'] },
    ));

  test('one that opened and was quiet within one batch is news; one that was none is not', () =>
    timeline(
      { routes: alone, until: '10s' },
      [
        ['0s', fires('A', { status: 'resolved', reason: 'quiet' })],
        ['0s', (line) => line.change('B', 'revised', { status: 'resolved', reason: 'revised' })],
      ],
      { 'soc/slack': ['0s opened A'] },
    ));

  test('one whose severity was raised is told, also to whom that concerns only now', () =>
    timeline(
      {
        routes: {
          ...alone,
          routes: [{ match: { severity: 'critical' }, receiver: 'boss', continue: true }, {}],
        },
        until: '1m',
      },
      [
        ['0s', fires('A')],
        ['10s', isRaised('A', 'medium')],
        ['20s', isRaised('A', 'critical')],
        ['30s', goesOn('A')],
      ],
      { 'soc/slack': ['0s opened A', '20s raised A'], 'boss/slack': ['20s raised A'] },
    ));

  test('a receiver that fails holds up no other, and nobody hears twice', () =>
    timeline(
      { routes: { routes: [{ receiver: 'soc', continue: true }, { receiver: 'soar' }] }, until: '30s' },
      [
        ['0s', fails('soc/slack', slow), fires('A')],
        ['4s', works('soc/slack')],
      ],
      { 'soar/webhook': ['0s opened A'], 'soc/slack': ['4.5s opened A'] },
    ));
});

describe('a group', () => {
  test('is told of its first incident at once, and of those that follow together', () =>
    timeline(
      { routes: byRule, until: '12m' },
      [
        ['0s', fires('A')],
        ['10s', fires('B')],
        ['4m', fires('C')],
        ['5m10s', fires('D')],
        ['11m', fires('E')],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B + opened C', '10m opened D'] },
    ));

  test('that was left alone for its interval is told at once again', () =>
    timeline(
      { routes: byRule, until: '10m' },
      [
        ['0s', fires('A')],
        ['7m', fires('B')],
      ],
      { 'soc/slack': ['0s opened A', '7m opened B'] },
    ));

  test('has one message for all that came in one batch', () =>
    timeline({ routes: byRule, until: '1m' }, [['0s', fires('A'), fires('B'), fires('C')]], {
      'soc/slack': ['0s opened A + opened B + opened C'],
    }));

  test('is those with the same values, of each route its own', () =>
    timeline(
      { routes: { receiver: 'soc', groupBy: ['rule', 'source.ip'] }, until: '6m' },
      [
        ['0s', fires('A'), fires('B', { group: { 'source.ip': '192.0.2.1' } })],
        ['1m', fires('C'), fires('D', { group: {} })],
      ],
      { 'soc/slack': ['0s opened A', '0s opened B', '1m opened D', '5m opened C'] },
    ));

  test('of programs is told one by one, at the time of the group', () =>
    timeline(
      { routes: { receiver: 'soar', groupBy: ['rule'] }, until: '6m' },
      [
        ['0s', fires('A')],
        ['10s', fires('B'), fires('C')],
      ],
      { 'soar/webhook': ['0s opened A', '5m opened B', '5m opened C'] },
    ));

  test('waits for others where a wait is set', () =>
    timeline(
      { routes: { ...byRule, groupWaitMs: 30_000 }, until: '6m' },
      [
        ['0s', fires('A')],
        ['10s', fires('B')],
        ['1m', fires('C')],
      ],
      { 'soc/slack': ['30s opened A + opened B', '5m30s opened C'] },
    ));

  test('forgets what was taken back, or resolved by a person, before it was told; not what was quiet', () =>
    timeline(
      { routes: { ...byRule, groupWaitMs: 30_000 }, receivers: asking, until: '6m' },
      [
        ['0s', fires('A'), fires('B'), fires('C'), fires('D')],
        ['10s', isRevised('A'), isResolved('B'), isQuiet('C')],
      ],
      { 'soc/slack': ['30s opened C + opened D'] },
    ));

  test('tells of the ends with the rest, where they are asked for', () =>
    timeline(
      { routes: byRule, receivers: asking, until: '11m' },
      [
        ['0s', fires('A'), fires('B')],
        ['1m', isQuiet('A')],
        ['2m', fires('C')],
        ['6m', isAcknowledged('B')],
      ],
      {
        'soc/slack': ['0s opened A + opened B', '5m opened C + resolved A', '10m acknowledged B'],
      },
    ));

  test('says nothing of what only went on, or of what came and went between two messages', () =>
    timeline(
      { routes: byRule, receivers: asking, until: '11m' },
      [
        ['0s', fires('A')],
        ['1m', goesOn('A'), isAcknowledged('A')],
        ['2m', isGivenBack('A')],
      ],
      { 'soc/slack': ['0s opened A'] },
    ));

  test('of which nothing stands any more is remembered for its interval', () =>
    timeline(
      { routes: byRule, until: '12m' },
      [
        ['0s', fires('A')],
        ['10s', isQuiet('A')],
        ['20s', fires('B')],
        ['5m10s', isQuiet('B')],
        ['11m', fires('C')],
      ],
      { 'soc/slack': ['0s opened A', '5m opened B', '11m opened C'] },
    ));
});
