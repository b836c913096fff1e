import { absent, type VectorGroup } from '../sigma-vectors.ts';

const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64');
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
const bigEnd = (text: string): Buffer => Buffer.from(wide(text)).swap16();
const marked = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), wide(text)]);

export const encodingVectors: readonly VectorGroup[] = [
  {
    name: 'base64',
    vectors: [
      {
        item: 'f|base64: foobar',
        yes: ['Zm9vYmFy', ['x', 'Zm9vYmFy'], 'zm9vymfy'],
        no: ['foobar', 'xZm9vYmFy', '', null, absent],
      },
      { item: 'f|base64: foob', yes: ['Zm9vYg==', base64('foob')], no: ['Zm9vYg'] },
      { item: 'f|base64|contains: foo', yes: ['xxZm9vxx', 'Zm9v'], no: ['Zm9', 'foo'] },
      { item: 'f|base64|cased: foo', yes: ['Zm9v'], no: ['zm9v'] },
      { item: "f|base64: 'Zürich 😀'", yes: [base64('Zürich 😀')], no: [base64('Zurich')] },
      { item: "f|base64: 'a\\*b'", yes: [base64('a*b')], no: [base64('a\\*b')] },
      { item: 'f|base64: [a, b]', yes: [base64('a'), base64('b')], no: [base64('c')] },
    ],
  },
  {
    name: 'base64offset',
    vectors: [
      {
        item: 'f|base64offset|contains: foobar',
        yes: [0, 1, 2, 3, 4].map((shift) => base64(`${'x'.repeat(shift)}foobar and more`)),
        no: [base64('foo bar'), base64('fooba'), '', null, absent, 'foobar'],
      },
      { item: 'f|base64offset: foobar', yes: ['Zm9vYmFy', 'Zvb2Jhc', 'mb29iYX'], no: ['Zm9vYmF', 'x'] },
      {
        item: "f|base64offset|contains: ['/bin/bash', 'http://']",
        yes: [base64('sh -c /bin/bash'), base64('xhttp://a')],
        no: [base64('/bin/dash')],
      },
      { item: "f|base64offset|contains: 'é€'", yes: [base64('1é€2'), base64('é€')], no: [base64('e€')] },
    ],
  },
  ...['wide', 'utf16le'].map((name) => ({
    name,
    vectors: [
      {
        item: `f|${name}|base64: cmd`,
        yes: [base64(wide('cmd')), 'YwBtAGQA'],
        no: [base64('cmd'), 'cmd', '', null, absent, base64(bigEnd('cmd')), base64(marked('cmd'))],
      },
      {
        item: `f|${name}|base64offset|contains: ping`,
        yes: [0, 1, 2, 3].map((shift) =>
          base64(Buffer.concat([Buffer.alloc(shift, 0x41), wide('ping -n 1')])),
        ),
        no: [base64('ping'), base64(wide('pong'))],
      },
      { item: `f|${name}: cmd`, yes: ['c\0m\0d\0'], no: ['cmd', '\0c\0m\0d'] },
      { item: `f|${name}|contains: cmd`, yes: ['xc\0m\0d\0x'], no: ['c m d'] },
      { item: `f|${name}|base64: 'é€😀'`, yes: [base64(wide('é€😀'))], no: [base64('é€😀')] },
      { item: `f|${name}: 'a*b'`, yes: ['a\0xxb\0', 'a\0b\0'], no: ['ab'] },
    ],
  })),
  {
    name: 'utf16be',
    vectors: [
      {
        item: 'f|utf16be|base64: cmd',
        yes: [base64(bigEnd('cmd')), 'AGMAbQBk', 'agmabqbk'],
        no: [base64(wide('cmd')), base64('cmd'), '', null, absent],
      },
      { item: 'f|utf16be: cmd', yes: ['\0c\0m\0d'], no: ['c\0m\0d\0', 'cmd'] },
      {
        item: 'f|utf16be|base64offset|contains: ping',
        yes: [0, 1, 2, 3, 4].map((shift) =>
          base64(Buffer.concat([Buffer.alloc(shift, 0x41), bigEnd('ping'), Buffer.from('zz')])),
        ),
        no: [base64('ping'), base64(bigEnd('pong')), 'ping'],
      },
      { item: "f|utf16be|base64: 'ß'", yes: [base64(bigEnd('ß'))], no: [base64('ß')] },
    ],
  },
  {
    name: 'utf16',
    vectors: [
      {
        item: 'f|utf16|base64: cmd',
        yes: [base64(marked('cmd')), '//5jAG0AZAA='],
        no: [base64(wide('cmd')), '77u/YwBtAGQA', '', null, absent],
      },
      { item: 'f|utf16: cmd', yes: ['\u00ff\u00fec\0m\0d\0'], no: ['c\0m\0d\0', '\ufeffc\0m\0d\0'] },
      {
        item: 'f|utf16|base64offset|contains: ping',
        yes: [0, 1, 2, 3, 4].map((shift) =>
          base64(Buffer.concat([Buffer.alloc(shift, 0x41), marked('ping!')])),
        ),
        no: [base64(marked('pong')), base64('ping')],
      },
      { item: 'f|utf16|contains: a', yes: ['x\u00ff\u00fea\0', '\u00ff\u00fea\0y'], no: ['a\0', 'a'] },
    ],
  },
];
