import { describe, expect, test } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import { createLists } from './lists.ts';
import { createOperatorTable } from './operator-table.ts';

const lists = createLists({ scanners: ['203.0.113.7', '10.0.0.0/8'], people: ['Alice'] });
const operators = createOperatorTable({ lists });

interface Case {
  readonly operator: string;
  readonly value: unknown;
  readonly matches: readonly unknown[];
  readonly not: readonly unknown[];
}

/** Compiles one comparison of the field `a`. */
function holds(operator: string, value: unknown): (a: unknown, more?: object) => boolean {
  const compiled = compileCondition({ all: [{ fact: 'a', operator, value }] }, { operators });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.failure));
  return (a, more = {}) => compiled.value({ ...more, ...(a === undefined ? {} : { a }) });
}

describe('an operator of tocsin', () => {
  test.each<Case>([
    {
      operator: 'startsWith',
      value: 'ab',
      matches: ['ab', 'abc'],
      not: ['AB', 'cab', undefined, null, ['ab']],
    },
    { operator: 'startsWith', value: 40, matches: [404, '40x'], not: [504, true] },
    { operator: 'endsWith', value: 'yz', matches: ['yz', 'xyz'], not: ['yzx', 'YZ', {}] },
    { operator: 'containsText', value: 'b.c', matches: ['ab.cd'], not: ['abxcd', ['b.c'], undefined] },
    { operator: 'someValue:containsText', value: ['x', 'y'], matches: ['axb', 'y'], not: ['z', undefined] },
    {
      operator: 'someFact:endsWith',
      value: '.exe',
      matches: [['a.exe', 'b']],
      not: [['a', 'b'], 'a.exe', undefined],
    },
    { operator: 'not:startsWith', value: 'a', matches: ['b', undefined], not: ['a'] },
    { operator: 'ignoreCase:equal', value: 'Admin', matches: ['ADMIN', 'admin'], not: ['adm', undefined] },
    { operator: 'ignoreCase:in', value: ['A', 'b', 3], matches: ['a', 'B', 3], not: ['c', undefined] },
    { operator: 'ignoreCase:containsText', value: 'MiMi', matches: ['xmimiX'], not: ['x', undefined] },
    { operator: 'not:ignoreCase:equal', value: 'x', matches: ['y', undefined], not: ['X'] },
    {
      operator: 'someValue:ignoreCase:endsWith',
      value: ['.EXE', '.dll'],
      matches: ['a.exe', 'b.DLL'],
      not: ['c.txt'],
    },
    {
      operator: 'someFact:ignoreCase:equal',
      value: 'Root',
      matches: [['user', 'ROOT']],
      not: [['user'], 'root'],
    },
    { operator: 'matches', value: '^a\\d+$', matches: ['a1', 'a22'], not: ['xa1', 'A1', undefined] },
    { operator: 'matches', value: '4..', matches: [404], not: [500] },
    { operator: 'matches', value: '(?i)root', matches: ['ROOT'], not: ['user'] },
    { operator: 'ignoreCase:matches', value: '^\\S+$', matches: ['abc', 'ABC'], not: ['a b'] },
    { operator: 'ignoreCase:matches', value: 'cmd\\.EXE', matches: ['CMD.exe'], not: ['cmdxexe'] },
    { operator: 'someValue:matches', value: ['^a', 'z$'], matches: ['abc', 'xyz'], not: ['bcd'] },
    { operator: 'ignoreCase:someValue:matches', value: ['^A', 'z$'], matches: ['abc', 'XYZ'], not: ['bcd'] },
    {
      operator: 'cidr',
      value: '10.0.0.0/8',
      matches: ['10.1.2.3', '::ffff:10.1.2.3'],
      not: ['11.0.0.1', 'x', undefined, 10],
    },
    {
      operator: 'cidr',
      value: ['10.0.0.0/8', '2001:db8::/32'],
      matches: ['10.0.0.1', '2001:db8::1'],
      not: ['192.0.2.1'],
    },
    {
      operator: 'someValue:cidr',
      value: ['10.0.0.0/8', '192.0.2.0/24'],
      matches: ['192.0.2.7'],
      not: ['192.0.3.7'],
    },
    {
      operator: 'someFact:cidr',
      value: '10.0.0.0/8',
      matches: [['x', '10.0.0.1']],
      not: [['x'], '10.0.0.1'],
    },
    { operator: 'exists', value: true, matches: [0, '', null, false], not: [undefined] },
    { operator: 'exists', value: false, matches: [undefined], not: [0, null] },
    {
      operator: 'inList',
      value: 'scanners',
      matches: ['203.0.113.7', '10.9.9.9'],
      not: ['192.0.2.1', undefined, ['10.9.9.9']],
    },
    { operator: 'not:inList', value: 'scanners', matches: ['192.0.2.1', undefined], not: ['10.9.9.9'] },
    { operator: 'inList', value: 'people', matches: ['Alice'], not: ['alice'] },
    { operator: 'ignoreCase:inList', value: 'people', matches: ['ALICE'], not: ['bob'] },
    {
      operator: 'someValue:inList',
      value: ['people', 'scanners'],
      matches: ['Alice', '10.0.0.1'],
      not: ['bob'],
    },
  ])('$operator $value', ({ operator, value, matches, not }) => {
    const test = holds(operator, value);
    for (const a of matches) expect(test(a), String(a)).toBe(true);
    for (const a of not) expect(test(a), String(a)).toBe(false);
  });

  test('fieldEqual compares two fields, both of which must be there', () => {
    const equal = holds('fieldEqual', 'b.c');
    expect([
      equal('x', { b: { c: 'x' } }),
      equal('x', { b: { c: 'y' } }),
      equal(undefined),
      equal('x'),
    ]).toEqual([true, false, false, false]);
    expect(holds('ignoreCase:fieldEqual', 'b')('X', { b: 'x' })).toBe(true);
    expect(holds('not:fieldEqual', 'b')('x', { b: 'y' })).toBe(true);
  });

  test('text operators take another field, too', () => {
    expect(holds('startsWith', { fact: 'b' })('abc', { b: 'ab' })).toBe(true);
  });

  test('a catastrophic pattern is linear: 100 kB each', () => {
    const text = `${'a'.repeat(100_000)}!`;
    for (const pattern of ['(a+)+$', '(a|aa)+$', '(.*a){12}$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y'])
      expect(holds('matches', pattern)(text)).toBe(false);
  });
});

describe("a module's operator", () => {
  test('may take the name of any other, decorated or not', () => {
    const table = createOperatorTable({
      operators: { equal: () => true, matches: (a, b) => a === b, odd: (a) => Number(a) % 2 === 1 },
    });
    const run = (operator: string, value: unknown, a: unknown): boolean => {
      const compiled = compileCondition({ all: [{ fact: 'a', operator, value }] }, { operators: table });
      return compiled.ok && compiled.value({ a });
    };
    expect(run('equal', 1, 2)).toBe(true);
    expect(run('not:equal', 1, 2)).toBe(false);
    expect(run('matches', '(?=', '(?=')).toBe(true);
    expect(run('someFact:odd', null, [2, 3])).toBe(true);
  });

  test('that gives a promise throws, because a promise is always true', () => {
    const table = createOperatorTable({ operators: { later: () => Promise.resolve(false) } });
    const compiled = compileCondition(
      { all: [{ fact: 'a', operator: 'later', value: 1 }] },
      { operators: table },
    );
    expect(() => compiled.ok && compiled.value({})).toThrow(/asynchronous/);
  });
});
