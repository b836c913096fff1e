import { Info } from 'luxon';

/** Turns a local time, written as if it were UTC, into UTC. Both in milliseconds since the epoch. */
export type LocalToUtc = (localMs: number) => number;

/** Asking Luxon for an offset costs microseconds; offsets change only at quarters of an hour. */
const quarterMs = 900_000;

/** Quarters remembered for each zone; at the bound all are forgotten and asked for again. */
const rememberedMax = 1_024;

/** Whether Luxon knows the zone: an IANA name, `UTC`, or a fixed offset such as `UTC+3`. */
export const isZone = (zone: string): boolean => Info.normalizeZone(zone).isValid;

/**
 * The zone's way from local time to UTC. Where clocks went back and a local time was there twice, or forward and it
 * never was, it is one of the two it can mean, always the same one.
 */
export function compileZone(zone: string): LocalToUtc {
  if (zone === 'UTC' || zone === 'utc') return (localMs) => localMs;
  const known = Info.normalizeZone(zone);
  const offset = (timeMs: number): number => known.offset(timeMs) * 60_000;
  const remembered = new Map<number, number>();
  return (localMs) => {
    const quarter = Math.floor(localMs / quarterMs);
    let offsetMs = remembered.get(quarter);
    if (offsetMs === undefined) {
      if (remembered.size >= rememberedMax) remembered.clear();
      offsetMs = localOffset(localMs, offset);
      remembered.set(quarter, offsetMs);
    }
    return localMs - offsetMs;
  };
}

/** The offset that holds at a local time: a guess, corrected twice (after Luxon's and moment-timezone's `fixOffset`). */
function localOffset(localMs: number, offset: (timeMs: number) => number): number {
  const first = offset(localMs);
  const second = offset(localMs - first);
  if (first === second) return first;
  const third = offset(localMs - second);
  return second === third ? second : Math.min(second, third);
}
