import { describe, expect, test } from 'vitest';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { TemporalSpec, WindowSpec } from '../../shared/model/window-spec.ts';
import { WindowStage } from './window-stage.ts';

const sum: WindowSpec = {
  type: 'value_sum',
  field: 'bytes',
  timespanMs: 1_000,
  condition: { gte: 100 },
  reset: false,
};

const never = (): number => Number.NEGATIVE_INFINITY;

describe('what a window cannot use is counted', () => {
  test('a value that is no number', () => {
    const stage = new WindowStage([windowedRule(sum)]);
    const values = [1, '2', 'many', null, { a: 1 }];
    for (const [offset, bytes] of values.entries())
      stage.fold(matchOf({ timeMs: offset, offset, fields: { bytes } }), 0);
    stage.fold(matchOf({ timeMs: 9, offset: 9 }), 0);
    expect(stage.take(never).skipped).toEqual([{ ruleId: 'rule', reason: 'no-number', count: 4 }]);
    expect(stage.take(never).skipped).toEqual([]);
  });

  test('a firing without a group, of a rule that leaves such out', () => {
    const counting: WindowSpec = { type: 'event_count', timespanMs: 10, condition: { gte: 1 }, reset: false };
    const stage = new WindowStage([
      windowedRule(counting, { id: 'count' }),
      windowedRule({ ...counting, rules: ['count'] }, { id: 'over', missingGroup: 'skip' }),
    ]);
    const match = { ...matchOf({ timeMs: 5, offset: 0 }), ruleId: 'count' };
    stage.fold({ ...match, group: { key: '[null]', values: { name: null } } }, 0);
    const { skipped, groups } = stage.take(() => 10);
    expect(skipped).toEqual([{ ruleId: 'over', reason: 'no-group', count: 1 }]);
    expect(groups.map(({ ruleId }) => ruleId)).toEqual(['count']);
  });

  test('values beyond the bound, which are forgotten early', () => {
    const spec: WindowSpec = { type: 'new_term', field: 'user', historyMs: 10 ** 6, learnMs: 0 };
    const stage = new WindowStage([windowedRule(spec)]);
    const see = (from: number, to: number): void => {
      for (let offset = from; offset < to; offset += 1)
        stage.fold(matchOf({ timeMs: offset, offset, fields: { user: offset } }), 0);
    };
    see(0, 65_536);
    expect(stage.take(() => 0).skipped).toEqual([]);
    see(65_536, 65_546);
    expect(stage.take(() => 0).skipped).toEqual([{ ruleId: 'rule', reason: 'values-full', count: 10 }]);
  });

  test('beginnings beyond the bound, which are judged together', () => {
    const spec: TemporalSpec = {
      type: 'temporal',
      rules: ['a', 'b'],
      timespanMs: 100_000,
      sequences: [{ all: [0], none: [1] }],
      reset: false,
    };
    const stage = new WindowStage([windowedRule(spec)]);
    for (let offset = 0; offset < 10_000; offset += 1)
      stage.fold({ ...matchOf({ timeMs: offset, offset }), inputs: [0] }, 0);
    const before = stage.take(() => 10_000);
    expect(before.skipped.map(({ reason }) => reason)).toEqual(['waiting-full']);
    expect(before.skipped[0]?.count).toBeGreaterThan(10_000 - 4_096 - 1);
    const fired = stage
      .take(() => 200_000)
      .groups.flatMap((group) => group.settled.map(({ timeMs }) => timeMs));
    expect(fired.length).toBeLessThanOrEqual(4_096);
    expect(fired.length).toBeGreaterThan(1_024);
    // The newest is judged for itself.
    expect(fired.at(-1)).toBe(109_999);
  });
});

describe('rules over rules that are replaced', () => {
  const counting: WindowSpec = { type: 'event_count', timespanMs: 10, condition: { gte: 1 }, reset: false };
  const count = windowedRule(counting, { id: 'count', hash: 'count' });
  const over = (id: string, more: Partial<Rule> = {}): Rule =>
    windowedRule(
      { ...counting, rules: ['count'], timespanMs: 100, condition: { gte: 2 } },
      { id, hash: id, ...more },
    );
  const firedBy = (stage: WindowStage, timeMs: number): readonly string[] => {
    stage.fold({ ...matchOf({ timeMs, offset: timeMs }), ruleId: 'count' }, timeMs);
    const { groups } = stage.take(() => timeMs + 1);
    return groups.filter(({ fired }) => fired.length > 0).map(({ ruleId }) => ruleId);
  };

  test('go on where their meaning stayed, and hear from then on where they are new', () => {
    const stage = new WindowStage([over('old'), count]);
    expect(firedBy(stage, 1)).toEqual(['count']);
    stage.replaceRules([over('new'), over('old', { title: 'Another' }), count]);
    expect(firedBy(stage, 2)).toEqual(['count', 'old']);
    expect(firedBy(stage, 3)).toEqual(['count', 'new', 'old']);
    stage.replaceRules([over('new'), count]);
    expect(firedBy(stage, 4)).toEqual(['count', 'new']);
    stage.replaceRules([count]);
    expect(firedBy(stage, 5)).toEqual(['count']);
  });

  test('hear of what the cap on tails settles early, once, also over a restart', () => {
    const every = { ...over('over'), window: { ...counting, rules: ['count'] } };
    const runner = new WindowRunner({
      rules: [every, count],
      latenessMs: 1_000,
      limits: { maxTailMatches: 6 },
    });
    const times = Array.from({ length: 40 }, (_, at) => at);
    for (const timeMs of times) {
      runner.fold({ ...matchOf({ timeMs, offset: timeMs }), ruleId: 'count' });
      if (timeMs % 10 !== 9) continue;
      runner.take();
      runner.restart();
    }
    runner.finish();
    expect(runner.capped).toBeGreaterThan(0);
    expect(runner.late).toBe(0);
    for (const id of ['count', 'over'])
      expect(runner.settled.get(`${id}|["a"]`)?.map(({ timeMs }) => timeMs)).toEqual(times);
  });

  test('start anew where what they hear of means something else', () => {
    const stage = new WindowStage([over('old'), count]);
    firedBy(stage, 1);
    stage.replaceRules([over('old', { hash: 'old over another' }), { ...count, hash: 'another' }]);
    expect(firedBy(stage, 2)).toEqual(['count']);
    expect(firedBy(stage, 3)).toEqual(['count', 'old']);
  });
});
