import { describe, expect, test } from 'vitest';
import { type Claimant, reconcile } from './reconcile.ts';

const incident = (id: string, firstMs: number, changes: Partial<Claimant> = {}): Claimant => ({
  id,
  anchorMs: firstMs,
  firstMs,
  lastMs: firstMs,
  isLive: true,
  ...changes,
});

const episode = (firstMs: number, lastMs = firstMs) => ({ firstMs, lastMs });

describe('which incident stands for which episode, with a dedup of 100', () => {
  test.each([
    { title: 'none known: a new one', known: [], episodes: [episode(0)], owners: [null] },
    {
      title: 'the one whose firings it holds',
      known: [incident('a', 5)],
      episodes: [episode(0, 9)],
      owners: ['a'],
    },
    {
      title: 'the one whose firing has moved a little',
      known: [incident('a', 50)],
      episodes: [episode(149)],
      owners: ['a'],
    },
    {
      title: 'no firing within the dedup: the incident is orphaned',
      known: [incident('a', 50)],
      episodes: [episode(150)],
      owners: [null],
      orphans: ['a'],
    },
    {
      title: 'of two that meet, the earlier stays',
      known: [incident('b', 150), incident('a', 0)],
      episodes: [episode(0, 150)],
      owners: ['a'],
      merged: ['b'],
    },
    {
      title: 'of two that meet, the open one stays, though the other is earlier',
      known: [incident('a', 0, { isLive: false }), incident('b', 150)],
      episodes: [episode(0, 150)],
      owners: ['b'],
      merged: ['a'],
    },
    {
      title: 'an incident that falls apart goes with the firing it was opened with',
      known: [incident('a', 0, { lastMs: 300, anchorMs: 300 })],
      episodes: [episode(0), episode(300)],
      owners: [null, 'a'],
    },
    {
      title: 'one that was merged takes its place again when that falls apart',
      known: [incident('a', 0, { lastMs: 150 }), incident('b', 150, { isLive: false })],
      episodes: [episode(0), episode(150)],
      owners: ['a', 'b'],
    },
    {
      title: 'the nearer of two neighbours',
      known: [incident('a', 100)],
      episodes: [episode(10), episode(120)],
      owners: [null, 'a'],
    },
    { title: 'nothing fires any more', known: [incident('a', 0)], episodes: [], owners: [], orphans: ['a'] },
  ])('$title', ({ known, episodes, owners, merged = [], orphans = [] }) => {
    const plan = reconcile(known, episodes, 100);
    expect(plan.owners.map((owner) => owner?.id ?? null)).toEqual(owners);
    expect(plan.merged.map(({ claimant }) => claimant.id)).toEqual(merged);
    expect(plan.orphans.map(({ id }) => id)).toEqual(orphans);
  });
});
