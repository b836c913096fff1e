import { foldCase } from '../../sigma/compile/fold-case.ts';
import type { LeafNode } from '../condition-node.ts';
import { parseNetwork } from '../ip-network.ts';
import { asText, foldCase as lowerCase } from '../text-operators.ts';
import { compileUnary } from '../unary-operators.ts';
import { type AtomTree, allOf, anyOf, isFalse, negate, unknown } from './atom-tree.ts';
import type { ColumnTable } from './column-table.ts';
import type { Order } from './order-facet.ts';
import { requiredTexts, type TextTree } from './required-texts.ts';
import type { Decide, Needle } from './text-facet.ts';

/** Longer lists of values belong in a list (`inList`); the look-up would cost more memory than it saves time. */
const valuesMax = 10_000;

/** How often events are likely to have what an atom says, in rough units. */
const costs = { value: 1, text: 10, network: 100, order: 300, presence: 1_000 } as const;

/** A comparison over numbered atoms: as much of it as values tell by themselves. */
export function leafTree(leaf: LeafNode, table: ColumnTable): AtomTree {
  const { left, right, operator } = leaf;
  const { stack } = operator;
  if (left.own !== undefined) return unknown('an own fact has to be asked');
  if (stack === undefined || !operator.isBoolean) return unknown('an own operator may do anything');
  if (left.mayThrow) return unknown('a path reads many values');
  if (right.kind === 'fact') return unknown('two fields are compared with each other');
  return decorated({
    leaf,
    table,
    decorators: stack.decorators,
    base: stack.base,
    value: right.value,
    fold: false,
  });
}

/** What is left of a comparison when its outer decorators are dealt with. */
interface Inner {
  readonly leaf: LeafNode;
  readonly table: ColumnTable;
  readonly decorators: readonly string[];
  readonly base: string;
  readonly value: unknown;
  /** Without regard to case: then the value is in lower case. */
  readonly fold: boolean;
}

function decorated(inner: Inner): AtomTree {
  const [outer, ...decorators] = inner.decorators;
  const { value } = inner;
  switch (outer) {
    case undefined:
      return plain(inner);
    case 'not':
      return negate(decorated({ ...inner, decorators }));
    case 'ignoreCase':
      return decorated({ ...inner, decorators, value: lowerCase(value), fold: true });
    case 'someValue':
      if (!Array.isArray(value)) break;
      return anyOf(value.map((each: unknown) => decorated({ ...inner, decorators, value: each })));
    case 'everyValue':
      if (!Array.isArray(value)) break;
      return allOf(value.map((each: unknown) => decorated({ ...inner, decorators, value: each })));
  }
  return unknown(`the decorator "${outer}:" looks into values`);
}

function plain(inner: Inner): AtomTree {
  const { base, value } = inner;
  switch (base) {
    case 'equal':
      return equals(inner, [value]);
    case 'notEqual':
      return negate(equals(inner, [value]));
    case 'in':
      return Array.isArray(value) ? equals(inner, value) : unknown('"in" a text looks for a part of it');
    case 'notIn':
      return Array.isArray(value)
        ? negate(equals(inner, value))
        : unknown('"notIn" a text looks for a part of it');
    case 'lessThan':
    case 'lessThanInclusive':
    case 'greaterThan':
    case 'greaterThanInclusive':
      return ordered(inner, base);
    case 'startsWith':
      return needle(inner, 'prefix');
    case 'endsWith':
      return needle(inner, 'suffix');
    case 'containsText':
      return needle(inner, 'part');
    case 'exists':
      return value === true ? presence(inner) : negate(presence(inner));
    case 'matches':
    case 'matches ignoring case':
      return matching(inner);
    case 'cidr':
    case 'cidr ignoring case':
      return covered(inner);
    case 'inList':
    case 'inList ignoring case':
      return listed(inner);
    case 'contains':
    case 'doesNotContain':
      // Of a missing field they are false.
      return allOf([presence(inner), unknown(`"${base}" looks into an array`)]);
    default:
      return unknown(`"${base}" is not known here`);
  }
}

const isPrimitive = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof value);

function equals(inner: Inner, values: readonly unknown[]): AtomTree {
  if (!values.every(isPrimitive)) return unknown('it compares with an object or an array');
  if (values.length > valuesMax) return unknown('it compares with too many values');
  // NaN equals nothing.
  const usable = values.filter((value) => !Number.isNaN(value));
  if (usable.length === 0) return isFalse;
  if (inner.fold) return anyOf(usable.map((value) => equalsFolded(inner, value)));
  const name = `equal ${usable.map(nameOf).join()}`;
  return atom(inner, name, {
    cost: costs.value * usable.length,
    add: (column, id) => column.values.add(usable, id),
  });
}

