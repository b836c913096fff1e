import fc from 'fast-check';
import type { OwnOperators } from '../../src/detect/match/operator-kind.ts';

// Random condition trees and events for comparing tocsin with json-rules-engine: every operator, decorator, kind of
// path and kind of value that either might treat in a way of its own.

/** A value whose conversion to text or number throws: an attacker can send it, as `{"toString":1,"valueOf":2}`. */
const unconvertible = (): object => ({ toString: 1, valueOf: 2 });

const scalars = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  false,
  0,
  -0,
  5,
  5.5,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53 + 2,
  '',
  '5',
  '5abc',
  'abc',
  'ABC',
  'b',
  ' 7 ',
  'NaN',
  'x'.repeat(10_000),
  10n,
);

const arrays = fc.constantFrom<unknown>(
  [],
  [5],
  ['b', 'abc'],
  ['5', 5, null],
  [[5], ['b']],
  [Number.NaN],
  [0, -0, true],
  [{ a: 1 }, { a: 2, b: 'abc' }],
);

const objects = fc.constantFrom<() => unknown>(
  () => ({}),
  () => ({ a: { b: [1, 2, { c: 'abc' }] } }),
  () => ({ a: 'abc', 'a.b': 5, "it's": 1, '': 2 }),
  () => ({ b: null, a: [5, 'b'], length: 3 }),
  () => JSON.parse('{"__proto__": {"a": 5}, "constructor": {"a": 5}, "toString": "b"}'),
  () => new Date(0),
  unconvertible,
);

const factValue = fc.oneof(
  { weight: 5, arbitrary: scalars },
  { weight: 2, arbitrary: arrays.map((value) => structuredClone(value)) },
  { weight: 2, arbitrary: objects.map((make) => make()) },
);

/** Names of facts: plain, dotted with the whole name as a key, dotted through levels, never there. */
export const factNames = ['a', 'b', 'c', 'd.e', 'd.f.g', 'missing'] as const;

/** An event in which those names may be found, in the ways they may be found. */
export const eventFields: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .record({
    a: factValue,
    b: factValue,
    c: factValue,
    whole: factValue,
    inner: factValue,
    deep: factValue,
    way: fc.nat(5),
  })
  .map(({ a, b, c, whole, inner, deep, way }) => ({
    a,
    b,
    ...(way === 0 ? {} : { c }),
    ...(way < 3 ? { 'd.e': whole } : {}),
    ...(way === 5
      ? { d: 'text' }
      : { d: way < 4 ? { e: inner, f: { g: deep } } : { e: inner, 'f.g': deep } }),
  }));

const paths = fc.constantFrom<string | undefined>(
  undefined,
  undefined,
  undefined,
  '$',
  '$.a',
  '$.a.b',
  '$.a.b[0]',
  '$.a.b[2].c',
  '$[0]',
  '$[0].a',
  '$.length',
  "$['a']['b']",
  "$['a.b']",
  '$["a"]',
  'a.b',
  '$.a.length',
  '$..a',
  '$..c',
  '$.*',
  '$[*]',
  '$[*].a',
  '$.a.b[0:2]',
  '$[-1:]',
  '$.a.b[0,1]',
  '$.a~',
  '$.a.b^',
  '$.missing.deeper',
);

const fact = fc.record({ fact: fc.constantFrom(...factNames), path: paths }).map(withoutUndefined);

const jsonValues = fc.constantFrom<unknown>(
  null,
  true,
  false,
  0,
  5,
  5.5,
  -1,
  '',
  '5',
  '5abc',
  'abc',
  'ABC',
  'b',
  'x,abc,5',
  [],
  [5],
  ['b', 'abc'],
  ['5', 5, null],
  [[5]],
  { a: 1 },
  ['a', 'b', 'c', 'd', 'e', 5, null, true, 'abc', ''],
);

const knownOperators = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
];
const decorators = ['someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not', 'ignoreCase'];
const stack = fc
  .array(fc.constantFrom(...decorators), { maxLength: 3, size: 'small' })
  .map((names) => names.map((name) => `${name}:`).join(''));

const priority = fc.constantFrom<unknown>(undefined, undefined, undefined, 1, 2, 10, 0, -3, '5', '0');

/** Any operator of the library, under any decorators, with any value or another fact. */
const libraryLeaf = fc.record({
  left: fact,
  operator: fc.tuple(stack, fc.constantFrom(...knownOperators)).map((parts) => parts.join('')),
  value: fc.oneof({ weight: 3, arbitrary: jsonValues }, { weight: 1, arbitrary: fact }),
  priority,
});

