import { expect, test } from 'vitest';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import { WindowStage } from './window-stage.ts';

// As version 1 wrote them, a text for each shard and delta.
const heading = '"id":"rule","hash":"hash","settledMs":100,"firstMs":95';
const shard = `{"version":1,"lastMs":110,"rules":[{${heading},"settled":[["[\\"a\\"]",[1,95,1,1]],["[\\"b\\"]",[1,96,2,1]]],"tails":{"keys":["[\\"a\\"]","[\\"c\\"]"],"places":[["logs",0]],"baseMs":105,"numbers":[0,0,7,0,0,1,1,1,8,0,0,1]}}]}`;
const delta = `{"version":1,"lastMs":111,"dropped":[],"rules":[{${heading},"accepted":{"keys":["[\\"b\\"]"],"places":[["logs",0]],"baseMs":111,"numbers":[0,0,9,0,0,3]},"evicted":["[\\"c\\"]"]}]}`;

const rule = windowedRule({ type: 'event_count', timespanMs: 100, condition: { gte: 3 }, reset: false });

test('a state that the first version wrote is read, and goes on where it was', () => {
  const stage = new WindowStage([rule]);
  const shards = Array.from({ length: 256 }, (_, at) => ({
    shard: at,
    sequence: 1,
    snapshot: at === 0 ? shard : '{"version":1,"lastMs":null,"rules":[]}',
  }));
  stage.restore({ shards, deltas: [{ sequence: 2, delta }] });
  for (const [offset, name] of ['a', 'b', 'c'].entries())
    stage.fold(matchOf({ timeMs: 120, offset: 20 + offset, name }), 100);
  // a: 95, 105 and 120; b: 96 twice, 111 three times, and 120; c left.
  const { groups } = stage.take(() => 100);
  const fired = groups.map(({ group, fired: firings }) => [
    group.key,
    firings.map(({ firing }) => firing.value),
  ]);
  expect(fired).toEqual([
    ['["a"]', [3]],
    ['["b"]', [6]],
  ]);
  // A match that the old state had comes again, and changes nothing.
  stage.fold(matchOf({ timeMs: 105, offset: 7 }), 100);
  expect(stage.take(() => 100).groups).toEqual([]);
});

test('another version is refused by name', () => {
  const snapshot = '{"version":7,"lastMs":null,"rules":[]}';
  const stage = new WindowStage([rule]);
  const restore = (state: string | Uint8Array) => () =>
    stage.restore({ shards: [{ shard: 0, sequence: 1, snapshot: state }], deltas: [] });
  expect(restore(snapshot)).toThrow('window state of version 7');
  expect(restore(Uint8Array.of(3))).toThrow('window state of version 3');
});
