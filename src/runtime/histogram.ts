/** How many values were at most each bound, their sum, and how many there were. */
export interface HistogramSeries {
  readonly buckets: number[];
  sum: number;
  count: number;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const sizes = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216];

/** Upper bounds of a histogram's buckets, by the unit that ends its name: seconds, or anything that is counted. */
export const bucketBounds = (name: string): readonly number[] =>
  name.endsWith('_seconds') ? seconds : sizes;

export const emptyHistogram = (bounds: readonly number[]): HistogramSeries => ({
  buckets: bounds.map(() => 0),
  sum: 0,
  count: 0,
});

/** Adds a value, in place. Each bucket counts its own values alone; the text adds them up. */
export function observeIn(
  series: HistogramSeries,
  bounds: readonly number[],
  value: number,
): HistogramSeries {
  const at = bounds.findIndex((bound) => value <= bound);
  if (at !== -1) series.buckets[at] = (series.buckets[at] ?? 0) + 1;
  series.sum += value;
  series.count += 1;
  return series;
}
