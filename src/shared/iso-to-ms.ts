/** Milliseconds since the epoch of a time as tocsin writes it (`isoTime`). NaN for anything that is no time. */
export const isoToMs = (time: string): number => Date.parse(time);
