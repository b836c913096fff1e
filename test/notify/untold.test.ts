import { describe, expect, test } from 'vitest';
import { ms, timeline } from '../support/timeline.ts';
import { fires, goesOn, isQuiet } from '../support/timeline-steps.ts';

const alone = { receiver: 'soc' };

describe('who is not told', () => {
  test('because the rule is a shadow, or nobody is named, or nobody known', async () => {
    const line = await timeline(
      {
        routes: {},
        notifyOf: (rule) => (rule === 'named' ? ['nobody'] : []),
        until: '1m',
      },
      [
        ['0s', fires('A', { shadow: true }), fires('B')],
        ['0s', fires('C', { rule: { id: 'named', title: '', hash: '' } })],
        ['1s', goesOn('A'), goesOn('B'), goesOn('C')],
      ],
      {},
    );
    expect(line.decided).toEqual({
      A: ['not shadow'],
      B: ['not no-receiver'],
      C: ['nobody not unknown-receiver'],
    });
  });

  test('because nothing is new, said once for each message', async () => {
    const line = await timeline(
      { routes: { ...alone, repeatIntervalMs: ms('1h') }, until: '90m', tick: '1m' },
      [
        ['0s', fires('A')],
        ['1m', goesOn('A')],
        ['2m', goesOn('A')],
        ['80m', goesOn('A')],
      ],
      { 'soc/slack': ['0s opened A', '1h repeated A'] },
    );
    expect(line.decided['A']).toEqual([
      'soc opened',
      'soc not nothing-new',
      'soc repeated',
      'soc not nothing-new',
    ]);
  });

  test('past the bounds people are told early, and that is counted', async () => {
    const line = await timeline(
      { routes: { ...alone, groupBy: ['rule'] }, limits: { waitingMax: 2 }, until: '6m' },
      [
        ['0s', fires('A')],
        ['1m', fires('B'), fires('C')],
        ['2m', fires('D')],
      ],
      { 'soc/slack': ['0s opened A', '2m opened B + opened C + opened D'] },
    );
    expect(line.bounds).toEqual({ waiting: 3 });
  });

  test('past the bounds on groups that are remembered, the next of the oldest is told at once, and that is counted', async () => {
    const line = await timeline(
      {
        routes: { ...alone, groupBy: ['rule'], groupIntervalMs: ms('1h') },
        limits: { idleGroupsMax: 0 },
        until: '6m',
        tick: '1m',
      },
      [
        ['0s', fires('A')],
        ['1m', isQuiet('A')],
        ['3m', fires('B')],
      ],
      { 'soc/slack': ['0s opened A', '3m opened B'] },
    );
    expect(line.bounds).toEqual({ groups: 1 });
  });

  test('past the bounds of what is over and held back, the oldest leaves, and says so', async () => {
    const nights = [{ times: [{ from: '12:00', to: '13:00' }] }];
    const line = await timeline(
      {
        routes: { ...alone, muteTimeIntervals: ['nights'] },
        timeIntervals: { nights },
        limits: { overHeldMax: 1 },
        until: '61m',
        tick: '1m',
      },
      [
        ['1m', fires('A'), fires('B'), fires('C')],
        ['2m', isQuiet('A')],
        ['3m', isQuiet('B')],
      ],
      { 'soc/slack': ['1h opened B', '1h opened C'] },
    );
    expect(line.decided['A']).toEqual(['soc not muted', 'soc not never-told']);
    expect(line.bounds).toEqual({ held: 1 });
  });
});
