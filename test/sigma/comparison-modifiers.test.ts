import { describe, expect, test } from 'vitest';
import { compileYaml, sigmaRule } from '../support/sigma-events.ts';
import { absent, describeVectors } from '../support/sigma-vectors.ts';

const noNumbers = ['', ' ', 'x', '0x05', null, absent, true, {}, []];

describeVectors('lt', [
  {
    item: 'f|lt: 10',
    yes: [9, -1, 0, '9', '9.5', '-3', 9.999, '1e0', [99, 3]],
    no: [10, 11, '10', ...noNumbers],
  },
  { item: 'f|lt: -1.5', yes: [-2, '-1.6'], no: [-1.5, 0] },
]);
describeVectors('lte', [
  {
    item: 'f|lte: 10',
    yes: [10, 9, '10', '10.0', 0, '-1', [11, 10], '+5', 1.5, '1E1'],
    no: [11, '11', 10.01, ...noNumbers],
  },
]);
describeVectors('gt', [
  {
    item: 'f|gt: 10',
    yes: [11, '11', 10.01, '10.5', 1e9, '1e9', [1, 12], 12, 13, 14],
    no: [10, 9, '10', -11, ...noNumbers],
  },
]);
describeVectors('gte', [
  {
    item: 'f|gte: 10',
    yes: [10, 11, '10', '10.0', '11', 1e9, [1, 10], 12, 13, '99'],
    no: [9, '9', 9.99, ...noNumbers],
  },
  { item: 'f|gte: [5, 20]', yes: [5, 30], no: [4] },
]);

describeVectors('neq', [
  { item: 'f|neq: abc', yes: ['x', '', null, absent, 5, ['x'], 'abcd'], no: ['abc', 'ABC', ['x', 'abc']] },
  { item: 'f|neq: [a, 2]', yes: ['b', 3, absent], no: ['a', 2, '2', 'A'] },
  { item: 'f|contains|neq: a', yes: ['b', absent], no: ['xax', 'a'] },
  { item: 'f|neq|startswith: a', yes: ['ba', ''], no: ['ab'] },
  { item: 'f|gt|neq: 5', yes: [5, 4, 'x', absent], no: [6, '7'] },
]);

describeVectors('exists', [
  { item: 'f|exists: true', yes: ['x', '', null, 0, false, [], {}, [null], 'a', 1], no: [absent] },
  { item: 'f|exists: false', yes: [absent], no: ['x', '', null, 0, false, [], {}, [null], 'a', 1] },
]);

describeVectors('minute', [
  {
    item: 'f|minute: 30',
    yes: [
      '2026-03-01T10:30:59Z',
      '2026-03-01 10:30',
      'Mar  1 10:30:00',
      '01/Mar/2026:10:30:00 +0000',
      1772361000,
      1772361000000,
      '1772361000',
    ],
    no: ['2026-03-01T30:31:00Z', '2026-03-01', '10:30', '', null, absent, 30, 'x', 1772361060],
  },
  {
    item: 'f|minute|gte: 45',
    yes: ['2026-03-01T10:45:00Z', '2026-03-01T10:59:00Z', '2026-03-01T10:50'],
    no: ['2026-03-01T10:44:59Z', '2026-03-01'],
  },
]);
describeVectors('hour', [
  {
    item: 'f|hour: 3',
    yes: [
      '2026-03-01T03:59:00Z',
      '2026-03-01T03:00:00+09:00',
      '2026-03-01 03:00:00.123',
      'Mar 11 03:00:01',
      'Sun, 01 Mar 2026 03:00:00 GMT',
    ],
    no: ['2026-03-01T13:00:00Z', '2026-03-03', '', null, absent, 3, '3'],
  },
  {
    item: 'f|hour|lt: 6',
    yes: ['2026-03-01T00:00:00Z', '2026-03-01T05:59:59Z'],
    no: ['2026-03-01T06:00:00Z', '2026-03-01T25:00:00Z'],
  },
  {
    item: 'f|hour: [22, 23]',
    yes: ['2026-03-01T22:00:00Z', '2026-03-01T23:00:00Z', ['x', '2026-03-01T23:01']],
    no: ['2026-03-01T21:59:59Z'],
  },
]);
describeVectors('day', [
  {
    item: 'f|day: 31',
    yes: [
      '2026-01-31',
      '2026-01-31T10:00:00Z',
      '2026/12/31 00:00',
      '31/Dec/2026:00:00:00',
      'Dec 31 23:59:59',
      1798675200,
      1798675200000,
      1798675200000000,
      '1798675200',
      '1798675200.5',
    ],
    no: ['2026-01-30', '2026-31-01', '31', 31, '', null, absent, 'x', '2026-01-3', '2026-01-32'],
  },
]);
describeVectors('week', [
  {
    item: 'f|week: 53',
    yes: ['2020-12-31', '2021-01-03', '2026-12-28', '2027-01-01', '2015-12-31', '2016-01-03'],
    no: ['2021-01-04', '2020-12-27', '2026-12-27', '2027-01-04', 'Dec 31 10:00:00', ''],
  },
  {
    item: 'f|week: 1',
    yes: ['2024-01-01', '2024-12-30', '2025-01-05', '2026-01-01', '1970-01-01'],
    no: ['2023-01-01', '2024-01-08', '2025-01-06', null, absent],
  },
]);
describeVectors('month', [
  {
    item: 'f|month: 3',
    yes: [
      '2026-03-01',
      '2026-03-31T23:59:59Z',
      'Mar  1 10:00:00',
      '01/Mar/2026:10:00:00',
      '2026/03/01',
      1772359200,
      ['2026-03-09'],
      '2026-03-01 10:00',
      'Mar 11 10:00:00',
      '1 Mar 2026',
    ],
    no: ['2026-01-03', '2026-13-03', '2026-3-1', '03', 3, '', null, absent, 'March', 'x'],
  },
]);
describeVectors('year', [
  {
    item: 'f|year: 2026',
    yes: [
      '2026-03-01',
      '2026-12-31T23:59:59Z',
      '01/Mar/2026:10:00:00',
      1772359200,
      1772359200000,
      '1772359200',
      ['2026-01-01'],
      '2026/01/01',
      '1 Jan 2026',
      '2026-06-06 06:06',
    ],
    no: ['2025-12-31', '2027-01-01', 'Mar  1 10:00:00', '2026', 2026, '', null, absent, 'x', '20260301'],
  },
]);

