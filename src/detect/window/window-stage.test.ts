import { describe, expect, test } from 'vitest';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { EventCountSpec } from '../../shared/model/window-spec.ts';
import { openState, readTexts } from './window-bytes.ts';
import { WindowStage } from './window-stage.ts';

const twoIn10: EventCountSpec = {
  type: 'event_count',
  timespanMs: 10,
  condition: { gte: 2 },
  reset: false,
};
const fewIn10: EventCountSpec = { ...twoIn10, condition: { lt: 2 } };
const noWatermark = (): number => Number.NEGATIVE_INFINITY;
const at = (ms: number) => (): number => ms;

describe('a rule without window', () => {
  test('fires at every match, also at a late one, in one outcome a group', () => {
    const stage = new WindowStage([windowedRule(undefined)]);
    const [first, late, other] = [
      matchOf({ timeMs: 50, offset: 0, weight: 3 }),
      matchOf({ timeMs: 1, offset: 1 }),
      matchOf({ timeMs: 50, offset: 2, name: 'b' }),
    ] as const;
    for (const match of [first, late, other]) stage.fold(match, 40);
    const { groups, ...rest } = stage.take(at(40));
    expect(groups).toEqual([
      {
        ruleId: 'rule',
        group: first.group,
        change: 'unwindowed',
        fired: [
          { firing: expect.objectContaining({ timeMs: 50, value: 3, matches: 1 }), event: first.event },
          { firing: expect.objectContaining({ timeMs: 1, value: 1, fresh: 1 }), event: late.event },
        ],
        withdrawn: [],
        settled: [],
        tail: expect.any(Function),
      },
      expect.objectContaining({ group: other.group, change: 'unwindowed' }),
    ]);
    expect(rest).toEqual({ delta: null, late: [], matched: [], skipped: [], capped: [] });
    expect(stage.take(at(40)).groups).toEqual([]);
  });

  test('is not known: nothing happens', () => {
    const stage = new WindowStage([]);
    stage.fold(matchOf({ timeMs: 50, offset: 0 }), 40);
    expect(stage.take(at(40))).toEqual({
      groups: [],
      delta: null,
      late: [],
      matched: [],
      skipped: [],
      capped: [],
    });
  });
});

test('a rule that was another meanwhile learns anew, after a restart too', () => {
  const learning = windowedRule({ type: 'new_term', field: 'user', historyMs: 100, learnMs: 30 });
  const runner = new WindowRunner({ rules: [learning], latenessMs: 0 });
  const see = (timeMs: number, user: string): void => {
    runner.fold(matchOf({ timeMs, offset: timeMs, fields: { user } }));
    runner.take();
  };
  see(0, 'u');
  for (const rule of [windowedRule(twoIn10, { hash: 'another' }), learning]) {
    runner.replaceRules([rule]);
    runner.take();
  }
  runner.restart();
  see(50, 'v');
  see(81, 'w');
  runner.finish();
  expect(runner.settled.get('rule|["a"]')?.map(({ timeMs }) => timeMs)).toEqual([81]);
});

describe('a match behind the watermark', () => {
  test('is counted by rule and source, with how far behind it is, and not folded; one at the watermark is folded', () => {
    const stage = new WindowStage([windowedRule(twoIn10)]);
    stage.fold(matchOf({ timeMs: 19, offset: 0 }), 20);
    stage.fold(matchOf({ timeMs: 18, offset: 1 }), 20);
    stage.fold(matchOf({ timeMs: 20, offset: 2 }), 20);
    const outcome = stage.take(at(20));
    expect(outcome.late).toEqual([{ ruleId: 'rule', source: 'source', count: 2, behindMs: 2 }]);
    expect(outcome.matched).toEqual([{ ruleId: 'rule', count: 3 }]);
    expect(outcome.groups).toEqual([]);
    stage.fold(matchOf({ timeMs: 21, offset: 3 }), 20);
    const { groups, late } = stage.take(at(20));
    expect(groups.map(({ change, fired }) => [change, fired.length])).toEqual([['appended', 1]]);
    expect(late).toEqual([]);
  });
});

