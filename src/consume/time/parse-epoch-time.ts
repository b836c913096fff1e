/** Milliseconds in one unit of each epoch format. */
const unitMs = { 'epoch-s': 1_000, 'epoch-ms': 1, 'epoch-us': 1e-3, 'epoch-ns': 1e-6 } as const;

export type EpochFormat = keyof typeof unitMs;

export const isEpochFormat = (format: string): format is EpochFormat => Object.hasOwn(unitMs, format);

const decimal = /^\d{1,20}(?:\.\d{1,20})?$/;

/**
 * Milliseconds of a time counted since the epoch, from a number or a numeric text. Fractions finer than a millisecond
 * are cut. Undefined where the value is no such number.
 */
export function parseEpochTime(value: unknown, format: EpochFormat): number | undefined {
  const amount = amountOf(value);
  return amount === undefined ? undefined : wholeMs(amount, format);
}

/** As `parseEpochTime`, the unit guessed by magnitude: seconds last until the year 5138, milliseconds and so on likewise. */
export function guessEpochTime(value: unknown): number | undefined {
  const amount = amountOf(value);
  if (amount === undefined) return undefined;
  if (amount < 1e11) return wholeMs(amount, 'epoch-s');
  if (amount < 1e14) return wholeMs(amount, 'epoch-ms');
  return wholeMs(amount, amount < 1e17 ? 'epoch-us' : 'epoch-ns');
}

function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && decimal.test(value) ? Number(value) : undefined;
}

/**
 * Cuts to whole milliseconds. A double of this size is right to about 0.00025 ms, so 1700000000.123 s may lie just
 * below the millisecond that was written; half a microsecond more brings it back and moves nothing else.
 */
function wholeMs(amount: number, format: EpochFormat): number {
  if (format === 'epoch-ms') return Math.floor(amount);
  if (format !== 'epoch-s') return Math.floor(amount * unitMs[format] + 0.0005);
  const seconds = Math.floor(amount);
  return seconds * 1_000 + Math.floor((amount - seconds) * 1_000 + 0.0005);
}
