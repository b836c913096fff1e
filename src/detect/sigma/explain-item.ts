import type { EventFields } from '../../shared/model/log-event.ts';
import type { Explanation } from '../match/explain.ts';
import type { CompileContext } from './compile/compile-context.ts';
import { compileItem } from './compile/compile-item.ts';
import type { SigmaItem } from './sigma-rule.ts';
import type { FieldValue, SigmaValue, TextValue } from './sigma-value.ts';

/** So many values of an item are shown. */
const shownMax = 5;

/** One line of a selection on one event: what was asked, with the modifiers carried out, and what the event has. */
export function explainItem(
  item: SigmaItem,
  at: string,
  { fields, context }: { readonly fields: EventFields; readonly context: CompileContext },
): Explanation {
  const result = compileItem(item, context)(fields);
  const found = item.values.filter((value) => holds(item, value, { fields, context }));
  // Keywords are searched in all values there are.
  const seen = item.field === undefined ? {} : { seen: context.field(item.field)(fields) };
  const other = item.values.find((value): value is FieldValue => value.kind === 'field');
  return {
    at,
    node: `${nameOf(item)}${item.negated ? ' is not' : ''} ${valuesOf(item, found)}`,
    result,
    ...seen,
    ...(other === undefined ? {} : { comparedWith: context.field(other.field)(fields) }),
  };
}

/** Whether this value alone would do. */
function holds(
  item: SigmaItem,
  value: SigmaValue,
  { fields, context }: { readonly fields: EventFields; readonly context: CompileContext },
): boolean {
  return compileItem({ ...item, values: [value], all: false, negated: false }, context)(fields);
}

/** As it was written: `CommandLine|contains|all`. */
const nameOf = ({ field, modifiers }: SigmaItem): string => [field ?? 'keywords', ...modifiers].join('|');

/** The values that were found come first, of `all` those that were not: they say why. */
function valuesOf({ values, all }: SigmaItem, found: readonly SigmaValue[]): string {
  const isFound = (value: SigmaValue): boolean => found.includes(value);
  const telling = values.filter((value) => isFound(value) !== all);
  const shown = [...telling, ...values.filter((value) => !telling.includes(value))].slice(0, shownMax);
  const texts = shown.map((value) =>
    values.length > 1 && isFound(value) ? `${textOf(value)} (found)` : textOf(value),
  );
  const rest = values.length - shown.length;
  return `${texts.join(all ? ' and ' : ' or ')}${rest === 0 ? '' : `, and ${rest} more`}`;
}

function textOf(value: SigmaValue): string {
  switch (value.kind) {
    case 'text':
      return writtenText(value);
    case 'regex':
      return `/${value.pattern}/${value.ignoreCase ? 'i' : ''}${value.multiline ? 'm' : ''}${value.dotAll ? 's' : ''}`;
    case 'field':
      return `the field ${value.field}`;
    case 'time':
      return `${value.comparison === 'eq' ? '' : `${value.comparison} `}${value.bound}`;
    case 'comparison':
      return String(value.bound);
    case 'number':
    case 'boolean':
      return String(value.value);
    case 'null':
      return 'null';
    case 'network':
      return value.network;
    case 'exists':
      return String(value.expected);
    case 'anyOf':
      return `one of ${value.values.length}: ${value.values.slice(0, shownMax).map(textOf).join(', ')}${value.values.length > shownMax ? ', ...' : ''}`;
  }
}

/** With its wildcards, and with the backslash before what would be one. */
function writtenText({ parts, isBytes }: TextValue): string {
  const text = parts
    .map((part) => (typeof part === 'string' ? part.replace(/[*?]/g, '\\$&') : part.wildcard))
    .join('');
  return isBytes === true ? `bytes ${JSON.stringify(text)}` : JSON.stringify(text);
}
