import { readFileSync } from 'node:fs';

/** How far a consumer has come, and what that took. */
export interface Progress {
  readonly records: number;
  /** Any clock, in milliseconds. */
  readonly atMs: number;
  /** CPU time of the process, all its threads, in milliseconds. */
  readonly cpuMs: number;
}

/** What one run of a consumer over a topic came to, between its first and its last batch. */
export interface Pace {
  readonly recordsPerSecond: number;
  readonly cpuMicrosPerRecord: number;
  readonly peakMegabytes: number;
}

export function paceOf(first: Progress, last: Progress, peakMegabytes: number): Pace {
  const records = last.records - first.records;
  return {
    recordsPerSecond: (1_000 * records) / (last.atMs - first.atMs),
    cpuMicrosPerRecord: (1_000 * (last.cpuMs - first.cpuMs)) / records,
    peakMegabytes,
  };
}

/** The greatest resident size that a living process ever had (VmHWM; Linux only, else NaN). */
export function peakMegabytes(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readOr(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes) / 1_024;
}

/** CPU time that a living process has used so far, in milliseconds, to 10 of them (Linux only, else NaN). */
export function cpuMsOf(pid: number): number {
  // Fields 14 and 15 of proc(5)'s stat, in ticks of 10 ms; the second field, in brackets, may hold blanks.
  const fields = readOr(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
