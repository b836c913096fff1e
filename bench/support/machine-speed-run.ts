import { alternate } from './alternate.ts';
import { EventLines } from './event-lines.ts';
import { median } from './figures.ts';
import { windowsEvents } from './sigma-corpus.ts';

// A child process: `JSON.parse` of the Windows events. Sends its parent what it measured.

/** How many it reads. */
export interface ParseRate {
  /** Of CPU time. */
  readonly eventsPerSecond: number;
}

const files = [...windowsEvents()].map(({ bytes }) => new EventLines(bytes));
let micros = 0;
for (const lines of files) {
  const parse = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) JSON.parse(lines.line(at));
  };
  const options = { items: lines.length, slice: lines.length, rounds: 5, warmUps: 1 };
  micros += median(alternate({ parse }, options).parse);
}
const events = files.reduce((sum, lines) => sum + lines.length, 0);
const rate: ParseRate = { eventsPerSecond: (events / micros) * 1e6 };
process.send?.(rate, () => process.disconnect());
