import type { NewTermSpec } from '../../shared/model/window-spec.ts';
import { compileValueText } from './value-text.ts';
import type { WindowKind } from './window-kind.ts';

/** Values of one group. */
const valuesMax = 2 ** 16;

/** When a value was last seen, and when before that time: matches of equal time do not know each other. */
type Sightings = readonly [lastMs: number, beforeMs: number];

interface NewTermState {
  /** In order of the last sighting. */
  known: Map<string, Sightings>;
  newestMs: number;
}

const never = Number.NEGATIVE_INFINITY;

/**
 * A value that no match with a time in (t - history, t) had; silent until `learn` after the rule's first match.
 *
 * Bound: 65,536 values a group. At the bound the value not seen for longest is forgotten early: it is new again.
 */
export function newTerm({ field, historyMs, learnMs }: NewTermSpec): WindowKind<NewTermState> {
  return {
    init: () => ({ known: new Map(), newestMs: never }),
    copy: ({ known, newestMs }) => ({ known: new Map(known), newestMs }),
    step(state, { timeMs, position, values, ruleFirstMs }) {
      state.newestMs = timeMs;
      if (typeof values !== 'string') return undefined;
      const earlierMs = see(state.known, values, timeMs);
      // Where nobody says when the rule began, it began now.
      const isLearning = timeMs < (ruleFirstMs ?? timeMs) + learnMs;
      if (isLearning || earlierMs > timeMs - historyMs) return undefined;
      const window = { fromMs: timeMs - historyMs, toMs: timeMs, firstMs: timeMs, lastMs: timeMs };
      return { timeMs, position, value: 1, ...window, matches: 1, fresh: 1 };
    },
    deadline({ known }) {
      for (const [lastMs] of known.values()) return lastMs + historyMs;
      return Number.POSITIVE_INFINITY;
    },
    atDeadline({ known }) {
      let dueMs: number | undefined;
      for (const [value, [lastMs]] of known) {
        dueMs ??= lastMs;
        if (lastMs > dueMs) break;
        known.delete(value);
      }
      return undefined;
    },
    isEmpty: ({ known }) => known.size === 0,
    newestMs: (state) => state.newestMs,
    size: ({ known }) => 3 * known.size,
    write: ({ known, newestMs }) => [
      newestMs,
      [...known].map(([value, [lastMs, beforeMs]]) => [value, lastMs, beforeMs === never ? null : beforeMs]),
    ],
    read(written) {
      const [newestMs, values] = written as readonly [number, readonly [string, number, number | null][]];
      const known = new Map<string, Sightings>();
      for (const [value, lastMs, beforeMs] of values) known.set(value, [lastMs, beforeMs ?? never]);
      return { known, newestMs };
    },
    needsRuleFirst: true,
    valuesOf: compileValueText(field),
  };
}

/** Notes a sighting; returns when the value was last seen before this time. */
function see(known: Map<string, Sightings>, value: string, timeMs: number): number {
  const [lastMs, beforeMs] = known.get(value) ?? [never, never];
  const earlierMs = lastMs === timeMs ? beforeMs : lastMs;
  known.delete(value);
  known.set(value, [timeMs, earlierMs]);
  if (known.size > valuesMax) for (const oldest of known.keys()) if (known.delete(oldest)) break;
  return earlierMs;
}
