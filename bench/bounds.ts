import type { BoundsRun } from './support/bounds-run.ts';
import { type Bench, type Figure, plain } from './support/figures.ts';
import { inChild } from './support/in-child.ts';
import { withStateFile } from './support/window-state.ts';

// The bounds of windows at the size that they have in a service: a flood beyond each, what it does, and a restart behind it.

export const bench: Bench = { lacks: () => undefined, run };

/** By docs/windows.md: 150 bytes for each group of a count, and 48 for each of its matches that are not settled. */
const megabytesMax = { groups: 150, tails: 0.9 * 150 + 2 * 48 } as const;

const names = {
  groups: { what: '1,000,000 groups of a rule, and one more', reason: 'tocsin.keys-full' },
  tails: { what: '2,000,000 matches that are not settled, and one more', reason: 'tocsin.tail-full' },
} as const;

async function run(): Promise<readonly Figure[]> {
  return [...(await reached('groups')), ...(await reached('tails'))];
}

async function reached(bound: 'groups' | 'tails'): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await withStateFile(async (file) => {
    const flood = await inChild<BoundsRun>('bounds-run.ts', [bound, 'flood', file]);
    const restart = await inChild<BoundsRun>('bounds-run.ts', [bound, 'restart', file]);
    const { what, reason } = names[bound];
    const isTold = flood.cappedBefore === 0 && flood.opened.join() === reason;
    figures.push(
      {
        what: `${what}: counted`,
        figure: flood.capped.toLocaleString('en'),
        aim: '> 0',
        isReached: flood.capped > 0,
      },
      {
        what: `... one integrity incident, and none before`,
        figure: flood.opened.join(', ') || 'none',
        aim: reason,
        isReached: isTold,
      },
      ...[...Object.entries(flood.holds), ...Object.entries(restart.holds).map(behind)].map(
        ([asked, holds]): Figure => ({
          what: `... ${asked}`,
          figure: holds ? 'yes' : 'no',
          aim: 'yes',
          isReached: holds,
        }),
      ),
      {
        what: '... memory of the windows at the bound',
        figure: `${flood.megabytes.toFixed(0)} MB`,
        aim: `<= ${megabytesMax[bound]} MB`,
        isReached: flood.megabytes <= megabytesMax[bound],
      },
      plain('... greatest resident memory of the process', `${flood.peakMegabytes.toFixed(0)} MB`),
      plain('... CPU time of the turn that meets the bound', `${(flood.boundMs / 1_000).toFixed(2)} s`),
      plain('... CPU time of the flood', `${(flood.floodMs / 1_000).toFixed(1)} s`),
      plain('... restart behind it, CPU time', `${(restart.readyMs / 1_000).toFixed(2)} s`),
    );
  });
  return figures;
}

const behind = ([asked, holds]: [string, boolean]): [string, boolean] => [
  `behind a restart: ${asked}`,
  holds,
];
