import type { FlatlineSpec, TemporalSpec, WindowSpec } from '../../shared/model/window-spec.ts';
import { absence } from './absence.ts';
import { change } from './change.ts';
import { distinctRules } from './distinct-rules.ts';
import { distinctValues } from './distinct-values.ts';
import { eventAbsence } from './event-absence.ts';
import { eventCount } from './event-count.ts';
import { flatline } from './flatline.ts';
import type { FullReason } from './match-counts.ts';
import { newTerm } from './new-term.ts';
import { ratioOfMatches } from './ratio-of-matches.ts';
import { sliding } from './sliding.ts';
import { spike } from './spike.ts';
import { temporal } from './temporal.ts';
import { extremeOfValues } from './value-extreme.ts';
import { percentileOfValues } from './value-percentile.ts';
import { sumOfValues } from './value-sum.ts';
import { isAbsence } from './window-condition.ts';
import type { WindowKind, WindowValues } from './window-kind.ts';

interface KindOptions {
  readonly isWhole?: boolean;
  readonly onFull?: (reason: FullReason, count: number) => void;
}

/**
 * The kind of window a rule asks for. The layer around the kinds knows none of them; this is the one list. `isWhole`:
 * the rule has no `groupBy`, and so one group, which is there from the start. `onFull` is told of what a bound within a
 * group let go.
 */
export function kindOf(spec: WindowSpec, { isWhole = false, onFull }: KindOptions = {}): WindowKind<unknown> {
  const kind = spec.type === 'flatline' ? flatline(spec, isWhole) : plainKindOf(spec, onFull);
  if (!('rules' in spec) || spec.rules === undefined || kind.valuesOf === undefined) return kind;
  const isTemporal = spec.type === 'temporal' || spec.type === 'temporal_ordered';
  return { ...kind, merge: isTemporal ? bothInputs : lesserValue };
}

/** The rules of both, in order; null where the second names no further one. */
function bothInputs(kept: WindowValues, added: WindowValues): WindowValues {
  const inputs = new Set(kept as readonly number[]);
  const before = inputs.size;
  for (const input of added as readonly number[]) inputs.add(input);
  return inputs.size === before ? null : [...inputs].sort((a, b) => a - b);
}

/** Where rules see different values at one event it has the lesser, so that it does not matter which came first. */
function lesserValue(kept: WindowValues, added: WindowValues): WindowValues {
  if (added === undefined) return null;
  return kept === undefined || (added as string | number) < (kept as string | number) ? added : null;
}

function plainKindOf(
  spec: Exclude<WindowSpec, FlatlineSpec>,
  onFull: KindOptions['onFull'],
): WindowKind<unknown> {
  switch (spec.type) {
    case 'event_count':
      return isAbsence(spec.condition) ? eventAbsence(spec) : eventCount(spec);
    case 'value_count':
      return isAbsence(spec.condition)
        ? absence(spec, distinctValues(spec))
        : sliding(spec, distinctValues(spec));
    case 'value_sum':
    case 'value_avg':
      return overNumbers(sliding(spec, sumOfValues(spec)));
    case 'value_min':
    case 'value_max':
      return overNumbers(sliding(spec, extremeOfValues(spec)));
    case 'value_median':
    case 'value_percentile':
      return overNumbers(sliding(spec, percentileOfValues(spec)));
    case 'ratio':
      return sliding(spec, ratioOfMatches(spec));
    case 'new_term':
      return newTerm(spec, () => onFull?.('values-full', 1));
    case 'change':
      return change(spec);
    case 'spike':
      return spike(spec);
    case 'temporal':
    case 'temporal_ordered':
      return temporalKind(spec, (count) => onFull?.('waiting-full', count));
  }
}

const overNumbers = (kind: WindowKind<unknown>): WindowKind<unknown> => ({ ...kind, needsNumber: true });

function temporalKind(spec: TemporalSpec, onWaitingFull: (count: number) => void): WindowKind<unknown> {
  const { timespanMs, reset, condition } = spec;
  if (condition === undefined) return temporal(spec, onWaitingFull);
  const counting = { timespanMs, reset, condition };
  const measure = distinctRules(condition);
  return isAbsence(condition) ? absence(counting, measure) : sliding(counting, measure);
}
