import { openSync, writeSync } from 'node:fs';
import { Engine } from '../../src/engine/engine.ts';
import type { LateEvent, TurnNote } from './turn-notes.ts';

// In tocsin's process (die-at.ts). Whether an event on a partition that was idle is late depends on how the machine took
// turns, and no reference can know it: so tocsin's own judgement of every event is noted, turn by turn.

/** Begins to note turns in the file; call what it returns when a transaction begins. A turn is one piece of code: nothing comes between. */
export function noteTurns(file: string, times: TurnNote['times']): () => void {
  const notes = openSync(file, 'a');
  let write: (() => TurnNote) | undefined;
  let read: Record<number, [from: number, to: number]> = {};
  let late: LateEvent[] = [];
  const { observe } = Engine.prototype;
  Engine.prototype.observe = function (this: Engine, event, nowMs) {
    observe.call(this, event, nowMs);
    const { partition, offset } = event.position;
    const { timeMs } = event;
    read[partition] = [read[partition]?.[0] ?? offset, offset];
    // It moves when an event is seen, before this one was folded, and not by folding.
    if (timeMs < this.watermarks.watermarkOf(event.source)!) late.push({ partition, offset, timeMs });
    const startedMs = nowMs ?? 0;
    write ??= () => ({ life: process.pid, times, startedMs, ...timeIn(this), read, late });
  };
  return () => {
    if (write === undefined) return;
    // In one call, and into the page cache: whole even where the next instruction is the last.
    writeSync(notes, `${JSON.stringify(write())}\n`);
    write = undefined;
    read = {};
    late = [];
  };
}

function timeIn({ watermarks }: Engine): Pick<TurnNote, 'watermarkMs' | 'newest'> {
  const { partitions, watermarks: bySource } = watermarks.state();
  return {
    watermarkMs: Object.values(bySource)[0] ?? null,
    newest: Object.fromEntries(partitions.map(({ partition, maxEventMs }) => [partition, maxEventMs])),
  };
}
