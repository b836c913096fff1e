import type { Match } from '../../shared/model/match.ts';
import type { RatioSpec } from '../../shared/model/window-spec.ts';
import { levelOf as differenceLevel, type Needed, neededFor, raised, seeLevel } from './late-bound.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  insertRun,
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
 * says of each match whether it does. Over rules: the share that is of one of the numerator's. Bound: as for counts, 16,384 times each of all and of the numerator's matches.
 */
export function ratioOfMatches(spec: RatioSpec): SlidingMeasure<Ratio> {
  const { minDenominator, condition } = spec;
  const needed = neededFor(condition);
  const levelOf = needed === undefined ? undefined : shareLevel(needed);
  return {
    ...(levelOf === undefined ? {} : lateShare(levelOf)),
    init: () => ({ all: noRuns(), numerator: noRuns() }),
    copy: ({ all, numerator }) => ({ all: copyRuns(all), numerator: copyRuns(numerator) }),
    add({ all, numerator }, match) {
      appendRun(all, match);
      if (match.values === 1) appendRun(numerator, match);
    },
    expire({ all, numerator }, cutoffMs, bound) {
      const before = { all: all.weight, numerator: numerator.weight };
      expireRuns(all, cutoffMs);
      expireRuns(numerator, cutoffMs);
      if (all.weight === before.all) return;
      if (all.weight === 0) bound.hadGap = true;
      if (levelOf === undefined) return;
      // Matches left one after the other: at no instant was the level greater than if the best of it had left first.
      const gone = before.numerator - numerator.weight;
      const others = before.all - all.weight - gone;
      seeLevel(
        bound,
        Math.max(
          levelOf(before.numerator - gone, before.all - gone),
          levelOf(before.numerator, before.all - others),
        ),
      );
    },
    value: ({ all, numerator }) =>
      all.weight === 0 || all.weight < minDenominator ? undefined : numerator.weight / all.weight,
    size: ({ all, numerator }) => runsSize(all) + runsSize(numerator),
    write: ({ all, numerator }) => [writeRuns(all), writeRuns(numerator)],
    read(written) {
      const [all, numerator] = written as readonly unknown[];
      return { all: readRuns(all), numerator: readRuns(numerator) };
    },
    valuesOf: valuesOf(spec),
  };
}

/** 1 for a match of the numerator. */
function valuesOf({ rules, numerator }: RatioSpec): (match: Match) => 1 | undefined {
  if (rules === undefined) return ({ isNumerator }) => (isNumerator === true ? 1 : undefined);
  const counted = new Set((numerator as readonly string[]).map((id) => rules.indexOf(id)));
  return ({ inputs }) => (inputs?.some((place) => counted.has(place)) === true ? 1 : undefined);
}

/** How near a weight of the numerator in a weight of all is to the share that is needed. */
type ShareLevel = (numerator: number, all: number) => number;

const shareLevel =
  ({ side, bound }: Needed): ShareLevel =>
  (numerator, all) =>
    differenceLevel(side, numerator, bound * all);

const lateShare = (level: ShareLevel): Pick<SlidingMeasure<Ratio>, 'level' | 'raised' | 'insert'> => ({
  level: ({ all, numerator }) => (all.weight === 0 ? undefined : level(numerator.weight, all.weight)),
  raised(bound, { values, weight }) {
    const gain = level(values === 1 ? weight : 0, weight);
    return raised(bound, gain, gain);
  },
  insert({ all, numerator }, match) {
    insertRun(all, match);
    if (match.values === 1) insertRun(numerator, match);
    return true;
  },
});
