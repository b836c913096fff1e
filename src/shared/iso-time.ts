/** ISO-8601 in UTC with milliseconds, as tocsin writes every time: `2026-03-01T10:00:00.000Z`. */
export const msToIso = (timeMs: number): string => new Date(timeMs).toISOString();

/** Milliseconds since the epoch of a time tocsin wrote with `msToIso`. NaN for anything that is no time. */
export const isoToMs = (time: string): number => Date.parse(time);