describe('a late match inside the lateness', () => {
  test('that makes an older match fire has no event for it any more', () => {
    const stage = new WindowStage([windowedRule(twoIn10)]);
    const newer = matchOf({ timeMs: 9, offset: 0 });
    const older = matchOf({ timeMs: 5, offset: 1 });
    stage.fold(newer, 0);
    stage.take(at(0));
    stage.fold(older, 0);
    const [group] = stage.take(at(0)).groups;
    expect(group?.change).toBe('appended');
    expect(group?.fired).toEqual([{ firing: expect.objectContaining({ timeMs: 9 }), event: null }]);
  });

  test('of the same batch as that older match leaves it its event', () => {
    const stage = new WindowStage([windowedRule(twoIn10)]);
    const newer = matchOf({ timeMs: 9, offset: 0 });
    stage.fold(newer, 0);
    stage.fold(matchOf({ timeMs: 5, offset: 1 }), 0);
    const [group] = stage.take(at(0)).groups;
    expect(group?.fired.map(({ event }) => event)).toEqual([newer.event]);
  });

  test('that takes a firing away withdraws it', () => {
    const stage = new WindowStage([windowedRule({ ...twoIn10, condition: { eq: 1 } })]);
    stage.fold(matchOf({ timeMs: 9, offset: 0 }), 0);
    expect(stage.take(at(0)).groups.map(({ fired }) => fired.length)).toEqual([1]);
    stage.fold(matchOf({ timeMs: 5, offset: 1 }), 0);
    const [group] = stage.take(at(0)).groups;
    expect(group?.change).toBe('refolded');
    expect(group?.withdrawn.map(({ timeMs }) => timeMs)).toEqual([9]);
    expect(group?.fired.map(({ firing }) => firing.timeMs)).toEqual([5]);
    expect(group?.tail().map(({ timeMs }) => timeMs)).toEqual([5]);
  });

  test('in one batch with what it takes away says nothing of it', () => {
    const stage = new WindowStage([windowedRule({ ...twoIn10, condition: { eq: 1 } })]);
    stage.fold(matchOf({ timeMs: 9, offset: 0 }), 0);
    stage.fold(matchOf({ timeMs: 5, offset: 1 }), 0);
    const [group] = stage.take(at(0)).groups;
    expect(group).toMatchObject({ change: 'appended', withdrawn: [] });
    expect(group?.fired.map(({ firing }) => firing.timeMs)).toEqual([5]);
  });
});

describe('memory follows live groups', () => {
  test('a group whose window has passed is gone, from memory and from snapshots', () => {
    const runner = new WindowRunner({ rules: [windowedRule(twoIn10)], latenessMs: 5 });
    const match = matchOf({ timeMs: 100, offset: 0 });
    runner.fold(match);
    runner.take([runner.shardOf(match)]);
    const snapshot = (): string => Buffer.from(runner.stored().shards[0]?.snapshot ?? '').toString();
    const full = snapshot();
    expect(full).toContain(match.group.key);
    runner.fold(matchOf({ timeMs: 200, offset: 1, name: 'b' }));
    runner.take([runner.shardOf(match)]);
    expect(snapshot()).not.toContain(match.group.key);
  });

  test('the watermark alone settles: a quiet group costs no match', () => {
    const stage = new WindowStage([windowedRule(fewIn10)]);
    const match = matchOf({ timeMs: 100, offset: 0 });
    stage.fold(match, 0);
    expect(stage.take(at(109)).groups).toEqual([]);
    const [group] = stage.take(at(110)).groups;
    expect(group?.settled).toEqual([expect.objectContaining({ timeMs: 110, position: null, value: 1 })]);
    expect(group?.group).toEqual(match.group);
    expect(stage.take(at(500)).delta).toBeNull();
  });
});

describe('a restart', () => {
  test('says nothing again that settled by the watermark alone', () => {
    const runner = new WindowRunner({ rules: [windowedRule(twoIn10)], latenessMs: 5 });
    for (const offset of [0, 1]) runner.fold(matchOf({ timeMs: 100, offset }));
    runner.take();
    expect(runner.take([], 200).groups.map(({ change }) => change)).toEqual(['settled']);
    runner.restart();
    expect(runner.take([], 200).groups).toEqual([]);
  });
});