/** tocsin's own operators, each with a value it takes. */
const ownLeaf = fc
  .record({
    left: fact,
    operator: fc
      .tuple(
        stack.map((names) => names.replaceAll(/(?:some|every)Value:|swap:/g, '')),
        fc.constantFrom('startsWith', 'endsWith', 'containsText', 'matches', 'exists'),
      )
      .map((parts) => parts.join('')),
    value: fc.constantFrom<unknown>('a', 'b', '5', 'ABC', 'abc', '.+c'),
    priority,
  })
  .map((leaf) => (leaf.operator.endsWith('exists') ? { ...leaf, value: leaf.value === 'a' } : leaf));

/** Operators given by a module, some of which throw, or return what is not a boolean. */
const moduleLeaf = fc.record({
  left: fact,
  operator: fc
    .tuple(stack, fc.constantFrom('itself', 'throwsOnText', 'isText'))
    .map((parts) => parts.join('')),
  value: jsonValues,
  priority,
});

/** Own facts, which `ownFactLeaf` names: what each does is up to the test. */
export const ownFactNames = ['asked', 'failing'] as const;

const askedFact = fc
  .record({
    fact: fc.constantFrom(...ownFactNames),
    path: fc.constantFrom(undefined, undefined, '$.a', '$[0]', '$..a'),
    params: fc.constantFrom(undefined, undefined, { of: 'b' }, { of: 'd.e' }, { of: 'missing', more: [1] }),
  })
  .map(withoutUndefined);

/** Params of an event: values, facts of the event, an own fact that does not fail, and what only looks like a fact. */
export const eventParams = fc.dictionary(
  fc.constantFrom('title', 'message', 'severity', 'a', 'b', ''),
  fc.oneof(
    { weight: 2, arbitrary: jsonValues },
    { weight: 4, arbitrary: fact },
    { weight: 2, arbitrary: askedFact.filter(({ fact: name }) => name === 'asked') },
    { weight: 1, arbitrary: fc.constantFrom<unknown>({ deeper: { fact: 'a' } }, [{ fact: 'a' }]) },
  ),
  { maxKeys: 4, noNullPrototype: true },
);

/** A comparison with the answer of an own fact, on its left or its right side. */
const ownFactLeaf = fc.record({
  left: fc.oneof({ weight: 3, arbitrary: askedFact }, { weight: 1, arbitrary: fact }),
  operator: fc.tuple(stack, fc.constantFrom(...knownOperators, 'itself')).map((parts) => parts.join('')),
  value: fc.oneof({ weight: 3, arbitrary: jsonValues }, { weight: 1, arbitrary: askedFact }),
  priority,
});

/** What `moduleLeaf` names. */
export const moduleOperators: OwnOperators = {
  itself: (factValue) => factValue,
  isText: (factValue) => typeof factValue === 'string',
  throwsOnText: (factValue) => {
    if (typeof factValue === 'string') throw new RangeError('text');
    return factValue === 5;
  },
};

/** Named conditions refer to one another one way only: a circle never ends in the library. */
export const conditionNames = ['first', 'second'] as const;

type Tree = Readonly<Record<string, unknown>>;

/** `asks`: how many comparisons in ten ask own facts. */
const leafWith = (asks: number): fc.Arbitrary<Tree> =>
  fc
    .oneof(
      { weight: 6, arbitrary: libraryLeaf },
      { weight: 2, arbitrary: ownLeaf },
      { weight: 1, arbitrary: moduleLeaf },
      { weight: asks, arbitrary: ownFactLeaf },
    )
    .map(({ left, ...rest }) => withoutUndefined({ ...left, ...rest }));

/** A tree with any of the groups at its root; `names` are the conditions it may refer to. */
export function conditionTree(names: readonly string[], asks = 0): fc.Arbitrary<Tree> {
  const leaf = leafWith(asks);
  const reference =
    names.length === 0
      ? leaf
      : fc.record({ condition: fc.constantFrom(...names), priority }).map(withoutUndefined);
  const { group } = fc.letrec<{ node: Tree; group: Tree }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 6, arbitrary: leaf },
      { weight: 1, arbitrary: reference },
      { weight: 3, arbitrary: tie('group') },
    ),
    group: fc
      .record({
        kind: fc.constantFrom('all', 'any', 'all', 'any', 'not'),
        children: fc.array(tie('node'), { maxLength: 4 }),
        only: tie('node'),
        priority,
      })
      .map(({ kind, children, only, priority: of }) =>
        withoutUndefined({ [kind]: kind === 'not' ? only : children, priority: of }),
      ),
  }));
  return group;
}

function withoutUndefined(object: object): Tree {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