/** Folding changes texts only. */
function equalsFolded(inner: Inner, value: unknown): AtomTree {
  if (typeof value !== 'string') return equals({ ...inner, fold: false }, [value]);
  return atom(inner, `equal folded ${nameOf(value)}`, {
    cost: costs.value,
    add: (column, id) =>
      column.texts.add({ at: 'exact', text: foldCase(value) }, id, (seen) => lowerCase(seen) === value),
  });
}

const nameOf = (value: unknown): string =>
  typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '0' : JSON.stringify(value);

function ordered(inner: Inner, order: Order): AtomTree {
  const { value, fold } = inner;
  if (typeof value !== 'number' || Number.isNaN(value)) return unknown('it orders by what is no number');
  // Folding makes a new array of an array, which is ordered by its text.
  if (fold) return unknown('it orders without regard to case');
  return atom(inner, `${order} ${value}`, {
    cost: costs.order,
    add: (column, id) => column.orders.add(order, value, id),
  });
}

function needle(inner: Inner, at: Needle['at']): AtomTree {
  const { value, fold, base } = inner;
  const part = asText(value);
  if (part === undefined) return unknown('it looks for what is no text');
  const holds = compileUnary({ ...inner.leaf.operator, stack: { decorators: [], base } }, part)?.holds;
  if (holds === undefined) return unknown('it has no short form');
  const decide: Decide = fold ? (seen) => holds(lowerCase(seen)) === true : (seen) => holds(seen) === true;
  return textAtom(
    inner,
    `${base} ${fold ? 'folded ' : ''}${nameOf(part)}`,
    { at, text: foldCase(part) },
    decide,
  );
}

/** Literals that the expression needs; whether it matches is found out when the rule is tried. */
function matching(inner: Inner): AtomTree {
  const { base, value } = inner;
  if (typeof value !== 'string') return unknown('it matches what is no text');
  const tree = requiredTexts(value, base !== 'matches');
  if (tree === undefined)
    return allOf([presence(inner), unknown('its regular expression needs no text that could be looked for')]);
  return literals(inner, tree);
}

function literals(inner: Inner, tree: Exclude<TextTree, undefined>): AtomTree {
  if (tree.kind === 'text')
    return textAtom(
      inner,
      `may match ${nameOf(tree.text)}`,
      { at: 'part', text: foldCase(tree.text) },
      undefined,
    );
  const children = tree.children.map((child) =>
    child === undefined ? unknown('it needs no text') : literals(inner, child),
  );
  return tree.kind === 'and' ? allOf(children) : anyOf(children);
}

function covered(inner: Inner): AtomTree {
  const texts: readonly unknown[] = Array.isArray(inner.value) ? inner.value : [inner.value];
  const networks = texts.map((text) => (typeof text === 'string' ? parseNetwork(text) : undefined));
  const known = networks.filter((network) => network !== undefined);
  if (known.length < texts.length) return unknown('it names what is no network');
  return atom(inner, `cidr ${texts.join()}`, {
    cost: costs.network,
    add: (column, id) => column.networks.add(known, id),
  });
}

/** The whole operator is asked, which knows the lists; where decorators stood before it, they are undone. */
function listed(inner: Inner): AtomTree {
  const { base, value, leaf } = inner;
  const { test, stack } = leaf.operator;
  const decorators = stack?.decorators ?? [];
  if (!decorators.every((name) => name === 'not') || typeof value !== 'string')
    return allOf([presence(inner), unknown('lists are looked up when the rule is tried')]);
  const expected = decorators.length % 2 === 0;
  return atom(inner, `${base} ${nameOf(value)}`, {
    cost: costs.network,
    add: (column, id) => column.lists.add((seen) => test(seen, value) === expected, id),
  });
}

function presence(inner: Inner): AtomTree {
  return atom(inner, 'exists', { cost: costs.presence, add: (column, id) => column.addPresence(id) });
}

// biome-ignore lint/complexity/useMaxParams: a name and a needle are no options of each other.
function textAtom(inner: Inner, name: string, at: Needle, decide: Decide): AtomTree {
  return atom(inner, name, {
    cost: (costs.text * 20) / (1 + at.text.length),
    add: (column, id) => column.texts.add(at, id, decide),
  });
}

function atom({ leaf, table }: Inner, name: string, make: Parameters<ColumnTable['atom']>[2]): AtomTree {
  return { kind: 'atom', atom: table.atom(leaf.left, name, make) };
}