describe('the end of the input', () => {
  test('decides absence up to the last event seen, also of other rules and of no rule', () => {
    const absent = (lastEventMs?: number): number => {
      const stage = new WindowStage([windowedRule(fewIn10)]);
      stage.fold(matchOf({ timeMs: 100, offset: 0 }), 0);
      return stage.take(at(Number.POSITIVE_INFINITY), lastEventMs).groups.length;
    };
    expect([absent(), absent(108), absent(109)]).toEqual([0, 0, 1]);
  });
});

describe('the bounds', () => {
  test('past the cap on tails the older half of the fullest rule settles early, and is said', () => {
    const limits = { maxTailMatches: 10 };
    const runner = new WindowRunner({ rules: [windowedRule(twoIn10)], latenessMs: 1_000_000, limits });
    for (let offset = 0; offset < 11; offset += 1) runner.fold(matchOf({ timeMs: 100 + offset, offset }));
    const outcome = runner.take();
    expect(outcome.capped).toEqual([{ ruleId: 'rule', reason: 'tail-full', count: 6 }]);
    expect([...runner.settled.values()].flat().map(({ timeMs }) => timeMs)).toEqual([
      101, 102, 103, 104, 105,
    ]);
    // What comes for the time that settled early is late, after a restart too.
    runner.restart();
    runner.fold(matchOf({ timeMs: 105, offset: 50 }));
    runner.fold(matchOf({ timeMs: 106, offset: 51 }));
    runner.take();
    expect(runner.late).toBe(1);
  });

  test('past the cap on groups those that are oldest leave, and stay away after a restart', () => {
    const limits = { maxKeysPerRule: 32 };
    const runner = new WindowRunner({ rules: [windowedRule(twoIn10)], latenessMs: 100, limits });
    const nameAt = (offset: number): string => `group ${offset}`;
    for (let offset = 0; offset < 33; offset += 1)
      runner.fold(matchOf({ timeMs: 100 + offset / 100, offset, name: nameAt(offset) }));
    expect(runner.take().capped).toEqual([{ ruleId: 'rule', reason: 'keys-full', count: 3 }]);
    runner.restart();
    for (const offset of [2, 3])
      runner.fold(matchOf({ timeMs: 101, offset: 100 + offset, name: nameAt(offset) }));
    const { groups } = runner.take();
    expect(groups.map(({ group }) => group.values)).toEqual([{ name: nameAt(3) }]);
  });
});

describe('rules that change', () => {
  const rule = windowedRule(twoIn10);
  const changed = windowedRule(twoIn10, { hash: 'another' });

  test('in meaning lose their state, at once and in what is stored', () => {
    const runner = new WindowRunner({ rules: [rule], latenessMs: 100 });
    const match = matchOf({ timeMs: 100, offset: 0 });
    runner.fold(match);
    runner.take([runner.shardOf(match)]);
    runner.restart([changed]);
    runner.fold(matchOf({ timeMs: 101, offset: 1 }));
    expect(runner.take().groups).toEqual([]);
    // The rule as it was before does not find its old state again.
    runner.restart([rule]);
    runner.fold(matchOf({ timeMs: 102, offset: 2 }));
    expect(runner.take().groups).toEqual([]);
    runner.fold(matchOf({ timeMs: 103, offset: 3 }));
    expect(runner.take().groups).toHaveLength(1);
  });

  test('in wording only keep it', () => {
    const stage = new WindowStage([rule]);
    stage.fold(matchOf({ timeMs: 100, offset: 0 }), 0);
    stage.take(noWatermark);
    stage.replaceRules([{ ...rule, title: 'Another title' }]);
    stage.fold(matchOf({ timeMs: 101, offset: 1 }), 0);
    expect(stage.take(noWatermark).groups).toHaveLength(1);
    stage.replaceRules([changed]);
    const from = openState(stage.take(noWatermark).delta ?? new Uint8Array());
    from.number();
    expect(readTexts(from)).toEqual(['rule']);
    stage.fold(matchOf({ timeMs: 102, offset: 2 }), 0);
    expect(stage.take(noWatermark).groups).toEqual([]);
  });
});
