import { WindowStage } from '../../src/detect/window/window-stage.ts';
import { windowedRule } from '../../test/support/windowed-rules.ts';
import { bytesInUse } from './collect-garbage.ts';
import { MapCounter } from './map-counter.ts';
import { windowCases } from './window-cases.ts';
import { WindowLoad } from './window-load.ts';

// A child process: one kind of window under one load. Arguments: the kind's place in the list, keys, share of matches
// that come late. Sends the parent what it measured, and ends.

export interface WindowKindRun {
  /** Millions of matches a second of CPU time, the garbage collector's included. */
  readonly rate: number;
  /** Of a Map of arrays that counts the same matches; null where it would not count the same. */
  readonly mapRate: number | null;
  /** Bytes in use at the end, for each key. */
  readonly bytesPerKey: number;
}

const [place = '', keysText = '', disorderText = ''] = process.argv.slice(2);
const keys = Number(keysText);
const disorder = Number(disorderText);
const windowCase = windowCases[Number(place)];
if (windowCase === undefined) throw new Error(`no kind ${place}`);

const latenessMs = 120_000;
const batchSize = 2_000;
/** So many of a second that each window holds about as much at any number of keys. */
const perSecond = keys === 1 ? 100 : keys === 1_000 ? 1_000 : 2_000;
/** Until windows are full. */
const fill = keys === 1 ? 80_000 : keys === 1_000 ? 700_000 : 1_100_000;
/** A kind that is slow is measured for a few seconds only. */
const limits = { matches: 400_000, cpuMicros: 2_000_000 };

const { fields, isNumerator, inputs } = windowCase;
const load = new WindowLoad({
  keys,
  disorder,
  latenessMs,
  perSecond,
  ...(fields === undefined ? {} : { fields }),
  ...(isNumerator === undefined ? {} : { isNumerator }),
  ...(inputs === undefined ? {} : { inputs }),
});
const empty = bytesInUse();
const stage = new WindowStage([windowedRule(windowCase.spec)], { maxKeysPerRule: 2_000_000 });
const counter = new MapCounter(600_000, 200_000);
const isComparable = windowCase.name === 'event_count' && disorder === 0;

const used = { stage: 0, map: 0 };
pass(fill, { stage: 12_000_000, map: 0 });
const full = bytesInUse();
if (isComparable) for (const match of counterLoad(fill)) counter.add(match.group.key, match.event.timeMs);
used.stage = 0;
used.map = 0;
const done = pass(limits.matches, { stage: limits.cpuMicros, map: limits.cpuMicros });
const run: WindowKindRun = {
  rate: done / used.stage,
  mapRate: isComparable ? done / used.map : null,
  bytesPerKey: (full - empty) / keys,
};
process.send?.(run);
process.disconnect();

function pass(matches: number, limit: { readonly stage: number; readonly map: number }): number {
  let count = 0;
  while (count < matches && used.stage < limit.stage) {
    const batch = load.next(batchSize);
    const { watermarkMs } = load;
    used.stage += cpuMicros(() => {
      for (const match of batch) stage.fold(match, watermarkMs);
      stage.take(() => watermarkMs);
    });
    if (isComparable && limit.map > 0)
      used.map += cpuMicros(() => {
        for (const match of batch) counter.add(match.group.key, match.event.timeMs);
      });
    count += batchSize;
  }
  return count;
}

/** What the load was so far, once more. */
function* counterLoad(matches: number) {
  const again = new WindowLoad({ keys, disorder, latenessMs, perSecond });
  for (let count = 0; count < matches; count += batchSize) yield* again.next(batchSize);
}

function cpuMicros(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
