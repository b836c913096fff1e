import { absent, type VectorGroup } from '../sigma-vectors.ts';

export const patternVectors: readonly VectorGroup[] = [
  {
    name: 're',
    vectors: [
      { item: "f|re: 'a+b'", yes: ['ab', 'xaaby', ['x', 'ab']], no: ['AB', 'b', '', null, absent] },
      { item: "f|re: '^a.c$'", yes: ['abc', 'a c'], no: ['xabc', 'abcd', 'a\nc'] },
      { item: "f|re: '\\d{3}'", yes: ['a123', 123, 4567], no: ['12', 12] },
      { item: "f|re: ['x{2}', '[^a-z]9']", yes: ['xx', '_9'], no: ['x', 'a9'] },
      { item: "f|re: '(?i)abc'", yes: ['ABC'], no: ['ab'] },
      { item: "f|re: 'a\\.b|c'", yes: ['a.b', 'c'], no: ['axb'] },
      { item: "f|re|contains: 'b.d'", yes: ['abcde', 'bcd'], no: ['bd'] },
      { item: "f|re|startswith: '^b'", yes: ['bc'], no: ['ab'] },
      { item: "f|re|endswith: 'b$'", yes: ['ab'], no: ['bc'] },
      { item: "f|re|all: ['a', 'b']", yes: ['ab', 'ba'], no: ['a', 'b'] },
    ],
  },
  ...['i', 'ignorecase'].map((flag) => ({
    name: `re with ${flag}`,
    vectors: [
      {
        item: `f|re|${flag}: 'aBc'`,
        yes: ['ABC', 'abc', 'xabcx', ['x', 'AbC'], 'aBc'],
        no: ['ab', '', null, absent, 'a Bc'],
      },
      { item: `f|re|${flag}: '^x$'`, yes: ['X', 'x'], no: ['xx', 'X\n'] },
      { item: `f|re|${flag}: '[a-c]\\d'`, yes: ['B7', 'c0'], no: ['d7', 'b'] },
      { item: `f|re|${flag}: 'ä'`, yes: ['Ä', 'ä'], no: ['a'] },
    ],
  })),
  ...['m', 'multiline'].map((flag) => ({
    name: `re with ${flag}`,
    vectors: [
      {
        item: `f|re|${flag}: '^b$'`,
        yes: ['a\nb\nc', 'b', 'b\n', '\nb'],
        no: ['ab', 'a\nbc', '', null, absent],
      },
      { item: `f|re|${flag}: 'a$'`, yes: ['a\nb', 'xa', 'xa\n'], no: ['ab', 'A\nb'] },
      { item: `f|re|${flag}: '^a'`, yes: ['x\na', 'ab'], no: ['ba', 'x\nba'] },
      { item: `f|re|${flag}: 'a.b'`, yes: ['a-b'], no: ['a\nb'] },
    ],
  })),
  ...['s', 'dotall'].map((flag) => ({
    name: `re with ${flag}`,
    vectors: [
      {
        item: `f|re|${flag}: 'a.b'`,
        yes: ['a\nb', 'a b', 'a\rb', ['a\nb']],
        no: ['ab', 'A\nB', '', null, absent],
      },
      { item: `f|re|${flag}: '^.$'`, yes: ['\n', 'x'], no: ['\n\n', 'xy'] },
      {
        item: `f|re|${flag}: 'begin.*end'`,
        yes: ['begin\n1\nend', 'beginend', 'begin end'],
        no: ['begin\n', 'end begin'],
      },
      { item: `f|re|${flag}: '^b'`, yes: ['b\na'], no: ['a\nb'] },
    ],
  })),
  {
    name: 're with i, m and s',
    vectors: [{ item: "f|re|i|m|s: '^A.b$'", yes: ['x\na\nB', 'a B'], no: ['xa b'] }],
  },
  {
    name: 'cidr',
    vectors: [
      {
        item: "f|cidr: '10.0.0.0/8'",
        yes: ['10.0.0.0', '10.255.255.255', ['x', '10.1.2.3']],
        no: ['11.0.0.0', '9.255.255.255', '', null, absent, '10.0.0', 'x', 10],
      },
      {
        item: "f|cidr: '192.168.4.0/23'",
        yes: ['192.168.5.255', '192.168.4.0'],
        no: ['192.168.6.0', '192.168.3.255'],
      },
      { item: "f|cidr: '192.0.2.7'", yes: ['192.0.2.7'], no: ['192.0.2.8'] },
      {
        item: "f|cidr: ['2001:db8::/32', '127.0.0.0/8']",
        yes: ['2001:db8::1', '2001:DB8:ffff::', '127.0.0.1', '::ffff:127.0.0.1'],
        no: ['2001:db9::', '::1'],
      },
      { item: "f|cidr: '::1/128'", yes: ['::1', '0:0:0:0:0:0:0:1'], no: ['::2', '0.0.0.1'] },
    ],
  },
];
