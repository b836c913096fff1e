import type { ChangeSpec } from '../../shared/model/window-spec.ts';
import { compileValueText } from './value-text.ts';
import type { WindowKind } from './window-kind.ts';

interface ChangeState {
  /** Canonical JSON of the field at the last match that counts; null before the first. */
  value: string | null;
  lastMs: number;
  /** True when the last match that counts is the one of the last firing. */
  hasFired: boolean;
  /** No value was forgotten since the tail began. */
  isUnbroken: boolean;
}

/**
 * The field differs from what it was at the group's previous match, compared as canonical JSON. With a timespan, only
 * if the two are less than it apart; then a group is forgotten after it. Bound: one value a group.
 */
export function change({ field, timespanMs, ignoreNull }: ChangeSpec): WindowKind<ChangeState> {
  const read = compileValueText(field);
  const forgottenMs = timespanMs ?? Number.POSITIVE_INFINITY;
  return {
    isSilentAtDeadlines: true,
    init: () => ({ value: null, lastMs: 0, hasFired: false, isUnbroken: true }),
    copy: (state) => ({ ...state }),
    beginTail(state) {
      state.isUnbroken = true;
    },
    step(state, { timeMs, position, values }) {
      if (typeof values !== 'string') return undefined;
      const { value, lastMs, hasFired } = state;
      const isChange = value !== null && value !== values && timeMs - lastMs < forgottenMs;
      state.value = values;
      state.lastMs = timeMs;
      state.hasFired = isChange;
      if (!isChange) return undefined;
      const window = { fromMs: lastMs - 1, toMs: timeMs, firstMs: lastMs, lastMs: timeMs };
      return { timeMs, position, value: 1, ...window, matches: 2, fresh: hasFired ? 1 : 2 };
    },
    stepLate(state, { timeMs, values }) {
      if (typeof values !== 'string') return true;
      // Nothing fired and nothing was forgotten, so all of the tail has this one value.
      if (!state.isUnbroken || state.value !== values) return false;
      if (timeMs > state.lastMs) {
        state.lastMs = timeMs;
        state.hasFired = false;
      }
      return true;
    },
    deadline: ({ value, lastMs }) => (value === null ? Number.POSITIVE_INFINITY : lastMs + forgottenMs),
    atDeadline(state) {
      state.value = null;
      state.hasFired = false;
      state.isUnbroken = false;
      return undefined;
    },
    isEmpty: ({ value }) => value === null,
    newestMs: ({ lastMs }) => lastMs,
    size: () => 3,
    write: ({ value, lastMs, hasFired }) => [value, lastMs, hasFired],
    read(written) {
      const [value, lastMs, hasFired] = written as readonly [string | null, number, boolean];
      return { value, lastMs, hasFired, isUnbroken: true };
    },
    valuesOf: ignoreNull ? read : (match) => read(match) ?? 'null',
  };
}
