import { toExpression } from './compile/compile-search.ts';
import type { SigmaExpression, SigmaItem, SigmaLogSource, SigmaSearch } from './sigma-rule.ts';
import type { SigmaValue } from './sigma-value.ts';
import { literalText } from './text-parts.ts';
import { type WindowsEvents, windowsEvents } from './windows-log-sources.ts';

const attributes = ['category', 'product', 'service'] as const;

/** Whether every attribute that `wide` names is the same in `narrow` (pySigma, `SigmaLogSource.__contains__`). */
export function covers(wide: SigmaLogSource, narrow: SigmaLogSource): boolean {
  return attributes.every((name) => wide[name] === undefined || wide[name] === narrow[name]);
}

/** One way to read a search on the events of a source. */
export interface SearchReading {
  /** What tells the events of the rule's log source from others of the source. */
  readonly conditions: readonly SigmaItem[];
  /** What these events call fields that the rule calls otherwise. */
  readonly names: Readonly<Record<string, string>>;
}

const asItIs: readonly SearchReading[] = [{ conditions: [], names: {} }];

/**
 * How a search is to be read on the events of a source, any way of which may hold: undefined where its log source has
 * nothing to do with the source's. On a source that declares none every search is read as it is. Otherwise what Windows
 * logs under the rule's category or service is told by `Channel`, `EventID` or `Provider_Name`.
 */
export function readingsFor(
  { logsource: written }: SigmaSearch,
  source: SigmaLogSource | undefined,
): readonly SearchReading[] | undefined {
  if (source === undefined) return asItIs;
  const logsource = completed(written, source);
  const ofSource = windowsEvents(source);
  const ofRule = windowsEvents(logsource)?.filter((events) => isAmong(events, ofSource));
  const isRelated = covers(source, logsource) || covers(logsource, source);
  // Two parts of Windows' logs may share events though neither covers the other.
  const isShared = ofRule !== undefined && ofSource !== undefined;
  if ((!isRelated && !isShared) || ofRule?.length === 0) return undefined;
  if (ofRule === undefined || isSaid(logsource, source)) return asItIs;
  return ofRule.map((events) => ({ conditions: conditionsOf(events), names: events.fields ?? {} }));
}

/** The readings of a search on the events of a source as one tree; undefined where there are none. */
export function expressionFor(
  search: SigmaSearch,
  source: SigmaLogSource | undefined,
): SigmaExpression | undefined {
  const readings = readingsFor(search, source);
  if (readings === undefined) return undefined;
  const expression = toExpression(search);
  if (readings === asItIs) return expression;
  return joined(
    'or',
    readings.map(({ conditions, names }) => both(conditions, renamed(expression, names))),
  );
}

/** A rule for a category without a product is, for Windows events, one for Windows, if Windows has such a category. */
function completed(rule: SigmaLogSource, source: SigmaLogSource): SigmaLogSource {
  if (rule.product !== undefined || source.product !== 'windows') return rule;
  const ofWindows = { ...rule, product: 'windows' };
  return windowsEvents(ofWindows) === undefined ? rule : ofWindows;
}

/** The source is just that service: its events need no more telling apart. */
const isSaid = (rule: SigmaLogSource, source: SigmaLogSource): boolean =>
  rule.category === undefined && rule.service === source.service;

/** Of a source of which it is not known which events it has, they may be any. */
function isAmong(events: WindowsEvents, ofSource: readonly WindowsEvents[] | undefined): boolean {
  return ofSource === undefined || ofSource.some((each) => shareEvents(events, each));
}

function shareEvents(a: WindowsEvents, b: WindowsEvents): boolean {
  if (a.provider !== undefined || b.provider !== undefined) return a.provider === b.provider;
  const isSameChannel = a.channels.some((channel) => b.channels.includes(channel));
  return (
    isSameChannel && (a.ids === undefined || b.ids === undefined || a.ids.some((id) => b.ids?.includes(id)))
  );
}

function conditionsOf({ channels, ids, provider }: WindowsEvents): SigmaItem[] {
  if (provider !== undefined) return [item('Provider_Name', [literalText(provider)])];
  const ofChannel = item('Channel', channels.map(literalText));
  return ids === undefined
    ? [ofChannel]
    : [
        ofChannel,
        item(
          'EventID',
          ids.map((value) => ({ kind: 'number', value })),
        ),
      ];
}

const item = (field: string, values: readonly SigmaValue[]): SigmaItem => ({
  kind: 'item',
  field,
  modifiers: [],
  all: false,
  negated: false,
  values,
});

const both = (items: readonly SigmaItem[], expression: SigmaExpression): SigmaExpression => ({
  kind: 'and',
  children: [...items, expression],
});

function joined(kind: 'or', children: readonly SigmaExpression[]): SigmaExpression {
  const [only] = children;
  return only !== undefined && children.length === 1 ? only : { kind, children };
}

/** The same tree over other names of fields. */
export function renamed(
  expression: SigmaExpression,
  names: Readonly<Record<string, string>>,
): SigmaExpression {
  const rename = (name: string): string => (Object.hasOwn(names, name) ? (names[name] ?? name) : name);
  switch (expression.kind) {
    case 'item': {
      const values = expression.values.map((value) =>
        value.kind === 'field' ? { ...value, field: rename(value.field) } : value,
      );
      return expression.field === undefined
        ? expression
        : { ...expression, field: rename(expression.field), values };
    }
    case 'not':
      return { kind: 'not', child: renamed(expression.child, names) };
    default:
      return { ...expression, children: expression.children.map((child) => renamed(child, names)) };
  }
}
