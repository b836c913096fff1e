import { absent, type VectorGroup } from '../sigma-vectors.ts';

export const textVectors: readonly VectorGroup[] = [
  {
    name: 'no modifier',
    vectors: [
      {
        item: "f: 'C:\\Windows\\cmd.exe'",
        yes: ['C:\\Windows\\cmd.exe', 'c:\\WINDOWS\\CMD.EXE', ['x', 'C:\\Windows\\cmd.exe']],
        no: ['C:\\Windows\\cmd.exe ', 'cmd.exe', '', null, absent, 5, {}, []],
      },
      {
        item: 'f: 4625',
        yes: [4625, '4625', [1, '4625']],
        no: [46250, '04625', '4625.0', true, null, absent],
      },
      { item: "f: '4625'", yes: [4625, '4625'], no: ['x4625', 462] },
      { item: 'f: 1.5', yes: [1.5, '1.5'], no: [1.25, '1.50', 15] },
      { item: 'f: 0x1410', yes: ['0x1410', '0X1410'], no: [5136, '5136'] },
      { item: 'f: 00000429', yes: ['00000429'], no: [429, '429'] },
      { item: 'f: true', yes: [true, 'true', 'TRUE', 'True'], no: [false, 'false', 1, '1', null, absent] },
      { item: "f: 'false'", yes: [false, 'false'], no: [true, 0, ''] },
      { item: "f: ''", yes: ['', ['']], no: [' ', null, absent, 0, false, []] },
      { item: 'f: null', yes: [null, absent, ['a', null]], no: ['', 0, false, 'null', [], {}] },
      { item: 'f: []', yes: [null, absent], no: ['', 'a'] },
      { item: 'f: [a, 2, null]', yes: ['A', 2, '2', null, absent], no: ['b', '', 22] },
      { item: 'f: [a, b, c, d, e]', yes: ['A', 'e'], no: ['f', 'ab', ''] },
      { item: "f: 'ΟΔΟΣ'", yes: ['οδος', 'οδοσ', 'ΟΔΟΣ'], no: ['οδο'] },
    ],
  },
  {
    name: 'wildcards and escapes',
    vectors: [
      { item: "f: 'a*c'", yes: ['ac', 'abc', 'AbbC', 'a*c', 'a\nc'], no: ['a', 'abcd', 'xac', ''] },
      { item: "f: 'a?c'", yes: ['abc', 'a?c', 'a😀c', 'a\nc'], no: ['ac', 'abbc', 'a😀😀c', 'aİc'] },
      { item: "f: '*'", yes: ['', 'x', 0, false, {}], no: [null, absent, []] },
      { item: "f: '?*'", yes: ['x', 'xy', 5], no: ['', null] },
      { item: "f: 'a\\*c'", yes: ['a*c'], no: ['abc', 'a\\*c', 'ac'] },
      { item: "f: 'a\\?c'", yes: ['a?c'], no: ['abc'] },
      { item: "f: 'a\\\\*c'", yes: ['a\\c', 'a\\bc'], no: ['a*c', 'abc'] },
      { item: "f: 'a\\\\\\*c'", yes: ['a\\*c'], no: ['a\\bc', 'a\\c'] },
      { item: "f: 'a\\\\\\\\c'", yes: ['a\\\\c'], no: ['a\\c', 'a\\\\\\\\c'] },
      { item: "f: 'a\\\\\\c'", yes: ['a\\\\c'], no: ['a\\\\\\c', 'a\\c'] },
      { item: "f: 'a\\nc'", yes: ['a\\nc'], no: ['a\nc', 'anc'] },
      { item: "f: 'c\\'", yes: ['c\\'], no: ['c'] },
      { item: "f: '*\\cmd.exe'", yes: ['C:\\cmd.exe', '\\CMD.EXE'], no: ['cmd.exe', 'C:\\cmd.exe '] },
      { item: "f: '*a*b*'", yes: ['ab', 'xaxbx'], no: ['ba', 'a', 'b'] },
      { item: "f: 'ab*ba'", yes: ['abba', 'ab-ba'], no: ['aba', 'ab', 'ba'] },
      { item: "f: '*a?*?b'", yes: ['axyb', 'aaxxb'], no: ['axb', 'ab'] },
    ],
  },
  {
    name: 'contains',
    vectors: [
      {
        item: "f|contains: 'whoami'",
        yes: ['whoami', 'x WHOAMI /all', ['a', 'whoami']],
        no: ['who ami', '', null, absent, 3, []],
      },
      { item: "f|contains: 'a*c'", yes: ['xabcx', 'ac'], no: ['ca', 'xa'] },
      { item: "f|contains: '*c'", yes: ['xc', 'cx'], no: ['x'] },
      { item: 'f|contains: 42', yes: [42, 1423, 'x42'], no: [24, '4 2'] },
      { item: "f|contains: 'rue'", yes: [true, 'rue'], no: [false] },
      { item: 'f|contains: [ab, cd]', yes: ['xabx', 'cd'], no: ['ac', 'bd'] },
      {
        item: "f|contains: 'inner'",
        yes: [{ deep: 'INNER' }, [{ deep: ['inner'] }]],
        no: [{ deep: 'other' }],
      },
    ],
  },
  {
    name: 'startswith',
    vectors: [
      {
        item: "f|startswith: 'C:\\'",
        yes: ['C:\\x', 'c:\\', ['D:', 'C:\\a']],
        no: ['C:', ' C:\\', '', null, absent],
      },
      { item: "f|startswith: 'a*c'", yes: ['abc', 'acx', 'abcx'], no: ['xabc', 'ab'] },
      { item: 'f|startswith: [4, x]', yes: [42, '4', 'Xy'], no: [24, 'yx', true] },
      { item: "f|startswith: '\\\\\\\\'", yes: ['\\\\host', '\\\\'], no: ['\\host'] },
    ],
  },
  {
    name: 'endswith',
    vectors: [
      {
        item: "f|endswith: '\\cmd.exe'",
        yes: ['C:\\CMD.exe', '\\cmd.exe', ['x', 'a\\cmd.exe']],
        no: ['cmd.exe', '\\cmd.exe ', '', null, absent],
      },
      { item: "f|endswith: '?.ps1'", yes: ['a.ps1', 'aa.PS1'], no: ['.ps1', 'a.ps2'] },
      { item: 'f|endswith: [5, b]', yes: [45, '5', 'aB'], no: [54, 'ba', false] },
      { item: "f|endswith: 'ß'", yes: ['Straß', 'ß'], no: ['strass'] },
    ],
  },
  {
    name: 'all',
    vectors: [
      { item: 'f|contains|all: [a, b]', yes: ['ab', 'xbxA', ['a', 'b']], no: ['a', 'b', '', null, absent] },
      {
        item: 'f|all: [a, b]',
        yes: [
          ['A', 'b'],
          ['b', 'c', 'a'],
        ],
        no: ['a', ['a'], ['b']],
      },
      { item: "f|all: ['*x*', 'y*']", yes: ['yx', 'yxz'], no: ['xy', 'y'] },
      { item: 'f|contains|all: [-a, /b]', yes: ['-a /b'], no: ['/a -b'] },
      { item: 'f|contains|windash|all: [-a, /b]', yes: ['-a /b', '/a -b', '–a —b'], no: ['-a b', 'a /b'] },
    ],
  },
  {
    name: 'cased',
    vectors: [
      { item: 'f|cased: Abc', yes: ['Abc', ['x', 'Abc']], no: ['abc', 'ABC', '', null, absent] },
      { item: 'f|contains|cased: Bc', yes: ['aBcd', 'Bc'], no: ['abcd', 'BC'] },
      { item: 'f|cased|startswith: Bc', yes: ['Bcd', 'Bc'], no: ['bcd', 'aBc'] },
      { item: 'f|cased|endswith: Bc', yes: ['aBc', 'Bc'], no: ['abc', 'BcX'] },
      { item: "f|cased: 'A*Z'", yes: ['AZ', 'AxZ'], no: ['az', 'aZ'] },
    ],
  },
  {
    name: 'windash',
    vectors: [
      {
        item: "f|windash: ' -f '",
        yes: [' -f ', ' /f ', ' \u2013f ', ' \u2014F ', ' \u2015f '],
        no: ['-f', ' f ', ' _f ', ' \\f '],
      },
      {
        item: "f|contains|windash: ' /all'",
        yes: ['a /all', 'a -all', 'a \u2013all'],
        no: ['a all', 'a+all'],
      },
      {
        item: "f|windash|contains: 'x -a /b y'",
        yes: ['x -a -b y', 'x /a /b y', 'x \u2015a \u2014b y'],
        no: ['x a b y', 'x -a b y'],
      },
      {
        item: "f|windash: 'a -b /c d-e'",
        yes: ['a /b -c d-e', 'a -b /c d-e'],
        no: ['a -b /c d/e', 'a -b -c d\u2013e'],
      },
      { item: "f|windash: 'a - b'", yes: ['a - b'], no: ['a / b'] },
      { item: "f|windash: '--x'", yes: ['--x', '-/x', '-\u2013x'], no: ['//x', 'x'] },
      { item: "f|endswith|windash: ' \u2013x'", yes: ['y \u2013x', 'y -x'], no: ['y x'] },
    ],
  },
];
