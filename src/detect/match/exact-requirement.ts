import type { EventFields } from '../../shared/model/log-event.ts';
import type { ConditionNode, FactOperand, LeafNode } from './condition-node.ts';

/** What an event must have for conditions to hold: one of these values in one field. Necessary, not sufficient. */
export interface ExactRequirement {
  /** The field, and the path inside it, as one name. */
  readonly key: string;
  readonly read: (fields: EventFields) => unknown;
  readonly values: ReadonlySet<unknown>;
}

/** Requirements by key: each of them is necessary by itself. */
export type Requirements = ReadonlyMap<string, ExactRequirement>;

/** A requirement with more values than this would cost more to index than it saves. */
const valuesMax = 1_000;

const none: Requirements = new Map();

/**
 * The exact values without which a condition cannot be true. Read off `equal` and `in` with literals: an `all` needs
 * each of its children, an `any` one of them; from a negation, or anything else, nothing follows.
 */
export function exactRequirements(node: ConditionNode): Requirements {
  switch (node.kind) {
    case 'leaf':
      return requirementOf(node);
    case 'reference':
      return exactRequirements(node.target);
    case 'not':
      return none;
    case 'all':
      return node.children.map(exactRequirements).reduce(both, none);
    case 'any': {
      // An empty `any` is true in json-rules-engine.
      const [first, ...rest] = node.children.map(exactRequirements);
      return first === undefined ? none : rest.reduce(either, first);
    }
  }
}

function requirementOf({ left, operator, right }: LeafNode): Requirements {
  const { stack } = operator;
  if (stack === undefined || stack.decorators.length > 0 || right.kind !== 'literal' || left.mayThrow)
    return none;
  const { value } = right;
  if (stack.base === 'equal') return requirement(left, [value]);
  return stack.base === 'in' && Array.isArray(value) ? requirement(left, value) : none;
}

/** Objects are never `===` to what is in an event: they count for nothing, and so might the whole comparison. */
function requirement(operand: FactOperand, values: readonly unknown[]): Requirements {
  const usable = values.filter((value) => typeof value !== 'object' || value === null);
  if (usable.length === 0 || usable.length > valuesMax) return none;
  const key = JSON.stringify([operand.fact, operand.path ?? null]);
  return new Map([[key, { key, read: operand.read, values: new Set(usable) }]]);
}

/** All of a and all of b are necessary; of two on one key the narrower says more. */
function both(a: Requirements, b: Requirements): Requirements {
  const merged = new Map(a);
  for (const [key, requirement] of b) {
    const other = merged.get(key);
    if (other === undefined || requirement.values.size < other.values.size) merged.set(key, requirement);
  }
  return merged;
}

/** Either a or b holds: what both require of one key, together. */
function either(a: Requirements, b: Requirements): Requirements {
  const merged = new Map<string, ExactRequirement>();
  for (const [key, requirement] of a) {
    const other = b.get(key);
    const values = other === undefined ? undefined : new Set([...requirement.values, ...other.values]);
    if (values !== undefined && values.size <= valuesMax) merged.set(key, { ...requirement, values });
  }
  return merged;
}