describe('fieldref', () => {
  const cases: readonly {
    item: string;
    yes: readonly [unknown, unknown][];
    no: readonly [unknown, unknown][];
  }[] = [
    {
      item: 'f|fieldref: g',
      yes: [
        ['a', 'a'],
        ['A', 'a'],
        [1, '1'],
        [['x', 'y'], 'y'],
        ['x', ['y', 'X']],
        ['', ''],
      ],
      no: [
        ['a', 'b'],
        [null, null],
        ['a', undefined],
        [undefined, undefined],
        [[], []],
      ],
    },
    {
      item: 'f|fieldref|startswith: g',
      yes: [
        ['abc', 'AB'],
        ['ab', 'ab'],
      ],
      no: [
        ['ab', 'abc'],
        ['xab', 'ab'],
      ],
    },
    { item: 'f|fieldref|endswith: g', yes: [['abc', 'bc']], no: [['abc', 'ab']] },
    { item: 'f|fieldref|contains: g', yes: [['xabx', 'AB']], no: [['ab', 'abx']] },
    {
      item: 'f|fieldref|neq: g',
      yes: [
        ['a', 'b'],
        ['a', undefined],
      ],
      no: [['a', 'A']],
    },
    { item: 'f|fieldref|cased: g', yes: [['a', 'a']], no: [['a', 'A']] },
  ];
  test.each(cases)('$item', ({ item, yes, no }) => {
    const matches = compileYaml(sigmaRule(`sel:\n  ${item}\ncondition: sel`));
    const fires = ([f, g]: [unknown, unknown]): boolean =>
      matches({ ...(f === undefined ? {} : { f }), ...(g === undefined ? {} : { g }) });
    expect(yes.filter((pair) => !fires(pair))).toEqual([]);
    expect(no.filter(fires)).toEqual([]);
  });
});

describe('expand', () => {
  const placeholders = { admins: ['root', 'adm-*'], one: ['x'], dots: ['a.b'] };
  const cases: readonly { item: string; yes: readonly unknown[]; no: readonly unknown[] }[] = [
    { item: "f|expand: '%admins%'", yes: ['root', 'ADM-7', 'adm-'], no: ['user', '%admins%', '', 'xroot'] },
    { item: "f|contains|expand: '%admins%'", yes: ['x root y', 'x adm-3'], no: ['roo'] },
    { item: "f|expand|endswith: 'u-%one%'", yes: ['au-x'], no: ['au-y'] },
    { item: "f|expand: '%one%/%admins%'", yes: ['x/root', 'x/adm-1'], no: ['x', 'root'] },
    { item: "f|expand: '\\%plain%one%'", yes: ['%plainx'], no: ['plainx', '%plain'] },
    { item: "f|re|expand: '^%dots%$'", yes: ['a.b'], no: ['axb'] },
    { item: "f: '%admins%'", yes: ['%admins%'], no: ['root'] },
    { item: 'f|expand: plain', yes: ['plain'], no: ['x'] },
    { item: "f|contains|all|expand: ['%admins%', '%one%']", yes: ['root x', 'adm-x'], no: ['root', 'x'] },
  ];
  test.each(cases)('$item', ({ item, yes, no }) => {
    const matches = compileYaml(sigmaRule(`sel:\n  ${item}\ncondition: sel`), { placeholders });
    expect(yes.filter((f) => !matches({ f }))).toEqual([]);
    expect(no.filter((f) => matches({ f }))).toEqual([]);
  });

  test('a list of 100,000 is one look-up', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
    const matches = compileYaml(sigmaRule("sel:\n  f|expand: '%many%'\ncondition: sel"), {
      placeholders: { many },
    });
    expect(matches({ f: 'USER-99999' })).toBe(true);
    expect(matches({ f: 'user-100000' })).toBe(false);
  });
});
