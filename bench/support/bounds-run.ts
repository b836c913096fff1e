import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { BoundsEngine } from './bounds-engine.ts';
import { bytesInUse } from './collect-garbage.ts';

// A child process: a flood beyond a bound of windows, at its size in a service, or the restart behind it. Arguments:
// `groups`, `tails`, each with `flood` or `restart`, and the state file. Sends the parent what came of it, and ends.

export interface BoundsRun {
  /** What the bound did before it was reached, and after. */
  readonly cappedBefore: number;
  readonly capped: number;
  readonly late: number;
  readonly opened: readonly string[];
  /** What was asked, and whether it is so; all must be. */
  readonly holds: Readonly<Record<string, boolean>>;
  /** Memory in use by the windows at the bound, and the greatest resident memory of the process. */
  readonly megabytes: number;
  readonly peakMegabytes: number;
  /** CPU time of the restart, of the turn in which the bound was met, and of the flood. */
  readonly readyMs: number;
  readonly boundMs: number;
  readonly floodMs: number;
}

const startMs = 1_700_000_000_000;
const maxGroups = 1_000_000;
const maxTails = 2_000_000;
const perTurn = 8_000;
const [bound = '', part = '', file = ''] = process.argv.slice(2);

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const before = bytesInUse();
const begunMs = cpuMs();
const store = openSqliteStore({ file, synchronous: 'off' });
const engine = new BoundsEngine(store, {
  gte: bound === 'groups' ? 3 : 4,
  firstOffset: part === 'flood' ? 0 : 1e9,
});
const readyMs = cpuMs() - begunMs;
const result = bound === 'groups' ? groups() : tails();
store.close();
process.send?.(result);
process.disconnect();

/** Two thousand events a second of event time, each of a name of its own; three of one fire. */
function groups(): BoundsRun {
  const lastMs = startMs + maxGroups / 2;
  const nameOf = (nth: number): string => `name ${nth}`;
  if (part === 'restart') {
    const holds = {
      'one that was seen again counts on': engine.fires(nameOf(7), lastMs + 60),
      'one of those that left stays away': !twiceFires(nameOf(1_500), lastMs + 70),
      'one of the newest counts on': twiceFires(nameOf(maxGroups - 1), lastMs + 80),
    };
    return report({ cappedBefore: 0, holds, boundMs: 0, floodMs: 0 });
  }
  const floodedMs = cpuMs();
  flood(maxGroups, (nth) => engine.see(nameOf(nth), startMs + Math.floor(nth / 2)));
  // The oldest thousand names come again, and so are among the newest.
  flood(1_000, (nth) => engine.see(nameOf(nth), lastMs));
  const floodMs = cpuMs() - floodedMs;
  const cappedBefore = engine.capped.size;
  const megabytes = (bytesInUse() - before) / 1e6;
  const metMs = cpuMs();
  engine.see(nameOf(maxGroups), lastMs + 10);
  engine.turn(lastMs);
  const boundMs = cpuMs() - metMs;
  const left = engine.capped.get('keys-full') ?? 0;
  const holds = {
    'a sixteenth and the one too many left': left === maxGroups / 16 + 1,
    'one that was seen again counts on': engine.fires(nameOf(6), lastMs + 20),
    'the last of those that left begins anew': !twiceFires(nameOf(1_000 + left - 1), lastMs + 30),
    'the first of those that stay counts on': twiceFires(nameOf(1_000 + left + 2), lastMs + 40),
  };
  return { ...report({ cappedBefore, holds, boundMs, floodMs }), megabytes };
}

/** Twenty thousand events a second of event time, and none of a name fires before the fourth: all wait for their watermark. */
function tails(): BoundsRun {
  const lastMs = startMs + maxTails / 20;
  if (part === 'restart') {
    engine.see('late', startMs + 1_000);
    engine.see('in time', lastMs);
    engine.turn(lastMs);
    const holds = { 'what comes for the time that settled early is late': engine.late === 1 };
    return report({ cappedBefore: 0, holds, boundMs: 0, floodMs: 0 });
  }
  const floodedMs = cpuMs();
  flood(maxTails, (nth) => engine.see(`name ${nth % 900_000}`, startMs + Math.floor(nth / 20)));
  const floodMs = cpuMs() - floodedMs;
  const cappedBefore = engine.capped.size;
  const megabytes = (bytesInUse() - before) / 1e6;
  const metMs = cpuMs();
  engine.see('one more', lastMs);
  engine.turn(lastMs);
  const boundMs = cpuMs() - metMs;
  const settled = engine.capped.get('tail-full') ?? 0;
  engine.see('late', startMs + 1_000);
  engine.turn(lastMs);
  const holds = {
    'half of them settled early': Math.abs(settled - maxTails / 2) < maxTails / 100,
    'what comes for the time that settled early is late': engine.late === 1,
    'what comes for a time behind it is not': engine.fires('name 1', lastMs) && engine.late === 1,
  };
  return { ...report({ cappedBefore, holds, boundMs, floodMs }), megabytes };
}

function flood(count: number, see: (nth: number) => void): void {
  for (let nth = 0; nth < count; nth += 1) {
    see(nth);
    if (nth % perTurn === perTurn - 1 || nth === count - 1) engine.turn(startMs);
  }
}

function twiceFires(name: string, timeMs: number): boolean {
  engine.see(name, timeMs);
  return engine.fires(name, timeMs + 1);
}

function report(of: Pick<BoundsRun, 'cappedBefore' | 'holds' | 'boundMs' | 'floodMs'>): BoundsRun {
  const capped = [...engine.capped.values()].reduce((sum, count) => sum + count, 0);
  const { opened, late } = engine;
  const megabytes = (bytesInUse() - before) / 1e6;
  const peakMegabytes = process.resourceUsage().maxRSS / 1e3;
  return { ...of, capped, late, opened, megabytes, peakMegabytes, readyMs };
}
