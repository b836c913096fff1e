/** One line of the closing table. Figures are ratios measured in one run on one machine; absolute ones say what they are. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  /** What is aimed at; empty where nothing is. */
  readonly aim: string;
  readonly isReached?: boolean;
}

/** A bench: what it measures, and how. */
export interface Bench {
  /** Why it cannot run here, in words; undefined when it can. */
  lacks(): string | undefined;
  run(): Promise<readonly Figure[]>;
}

/** The value in the middle; of an even number of values the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value below which that share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** `0.87 (0.81 to 0.93)`: the median, and the range it was taken from. */
export function spread(values: readonly number[], digits = 2): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** `0.99 (0.95 to 1.04 in the middle half of 30)`: of many pairs, whose extremes say how busy the machine was. */
export function middleHalf(values: readonly number[], digits = 2): string {
  const [low, high] = [quantile(values, 0.25), quantile(values, 0.75)];
  return `${quantile(values, 0.5).toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)} in the middle half of ${values.length})`;
}

/** A figure with an aim that is a least value. */
export function atLeast(what: string, values: readonly number[], aim: number): Figure {
  const digits = aim < 10 ? 2 : 0;
  return { what, figure: spread(values, digits), aim: `>= ${aim}`, isReached: median(values) >= aim };
}

/** A figure with an aim that is a most value. */
export function atMost(
  what: string,
  values: readonly number[],
  { aim, digits }: { readonly aim: number; readonly digits: number },
): Figure {
  return { what, figure: spread(values, digits), aim: `<= ${aim}`, isReached: median(values) <= aim };
}

/** A figure with an aim that is a most value, in milliseconds. */
export function atMostMs(what: string, valueMs: number, aimMs: number): Figure {
  return {
    what,
    figure: `${valueMs.toFixed(1)} ms`,
    aim: `<= ${aimMs} ms`,
    isReached: valueMs <= aimMs,
  };
}

/** A figure nothing is aimed at. */
export const plain = (what: string, figure: string): Figure => ({ what, figure, aim: '' });

/** Prints figures as a table in Markdown. */
export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map(({ what, figure, aim, isReached }) => [
    what,
    figure,
    aim,
    isReached === undefined ? '' : isReached ? 'reached' : 'missed',
  ]);
  const all = [['what', 'figure', 'aim', ''], ...rows];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = all;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n'));
}
