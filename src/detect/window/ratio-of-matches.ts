import type { RatioSpec } from '../../shared/model/window-spec.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  type MatchRuns,
  noRuns,
  readRuns,
  runsSize,
  writeRuns,
} from './match-runs.ts';
import type { SlidingMeasure } from './sliding-measure.ts';

interface Ratio {
  readonly all: MatchRuns;
  readonly numerator: MatchRuns;
}

/**
 * The share of the window's weight that satisfies the numerator's conditions, once there is enough of it. The matcher
 * says of each match whether it does. Bound: as for counts, 16,384 times each of all and of the numerator's matches.
 */
export function ratioOfMatches({ minDenominator }: RatioSpec): SlidingMeasure<Ratio> {
  return {
    init: () => ({ all: noRuns(), numerator: noRuns() }),
    copy: ({ all, numerator }) => ({ all: copyRuns(all), numerator: copyRuns(numerator) }),
    add({ all, numerator }, match) {
      appendRun(all, match);
      if (match.values === 1) appendRun(numerator, match);
    },
    expire({ all, numerator }, cutoffMs) {
      expireRuns(all, cutoffMs);
      expireRuns(numerator, cutoffMs);
    },
    value: ({ all, numerator }) =>
      all.weight === 0 || all.weight < minDenominator ? undefined : numerator.weight / all.weight,
    size: ({ all, numerator }) => runsSize(all) + runsSize(numerator),
    write: ({ all, numerator }) => [writeRuns(all), writeRuns(numerator)],
    read(written) {
      const [all, numerator] = written as readonly unknown[];
      return { all: readRuns(all), numerator: readRuns(numerator) };
    },
    valuesOf: ({ isNumerator }) => (isNumerator === true ? 1 : undefined),
  };
}
