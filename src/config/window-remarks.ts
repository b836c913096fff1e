import { windowFieldsOf } from '../detect/rule-inputs.ts';
import { compileCondition } from '../detect/window/window-condition.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { WindowCondition, WindowSpec } from '../shared/model/window-spec.ts';

/** What can never come about in a rule's window, and where that stands in the rule. */
interface WindowRemark {
  readonly at: string;
  readonly message: string;
}

/** The values that a window's condition is ever asked about (docs/semantics.md). */
interface Domain {
  /** `numbers`: all between the two, not whole ones alone. */
  readonly of: 'whole' | 'numbers';
  readonly least: number;
  readonly most: number;
  /** Why it is no more and no less, in words. */
  readonly because: string;
}

/**
 * Windows that load and never fire, whatever happens: what their condition asks for is beyond all that they count, or they
 * wait for a field to differ that the group is made of. No fault, for a number is a number; but hardly meant.
 */
export function windowRemarks({
  window,
  groupBy,
}: Pick<Rule, 'window' | 'groupBy'>): readonly WindowRemark[] {
  if (window === undefined) return [];
  const isOfGroup = windowFieldsOf({ window }).every((name) => groupBy.includes(name));
  if (window.type === 'change' && isOfGroup) {
    const message = 'never fires: the rule groups by this field, so within a group it is always the same';
    return [{ at: 'window.field', message }];
  }
  if (!('condition' in window) || window.condition === undefined) return [];
  const domain = domainOf(window, isOfGroup);
  if (domain === undefined || canHold(window.condition, domain)) return [];
  return [{ at: 'window.condition', message: `never holds: ${domain.because}` }];
}

function domainOf(window: WindowSpec, isOfGroup: boolean): Domain | undefined {
  const unbounded = Number.POSITIVE_INFINITY;
  switch (window.type) {
    case 'event_count':
      // Also where few are looked for: the wait begins with a match, which counts.
      return {
        of: 'whole',
        least: 1,
        most: unbounded,
        because: 'a group is counted once it was seen: 1, 2 or more',
      };
    case 'value_count':
      return isOfGroup
        ? {
            of: 'whole',
            least: 0,
            most: 1,
            because: 'the rule groups by the field, so a group has one value of it',
          }
        : { of: 'whole', least: 0, most: unbounded, because: 'values are counted: 0, 1 or more' };
    case 'ratio':
      return isAllOfIt(window.rules, window.numerator)
        ? {
            of: 'whole',
            least: 1,
            most: 1,
            because: 'the numerator is all of the rules, so the share is always 1',
          }
        : { of: 'numbers', least: 0, most: 1, because: 'a share is between 0 and 1' };
    case 'temporal':
    case 'temporal_ordered': {
      const most = window.rules.length;
      const because = `a group is judged once one of the rules matched, and there are ${most}`;
      return { of: 'whole', least: 1, most, because };
    }
    default:
      return undefined;
  }
}

const isAllOfIt = (rules: readonly string[] | undefined, numerator: unknown): boolean =>
  rules !== undefined && Array.isArray(numerator) && rules.every((id) => numerator.includes(id));

/** Between two bounds a condition judges all numbers alike, so one of each stretch is enough. */
function canHold(condition: WindowCondition, { of, least, most }: Domain): boolean {
  const holds = compileCondition(condition);
  const edges = [least, most, ...Object.values(condition)].filter((edge) => edge >= least && edge <= most);
  const asked =
    of === 'whole'
      ? edges.flatMap((edge) => [-1, 0, 1, 2].map((step) => Math.floor(edge) + step))
      : edges.flatMap((edge) => edges.map((other) => (edge + other) / 2));
  return asked.some((value) => value >= least && value <= most && holds(value));
}
