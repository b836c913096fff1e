import { expect, test } from 'vitest';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { GroupFirings } from '../../shared/model/firing.ts';
import type { Match } from '../../shared/model/match.ts';
import { WindowStage } from './window-stage.ts';

const rule = windowedRule({
  type: 'event_count',
  timespanMs: 60_000,
  condition: { gte: 3 },
  reset: false,
});
/** So many that groups are looked for many at a time. */
const others = 16_500;

/** In order, out of order, and of groups that begin in the same batch: 300 matches of 40 groups. */
const watched: readonly Match[] = Array.from({ length: 300 }, (_, at) =>
  matchOf({
    timeMs: 100_000 + 100 * at - (at % 7 === 0 ? 900 : 0),
    offset: others + at,
    name: `watched-${(at * 17) % 40}`,
  }),
);

test('among so many groups that matches wait for each other, each group fires as alone', () => {
  const alone = runIn(0).fired;
  expect(amongMany().fired).toEqual(alone);
  expect(alone.flatMap(({ fired }) => fired).length).toBeGreaterThan(200);
});

test('and is in the state that is stored', () => {
  const { stage, deltas } = amongMany();
  const again = new WindowStage([rule]);
  again.restore({ shards: [], deltas: deltas.map((delta, sequence) => ({ sequence, delta })) });
  const key = '["watched-17"]';
  expect(stage.tail(rule.id, key).length).toBeGreaterThan(0);
  expect(again.tail(rule.id, key)).toEqual(stage.tail(rule.id, key));
});

interface Run {
  readonly stage: WindowStage;
  readonly fired: readonly Omit<GroupFirings, 'tail'>[];
  readonly deltas: readonly Uint8Array[];
}

let many: Run | undefined;
function amongMany(): Run {
  many ??= runIn(others);
  return many;
}

function runIn(count: number): Run {
  const stage = new WindowStage([rule]);
  const watermarkMs = (timeMs: number): number => timeMs - 5_000;
  for (let other = 0; other < count; other += 1)
    stage.fold(matchOf({ timeMs: 99_000, offset: other, name: `other-${other}` }), watermarkMs(99_000));
  const fired: Omit<GroupFirings, 'tail'>[] = [];
  const deltas: Uint8Array[] = [];
  const take = (timeMs: number): void => {
    const { groups, delta } = stage.take(() => watermarkMs(timeMs));
    for (const { tail: _, ...now } of groups) fired.push(now);
    if (delta !== null) deltas.push(delta);
  };
  if (count > 0) take(99_000);
  for (const [at, match] of watched.entries()) {
    stage.fold(match, watermarkMs(100_000 + 100 * at));
    if (at % 150 === 149) take(100_000 + 100 * at);
  }
  take(watched.at(-1)?.event.timeMs ?? 0);
  return { stage, fired, deltas };
}
