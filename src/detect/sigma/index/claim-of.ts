import { type AtomTree, allOf, anyOf, negate, unknown } from '../../match/columns/atom-tree.ts';
import { asText } from '../compile/compile-scalars.ts';
import { foldCase } from '../compile/fold-case.ts';
import type { SigmaExpression, SigmaItem } from '../sigma-rule.ts';
import type { SigmaValue, TextPart, TextValue } from '../sigma-value.ts';
import { isAnyRun } from '../text-parts.ts';
import type { Atom, AtomKind, Requirement } from './requirement.ts';
import { isAnchored, keywordMin, requirementOfValue } from './requirement-of.ts';

/** What is needed to say a rule in atoms. */
export interface ClaimContext {
  /** The names a field of Sigma may have in the events. */
  readonly fieldNames: (field: string) => readonly string[];
  readonly numberOf: (atom: Atom) => number;
}

/**
 * What an expression says, as far as atoms say exactly the same: true where the event has them and false where it has
 * not. All else is unknown: it has to be tried.
 */
export function claimOf(expression: SigmaExpression, context: ClaimContext): AtomTree {
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

function ofItem(item: SigmaItem, context: ClaimContext): AtomTree {
  const claims = item.values.map((value) => ofValue(item, value, context));
  const claim = item.all ? allOf(claims) : anyOf(claims);
  return item.negated ? negate(claim) : claim;
}

function ofValue(item: SigmaItem, value: SigmaValue, context: ClaimContext): AtomTree {
  if (value.kind === 'anyOf') return anyOf(value.values.map((each) => ofValue(item, each, context)));
  const [text] = asText(value);
  const atom = text === undefined ? undefined : exactAtom(item, text, context);
  if (atom !== undefined) return { kind: 'atom', atom: context.numberOf(atom) };
  const requirement = requirementOfValue(item, value, context.fieldNames);
  // Where the event lacks what is necessary, that is known.
  return requirement.kind === 'none' ? isUnsaid : allOf([ofRequirement(requirement, context), isUnsaid]);
}

function ofRequirement(requirement: Requirement, context: ClaimContext): AtomTree {
  switch (requirement.kind) {
    case 'none':
      return isUnsaid;
    case 'atom':
      return { kind: 'atom', atom: context.numberOf(requirement.atom) };
    default: {
      const children = requirement.children.map((child) => ofRequirement(child, context));
      return requirement.kind === 'and' ? allOf(children) : anyOf(children);
    }
  }
}

/** The automaton compares so much of a text, and all characters outside ASCII are one to it. */
const exactMax = 64;
const isExact = /^[\0-\x7f]+$/;

/** JavaScript writes these numbers with letters; such a number is not equal to the same text in another case. */
const mayBeNumber = /^[-+]?(?:\d[\d.]*e|infinity$)/i;

/** Numbers are not searched without regard to case, and the length of an array is no value of the event. */
const mayBeInNumber = /^[-+.\deinfty]*$/i;

/** The atom that is true where the text is found, and nowhere else; undefined where there is none. */
function exactAtom(
  { field, modifiers }: SigmaItem,
  { parts, cased }: TextValue,
  { fieldNames }: ClaimContext,
): Atom | undefined {
  const literals = parts.filter((part) => typeof part === 'string');
  const [literal = ''] = literals;
  if (cased || literals.length !== 1 || literal.length > exactMax || !isExact.test(literal)) return undefined;
  if (parts.some((part) => typeof part === 'object' && !isAnyRun(part))) return undefined;
  const text = foldCase(literal);
  if (field === undefined) {
    const isSearched = !isAnchored(modifiers) && text.length >= keywordMin && !mayBeInNumber.test(text);
    return isSearched ? { kind: 'keyword', at: 'part', text } : undefined;
  }
  const path = onlyPath(fieldNames(field));
  const kind = kindOf(parts);
  if (path === undefined || (kind === 'exact' && mayBeNumber.test(text))) return undefined;
  return { kind, paths: [path], text };
}

/**
 * A field with several names is the first of them that is there, and one with a dot may stand in several places: atoms
 * are true of any.
 */
function onlyPath(paths: readonly string[]): string | undefined {
  const [path] = paths;
  return paths.length > 1 || path === undefined || path.includes('.') ? undefined : path;
}

/** Where the only literal stands among `*`. */
function kindOf(parts: readonly TextPart[]): AtomKind {
  if (parts.length === 1) return 'exact';
  if (parts.length === 3) return 'part';
  return isAnyRun(parts[0]) ? 'suffix' : 'prefix';
}
