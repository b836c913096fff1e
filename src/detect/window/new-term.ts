import type { NewTermSpec } from '../../shared/model/window-spec.ts';
import { RecentValues } from './recent-values.ts';
import { compileValueText } from './value-text.ts';
import type { WindowKind } from './window-kind.ts';

/** Values of one group. */
const valuesMax = 2 ** 16;

interface NewTermState {
  readonly known: RecentValues;
  newestMs: number;
}

const never = Number.NEGATIVE_INFINITY;

/**
 * A value that no match with a time in (t - history, t) had; silent until `learn` after the rule's first match.
 *
 * Bound: 65,536 values a group. At the bound the value not seen for longest is forgotten early, it is new again, and
 * `onValuesFull` is told.
 */
export function newTerm(
  { field, historyMs, learnMs }: NewTermSpec,
  onValuesFull: () => void = () => undefined,
): WindowKind<NewTermState> {
  const shed = (known: RecentValues): void => {
    if (known.size <= valuesMax) return;
    known.removeOldest();
    onValuesFull();
  };
  return {
    isSilentAtDeadlines: true,
    init: () => ({ known: new RecentValues(), newestMs: never }),
    copy: ({ known, newestMs }) => ({ known: known.copy(), newestMs }),
    step(state, { timeMs, position, values, ruleFirstMs }) {
      state.newestMs = timeMs;
      if (typeof values !== 'string') return undefined;
      const earlierMs = state.known.see(values, timeMs);
      shed(state.known);
      // Where nobody says when the rule began, it began now.
      const isLearning = learnMs > 0 && timeMs < (ruleFirstMs ?? timeMs) + learnMs;
      if (isLearning || earlierMs > timeMs - historyMs) return undefined;
      const window = { fromMs: timeMs - historyMs, toMs: timeMs, firstMs: timeMs, lastMs: timeMs };
      return { timeMs, position, value: 1, ...window, matches: 1, fresh: 1 };
    },
    stepLate({ known }, { timeMs, values, ruleFirstMs }) {
      if (typeof values !== 'string') return true;
      // Where one of its time or later did not fire, the sightings that one knew were known to this one, too.
      const isKnown = known.lastMsOf(values) > timeMs - historyMs;
      const isLearning = learnMs > 0 && timeMs < (ruleFirstMs ?? timeMs) + learnMs;
      if (!isKnown && !isLearning) return false;
      known.seeLate(values, timeMs);
      shed(known);
      return true;
    },
    deadline: ({ known }) => known.oldestMs + historyMs,
    atDeadline({ known }) {
      known.expire(known.oldestMs);
      return undefined;
    },
    isEmpty: ({ known }) => known.size === 0,
    newestMs: (state) => state.newestMs,
    size: ({ known }) => 3 * known.size,
    write: ({ known, newestMs }) => [
      newestMs,
      known.sightings().map(([value, lastMs, beforeMs]) => [value, lastMs, finiteOrNull(beforeMs)]),
    ],
    read(written) {
      const [newestMs, values] = written as readonly [number, readonly [string, number, number | null][]];
      const sightings = values.map(
        ([value, lastMs, beforeMs]) => [value, lastMs, beforeMs ?? never] as const,
      );
      return { known: RecentValues.of(sightings), newestMs };
    },
    ...(learnMs > 0 ? { needsRuleFirst: true as const } : {}),
    valuesOf: compileValueText(field),
  };
}

const finiteOrNull = (ms: number): number | null => (ms === never ? null : ms);
