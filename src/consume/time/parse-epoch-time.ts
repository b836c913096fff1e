/** How many places the decimal point moves to the right from the unit to milliseconds. */
const places = { 'epoch-s': 3, 'epoch-ms': 0, 'epoch-us': -3, 'epoch-ns': -6 } as const;

export type EpochFormat = keyof typeof places;

export const isEpochFormat = (format: string): format is EpochFormat => Object.hasOwn(places, format);

const decimal = /^(\d{1,20})(?:\.(\d{1,20}))?$/;

/**
 * Milliseconds of a time counted since the epoch, from a number or a numeric text. Fractions finer than a millisecond
 * are cut. Undefined where the value is no such number.
 */
export function parseEpochTime(value: unknown, format: EpochFormat): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? wholeMs(value, format) : undefined;
  const found = typeof value === 'string' ? decimal.exec(value) : null;
  return found === null ? undefined : movedPoint(found, places[format]);
}

/** As `parseEpochTime`, the unit guessed by magnitude: seconds last until the year 5138, milliseconds and so on likewise. */
export function guessEpochTime(value: unknown): number | undefined {
  const amount = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
  if (typeof amount !== 'number') return undefined;
  if (amount < 1e11) return parseEpochTime(value, 'epoch-s');
  if (amount < 1e14) return parseEpochTime(value, 'epoch-ms');
  return parseEpochTime(value, amount < 1e17 ? 'epoch-us' : 'epoch-ns');
}

/** Of a text the digits themselves are cut: exact, also where a double would round. */
function movedPoint([, whole = '', fraction = '']: RegExpExecArray, by: number): number {
  if (by < 0) return Number(whole.slice(0, by));
  return Number(whole + fraction.slice(0, by).padEnd(by, '0'));
}

/**
 * Cuts a number to whole milliseconds. A double of this size is right to about 0.00025 ms, so 1700000000.123 s may lie
 * just below the millisecond that was written; half a microsecond more brings it back and moves nothing else.
 */
function wholeMs(amount: number, format: EpochFormat): number {
  if (format === 'epoch-ms') return Math.floor(amount);
  if (format !== 'epoch-s') return Math.floor(amount / 10 ** -places[format] + 0.0005);
  const seconds = Math.floor(amount);
  return seconds * 1_000 + Math.floor((amount - seconds) * 1_000 + 0.0005);
}
