import { type AtomTree, allOf, anyOf, negate, unknown } from '../../match/columns/atom-tree.ts';
import { asText } from '../compile/compile-scalars.ts';
import type { SigmaExpression, SigmaItem } from '../sigma-rule.ts';
import type { SigmaValue, TextValue } from '../sigma-value.ts';
import { isAnyRun } from '../text-parts.ts';
import type { AtomNumbers } from './atom-numbers.ts';
import { isNone, type Requirement } from './requirement.ts';
import { isAnchored, type RequirementContext, requirementOfValue } from './requirement-of.ts';

/**
 * What an expression says, as far as atoms say exactly the same: true where the event has them and false where it has
 * not. All else is unknown: it has to be tried.
 */
export function claimOf(expression: SigmaExpression, context: RequirementContext): AtomTree {
  switch (expression.kind) {
    case 'item':
      return ofItem(expression, context);
    case 'not':
      return negate(claimOf(expression.child, context));
    case 'and':
      return allOf(expression.children.map((child) => claimOf(child, context)));
    case 'or':
      return anyOf(expression.children.map((child) => claimOf(child, context)));
  }
}

const isUnsaid = unknown('no text says it exactly');

function ofItem(item: SigmaItem, context: RequirementContext): AtomTree {
  const known = context.ofValues.get(item);
  const claims = item.values.map((value, index) => ofValue({ item, value, known: known?.[index] }, context));
  const claim = item.all ? allOf(claims) : anyOf(claims);
  return item.negated ? negate(claim) : claim;
}

/** A value of an item, and what it requires, where that was worked out already. */
interface Asked {
  readonly item: SigmaItem;
  readonly value: SigmaValue;
  readonly known?: Requirement | undefined;
}

function ofValue({ item, value, known }: Asked, context: RequirementContext): AtomTree {
  if (value.kind === 'anyOf')
    return anyOf(value.values.map((each) => ofValue({ item, value: each }, context)));
  const requirement = known ?? requirementOfValue(item, value, context);
  if (typeof requirement === 'number' && isExactly(requirement, { item, value }, context.numbers))
    return { kind: 'atom', atom: requirement };
  // Where the event lacks what is necessary, that is known.
  return isNone(requirement) ? isUnsaid : allOf([ofRequirement(requirement), isUnsaid]);
}

function ofRequirement(requirement: Requirement): AtomTree {
  if (typeof requirement === 'number') return { kind: 'atom', atom: requirement };
  if (requirement.kind === 'none') return isUnsaid;
  const children = requirement.children.map(ofRequirement);
  return requirement.kind === 'and' ? allOf(children) : anyOf(children);
}

/** The automaton compares so much of a text, and all characters outside ASCII are one to it. */
const exactMax = 64;
const isExact = /^[\0-\x7f]+$/;

/** JavaScript writes these numbers with letters; such a number is not equal to the same text in another case. */
const mayBeNumber = /^[-+]?(?:\d[\d.]*e|infinity$)/i;

/** Numbers are not searched without regard to case, and the length of an array is no value of the event. */
const mayBeInNumber = /^[-+.\deinfty]*$/i;

/** Whether the atom that a text requires is true where the text is found, and nowhere else. */
function isExactly(atom: number, { item, value }: Asked, numbers: AtomNumbers): boolean {
  const [text] = asText(value);
  const literal = text === undefined ? undefined : onlyLiteral(text);
  if (literal === undefined || literal.length > exactMax || !isExact.test(literal)) return false;
  const place = numbers.placeAt(atom);
  const atomText = numbers.texts[atom] ?? '';
  if (place.kind === 'keyword') return !isAnchored(item.modifiers) && !mayBeInNumber.test(atomText);
  if (place.kind === 'present') return false;
  return isOnlyPath(place.paths) && !(place.kind === 'exact' && mayBeNumber.test(atomText));
}

/** Undefined where there are others, wildcards for one character, or regard to case. */
function onlyLiteral({ parts, cased }: TextValue): string | undefined {
  let only: string | undefined;
  for (const part of parts) {
    if (typeof part !== 'string' && isAnyRun(part)) continue;
    if (typeof part !== 'string' || only !== undefined) return undefined;
    only = part;
  }
  return cased ? undefined : only;
}

/**
 * A field with several names is the first of them that is there, and one with a dot may stand in several places: atoms
 * are true of any.
 */
const isOnlyPath = (paths: readonly string[]): boolean =>
  paths.length === 1 && paths[0]?.includes('.') === false;
