import { WindowStage } from '../../src/detect/window/window-stage.ts';
import type { Match } from '../../src/shared/model/match.ts';
import { windowedRule } from '../../test/support/windowed-rules.ts';
import { bytesInUse } from './collect-garbage.ts';
import { MapCounter } from './map-counter.ts';
import { windowCases } from './window-cases.ts';
import { WindowLoad } from './window-load.ts';

// A child process: one kind of window under one load. Arguments: the kind's place in the list, keys, share of matches
// that come late, and `map` to measure a Map of arrays in its place, or `reordered` for keys that come in another order each
// time. Sends the parent what it measured, and ends.

export interface WindowKindRun {
  /** Millions of matches a second of CPU time, the garbage collector's included. */
  readonly rate: number;
  /** Bytes in use at the end, for each key. */
  readonly bytesPerKey: number;
}

const [place = '', keysText = '', disorderText = '', measured] = process.argv.slice(2);
const keys = Number(keysText);
const disorder = Number(disorderText);
const windowCase = windowCases[Number(place)];
if (windowCase === undefined) throw new Error(`no kind ${place}`);

const latenessMs = 120_000;
const batchSize = 2_000;
/** So many matches are made, and then taken in: few, for a service takes in each as soon as it has made it. */
const sliceSize = 250;
/** So many of a second that each window holds about as much at any number of keys. */
const perSecond = keys === 1 ? 100 : keys === 1_000 ? 1_000 : 2_000;
/** Until windows are full. */
const fill = keys === 1 ? 80_000 : keys === 1_000 ? 700_000 : 1_100_000;
/** A kind that is slow is measured for a few seconds only; one that is fast for longer than compiling it takes. */
const limits = { matches: 2_000_000, cpuMicros: 2_000_000 };

const { fields, isNumerator, inputs } = windowCase;
const load = new WindowLoad({
  keys,
  disorder,
  latenessMs,
  perSecond,
  isReordered: measured === 'reordered',
  ...(fields === undefined ? {} : { fields }),
  ...(isNumerator === undefined ? {} : { isNumerator }),
  ...(inputs === undefined ? {} : { inputs }),
});
const empty = bytesInUse();
const stage = new WindowStage([windowedRule(windowCase.spec)], { maxKeysPerRule: 2_000_000 });
const counter = new MapCounter(600_000, 200_000);
const { fold, endBatch } =
  measured === 'map'
    ? {
        fold: ({ group, event }: Match) => counter.add(group.key, event.timeMs),
        endBatch: () => undefined,
      }
    : {
        fold: (match: Match) => stage.fold(match, load.watermarkMs),
        endBatch: () => stage.take(() => load.watermarkMs),
      };

pass(fill, 12_000_000);
const full = bytesInUse();
const { matches, micros } = pass(limits.matches, limits.cpuMicros);
const run: WindowKindRun = { rate: matches / micros, bytesPerKey: (full - empty) / keys };
process.send?.(run);
process.disconnect();

function pass(most: number, microsMax: number): { readonly matches: number; readonly micros: number } {
  let matches = 0;
  let micros = 0;
  for (; matches < most && micros < microsMax; matches += batchSize) {
    for (let sliced = 0; sliced < batchSize; sliced += sliceSize) {
      const slice = load.next(sliceSize);
      micros += cpuMicros(() => {
        for (const match of slice) fold(match);
      });
    }
    micros += cpuMicros(endBatch);
  }
  return { matches, micros };
}

function cpuMicros(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
