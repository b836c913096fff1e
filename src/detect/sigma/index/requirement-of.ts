import { requiredTexts, type TextTree } from '../../match/columns/required-texts.ts';
import { asText } from '../compile/compile-scalars.ts';
import { foldCase } from '../compile/fold-case.ts';
import { regexSource } from '../modifiers/pattern-modifiers.ts';
import type { SigmaExpression, SigmaItem } from '../sigma-rule.ts';
import type { SigmaValue, TextPart, TextValue } from '../sigma-value.ts';
import { literalText, plainText } from '../text-parts.ts';
import type { AtomNumbers } from './atom-numbers.ts';
import { type AtomKind, allOf, anyOf, noRequirement, type Requirement } from './requirement.ts';

/** The names a field of Sigma may have in the events. */
type FieldNames = (field: string) => readonly string[];

/** Shorter parts of texts are in nearly every event, would only make events differ, and are too short for a skim (`text-skim.ts`). */
const partMin = 3;

/**
 * Shorter parts of fields are looked for one by one, so only few may be: those that have neither letters nor digits. Those outside
 * ASCII cost texts of ASCII nothing.
 */
const isSearchedPart = (text: string): boolean =>
  text.length >= partMin || /^[!-/:-@[-`{-~]+$/.test(text) || /[^\0-\x7f]/.test(text);

/** Patterns need many a dot, dash and backslash, which are in nearly every text. */
const isSearchedInPattern = (text: string): boolean =>
  isSearchedPart(text) && !/^[-\\./:,"'()=_]$/.test(text);

export interface RequirementContext {
  readonly fieldNames: FieldNames;
  readonly numbers: AtomNumbers;
  /** Takes what was worked out of the values of an item: most of it is asked for again (`claim-of.ts`). */
  readonly ofValues: Map<SigmaItem, readonly Requirement[]>;
}

/** What must be in an event for the expression to hold. */
export function requirementOf(expression: SigmaExpression, context: RequirementContext): Requirement {
  switch (expression.kind) {
    case 'not':
      return negated(expression.child, context);
    case 'item':
      return ofItem(expression, context);
    case 'and':
      return allOf(expression.children.map((child) => requirementOf(child, context)));
    case 'or':
      return anyOf(expression.children.map((child) => requirementOf(child, context)));
  }
}

const isNegated = noRequirement('what it asks for is negated');

/** From a negation nothing follows, but for that of null: then the field holds something. */
function negated(expression: SigmaExpression, context: RequirementContext): Requirement {
  const ofChild = (child: SigmaExpression): Requirement => negated(child, context);
  switch (expression.kind) {
    case 'not':
      return requirementOf(expression.child, context);
    case 'item': {
      const { field, values, all } = expression;
      if (expression.negated) return requirementOf({ ...expression, negated: false }, context);
      const excludesNull = values.some((value) => value.kind === 'null') && (!all || values.length === 1);
      return field !== undefined && excludesNull
        ? context.numbers.addPresent(context.fieldNames(field))
        : isNegated;
    }
    case 'and':
      return anyOf(expression.children.map(ofChild));
    case 'or':
      return allOf(expression.children.map(ofChild));
  }
}

function ofItem(item: SigmaItem, context: RequirementContext): Requirement {
  if (item.negated) return negated({ ...item, negated: false }, context);
  const requirements = item.values.map((value) => requirementOfValue(item, value, context));
  context.ofValues.set(item, requirements);
  return item.all ? allOf(requirements) : anyOf(requirements);
}

/** What must be in an event for one of an item's values to be found, were the item not negated. */
export function requirementOfValue(
  { field, modifiers }: SigmaItem,
  value: SigmaValue,
  { fieldNames, numbers }: RequirementContext,
): Requirement {
  if (field === undefined) return ofKeyword(value, isAnchored(modifiers), numbers);
  const ofThis = ofField(value, fieldNames(field), numbers);
  if (value.kind !== 'field') return ofThis;
  // Nothing is equal to a field that is not there.
  return allOf([ofThis, numbers.addPresent(fieldNames(value.field))]);
}

/** Whether keywords are searched at one end of values only. */
export const isAnchored = (modifiers: SigmaItem['modifiers']): boolean =>
  modifiers.includes('startswith') || modifiers.includes('endswith');

function ofField(value: SigmaValue, paths: readonly string[], numbers: AtomNumbers): Requirement {
  switch (value.kind) {
    case 'anyOf':
      return anyOf(value.values.map((each) => ofField(each, paths, numbers)));
    case 'null':
      return noRequirement('a field may be missing');
    case 'exists':
      return value.expected
        ? noRequirement('a field must be there, whatever it holds')
        : noRequirement('a field must be missing');
    case 'text':
      return ofFieldText(value, paths, numbers);
    case 'number':
    case 'boolean':
      return ofFieldText(literalText(String(value.value)), paths, numbers);
    case 'regex': {
      const texts = requiredTexts(regexSource(value), value.ignoreCase, isSearchedInPattern);
      return ofPattern(texts, paths, numbers);
    }
    default:
      return numbers.addPresent(paths);
  }
}

function ofFieldText(text: TextValue, paths: readonly string[], numbers: AtomNumbers): Requirement {
  return ofText(text, (kind, part) => numbers.add(kind, paths, part)) ?? numbers.addPresent(paths);
}

function ofPattern(tree: TextTree, paths: readonly string[], numbers: AtomNumbers): Requirement {
  if (tree === undefined) return numbers.addPresent(paths);
  if (tree.kind === 'text') return numbers.add('part', paths, foldCase(tree.text));
  const children = tree.children.map((child) => ofPattern(child, paths, numbers));
  return tree.kind === 'and' ? allOf(children) : anyOf(children);
}

/** Patterns and networks are searched in every value, so nothing follows from them. */
function ofKeyword(value: SigmaValue, atEnd: boolean, numbers: AtomNumbers): Requirement {
  if (value.kind === 'anyOf') return anyOf(value.values.map((each) => ofKeyword(each, atEnd, numbers)));
  const anything = noRequirement('a pattern or a wildcard is searched in all values');
  const [text] = asText(value);
  if (text === undefined) return anything;
  const atom = (at: AtomKind, part: string): Requirement =>
    part.length < partMin
      ? noRequirement(`a keyword has fewer than ${partMin} characters`)
      : numbers.addKeyword(atEnd ? at : 'part', part);
  return ofText(text, atom) ?? anything;
}

/**
 * Every literal between wildcards must be there; the first and the last of them in their place. Undefined where there is none
 * to look for.
 */
function ofText(
  { parts }: TextValue,
  atom: (kind: AtomKind, text: string) => Requirement,
): Requirement | undefined {
  const plain = plainText(parts);
  if (plain !== undefined) return atom('exact', foldCase(plain));
  const literals: Requirement[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (typeof part !== 'string') continue;
    const kind = kindAt(parts, index);
    const folded = foldCase(part);
    if (kind !== 'part' || isSearchedPart(folded)) literals.push(atom(kind, folded));
  }
  return literals.length === 0 ? undefined : allOf(literals);
}

function kindAt(parts: readonly TextPart[], index: number): AtomKind {
  if (index === 0) return 'prefix';
  return index === parts.length - 1 ? 'suffix' : 'part';
}
