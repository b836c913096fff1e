import { absent, both, type VectorGroup } from '../sigma-vectors.ts';

export const fieldVectors: readonly VectorGroup[] = [
  {
    name: 'fieldref',
    vectors: [
      {
        item: 'f|fieldref: g',
        yes: [
          both('a', 'a'),
          both('A', 'a'),
          both(1, '1'),
          both(['x', 'y'], 'y'),
          both('x', ['y', 'X']),
          both('', ''),
        ],
        no: [
          both('a', 'b'),
          both(null, null),
          both('a', absent),
          both(absent, 'a'),
          both(absent, absent),
          both([], []),
        ],
      },
      {
        item: 'f|fieldref|startswith: g',
        yes: [both('abc', 'AB'), both('ab', 'ab')],
        no: [both('ab', 'abc'), both('xab', 'ab')],
      },
      { item: 'f|fieldref|endswith: g', yes: [both('abc', 'bc')], no: [both('abc', 'ab')] },
      { item: 'f|fieldref|contains: g', yes: [both('xabx', 'AB')], no: [both('ab', 'abx')] },
      {
        item: 'f|fieldref|neq: g',
        yes: [both('a', 'b'), both('a', absent), both(absent, absent)],
        no: [both('a', 'A'), both(['b', 'a'], 'a')],
      },
      { item: 'f|fieldref|cased: g', yes: [both('a', 'a')], no: [both('a', 'A')] },
      {
        item: 'f|fieldref: [g, other]',
        yes: [both('a', 'a'), both(1, 'x'), both('1', absent)],
        no: [both('a', 'b'), both(2, absent)],
      },
    ],
  },
  {
    name: 'expand',
    vectors: [
      {
        item: "f|expand: '%admins%'",
        yes: ['root', 'ADM-7', 'adm-'],
        no: ['user', '%admins%', '', 'xroot', null, absent],
      },
      { item: "f|contains|expand: '%admins%'", yes: ['x root y', 'x adm-3'], no: ['roo'] },
      { item: "f|expand|endswith: 'u-%one%'", yes: ['au-x'], no: ['au-y'] },
      { item: "f|expand: '%one%/%admins%'", yes: ['x/root', 'x/adm-1'], no: ['x', 'root'] },
      { item: "f|expand: '\\%plain%one%'", yes: ['%plainx'], no: ['plainx', '%plain'] },
      { item: "f|re|expand: '^%dots%$'", yes: ['a.b'], no: ['axb'] },
      { item: "f: '%admins%'", yes: ['%admins%'], no: ['root'] },
      { item: 'f|expand: plain', yes: ['plain'], no: ['x'] },
      { item: "f|contains|all|expand: ['%admins%', '%one%']", yes: ['root x', 'adm-x'], no: ['root', 'x'] },
    ],
  },
];
