import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shardCount } from '../../shared/ports/store.ts';
import { GroupRows } from './group-rows.ts';
import { KeyTable, shardOf } from './key-table.ts';

test('is a Map from keys to numbers, and knows the keys of each shard', () => {
  // Those of up to 20 characters of Latin-1 stand in rows.
  const key = fc
    .tuple(fc.nat(400), fc.constantFrom('', '', ' and eighteen more', ' äß', ' 木'))
    .map(([number, more]) => `${number}${more}`);
  const actions = fc.array(fc.record({ key, isAdd: fc.boolean() }), {
    maxLength: 500,
  });
  fc.assert(
    fc.property(actions, (steps) => {
      const table = new KeyTable('rule', new GroupRows());
      const model = new Map<string, number>();
      for (const { key, isAdd } of steps) {
        const known = model.get(key);
        expect(table.find(key)).toBe(known ?? -1);
        if (isAdd && known === undefined) model.set(key, table.add(key));
        if (!isAdd && known !== undefined) {
          table.remove(known);
          model.delete(key);
        }
      }
      expect(table.size).toBe(model.size);
      expect(new Set(model.values()).size).toBe(model.size);
      for (const [key, id] of model) expect([table.find(key), table.keyOf(id)]).toEqual([id, key]);
      const byShard = Array.from({ length: shardCount }, (_, shard) => table.ofShard(shard));
      expect(byShard.flat().length).toBe(model.size);
      byShard.forEach((ids, shard) => {
        for (const id of ids) expect(shardOf('rule', table.keyOf(id))).toBe(shard);
      });
    }),
  );
});

test('shards are what stored snapshots were cut by, so they must not move', () => {
  expect([
    shardOf('rule', '["a"]'),
    shardOf('rule', '["b"]'),
    shardOf('other', '["a"]'),
  ]).toMatchInlineSnapshot(`
    [
      209,
      42,
      208,
    ]
  `);
});
