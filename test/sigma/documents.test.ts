import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { createSigmaCompiler } from '../../src/detect/sigma/compile/compile-conditions.ts';
import { faultsOf, sigmaOf, sigmaRule } from '../support/sigma-events.ts';

const load = (...texts: readonly string[]) =>
  loadSigma(texts.map((text, index) => ({ file: `${index}.yml`, text })));

const good = sigmaRule('sel:\n  a: 1\ncondition: sel');

describe('a file of several documents', () => {
  const compiler = createSigmaCompiler([]);
  const rulesOf = (text: string) => {
    const { loaded, faults } = load(text);
    expect(faults).toEqual([]);
    return loaded.map(({ rule }) => {
      const matches = compiler.compile(sigmaOf(rule.conditions));
      const of = ['a', 'b', 'c'].filter((name) => matches({ [name]: 1 }, ''));
      return [rule.id, rule.severity, rule.origin.path, of.join('')];
    });
  };
  const selection = (name: string): string => `detection: { sel: { ${name}: 1 }, condition: sel }`;

  test('holds a rule in each', () => {
    const text = `title: One\nlogsource: { category: x }\n${selection('a')}\n---\n---\ntitle: Two\nlogsource: { category: x }\n${selection('b')}\n`;
    expect(rulesOf(text)).toEqual([
      ['One', 'medium', 'document 1', 'a'],
      ['Two', 'medium', 'document 3', 'b'],
    ]);
  });

  test('global is merged into those after it, until reset', () => {
    const text = [
      'action: global\ntitle: Common\nid: shared\nlevel: high\nlogsource: { category: x }\ndetection: { condition: sel }',
      'detection: { sel: { a: 1 } }',
      'detection: { sel: { b: 1 } }\nlevel: high',
      'action: reset',
      `title: Own\nlogsource: { category: y }\n${selection('c')}`,
    ].join('\n---\n');
    expect(rulesOf(text)).toEqual([
      ['shared', 'high', 'document 2', 'a'],
      ['shared#2', 'high', 'document 3', 'b'],
      ['Own', 'medium', 'document 5', 'c'],
    ]);
  });

  test('repeat is the one before it, with changes', () => {
    const text = [
      `title: First\nid: first\nlevel: low\nlogsource: { category: x }\n${selection('a')}`,
      'action: repeat\nid: second\ndetection: { sel: { a: 2, b: 1 } }',
      'action: repeat\nid: third\nlevel: critical\ndetection: { sel: { a: 1 }, other: { c: 1 }, condition: other }',
    ].join('\n---\n');
    expect(rulesOf(text)).toEqual([
      ['first', 'low', 'document 1', 'a'],
      ['second', 'low', 'document 2', ''],
      ['third', 'critical', 'document 3', 'c'],
    ]);
  });

  test('anchors and merge keys are YAML’s own', () => {
    const text = `title: T\nlogsource: { category: x }\ndetection:\n  one: &one\n    a: 1\n  two:\n    <<: *one\n  condition: two`;
    expect(rulesOf(text)).toEqual([['T', 'medium', 'document 1', 'a']]);
  });
});

describe('a rule', () => {
  test('has the members of every other rule', () => {
    const text = [
      'title: " Spaced "\nid: 5f4ae6c4-0000-4000-8000-000000000001\nname: short',
      'status: experimental\nlevel: critical\nauthor: Ann, Bob\ndescription: What it is.',
      'tags: [attack.t1110]\nreferences: [https://example.org]\nfalsepositives:\n  - Admins\ndate: 2026-01-01\ncustom: { any: thing }',
      'logsource: { Product: x, product: Windows, category: process_creation, definition: text }',
      'detection: { sel: { a: 1 }, condition: sel }',
    ].join('\n');
    const rule = load(text).loaded[0]?.rule;
    expect(rule).toMatchObject({
      id: '5f4ae6c4-0000-4000-8000-000000000001',
      title: 'Spaced',
      severity: 'critical',
      status: 'production',
      description: 'What it is.\n\nAuthor: Ann, Bob',
      tags: ['attack.t1110'],
      references: ['https://example.org'],
      falsePositives: ['Admins'],
      alert: true,
      groupBy: [],
      origin: { file: '0.yml', path: 'document 1' },
    });
    expect(sigmaOf(rule?.conditions).sigma[0]?.logsource).toEqual({
      product: 'windows',
      category: 'process_creation',
    });
  });

  test.each([
    ['stable', 'production'],
    ['test', 'production'],
    ['deprecated', 'draft'],
    ['unsupported', 'draft'],
  ])('of status %s is %s', (status, wanted) => {
    expect(load(`${good}\nstatus: ${status}`).loaded[0]?.rule.status).toBe(wanted);
  });

  test('of level informational alerts nobody', () => {
    expect(load(`${good}\nlevel: informational`).loaded[0]?.rule).toMatchObject({
      alert: false,
      severity: 'informational',
    });
  });

  test('keeps its hash while it finds the same', () => {
    const hash = (text: string): string | undefined => load(text).loaded[0]?.rule.hash;
    expect(hash(`${good}\nlevel: high\ndescription: other`)).toBe(hash(good));
    expect(hash(good.replace('a: 1', 'a: 2'))).not.toBe(hash(good));
    expect(hash(good.replace('category: test', 'category: other'))).not.toBe(hash(good));
  });
});

describe('a fault', () => {
  test.each([
    { text: '', faults: ['1 document 1: there is no Sigma rule in this file'] },
    { text: '- 1', faults: ['1 document 1: is no Sigma rule: it must be a map'] },
    {
      text: 'title: T',
      faults: ['1 document 1 $.logsource: is missing', '1 document 1 $.detection: is missing'],
    },
    {
      text: good.replace('detection', 'detections'),
      faults: ['1 document 1 $.detection: is missing ("detections": did you mean "detection"?)'],
    },
    {
      text: good.replace('condition', 'conditon'),
      faults: ['4 document 1 $.detection: "condition" is missing ("conditon": did you mean "condition"?)'],
    },
    {
      text: `${good}\nlevel: hihg`,
      faults: [
        '8 document 1 $.level: must be one of informational, low, medium, high, critical (did you mean "high"?)',
      ],
    },
    {
      text: `${good}\nstatus: stabel`,
      faults: [
        '8 document 1 $.status: must be one of stable, test, experimental, deprecated, unsupported (did you mean "stable"?)',
      ],
    },
    {
      text: `${good}\ntaxonomy: ocsf`,
      faults: ['8 document 1 $.taxonomy: taxonomy "ocsf" is not supported (there is "sigma")'],
    },
    {
      text: `${good.replace('category: test', 'product: x\n  catgory: test')}\nlevl: high\nstats: deprecated`,
      faults: [
        '10 document 1 $.stats: unknown member "stats" (did you mean "status"?)',
        '9 document 1 $.levl: unknown member "levl" (did you mean "level"?)',
        '4 document 1 $.logsource.catgory: unknown member "catgory" (did you mean "category"?)',
      ],
    },
    {
      text: `action: global\n${good}`,
      faults: ['1 document 1 $.action: no rule follows this document, which is none itself (put the rules'],
    },
    {
      text: `action: global\nlevel: high\n---\naction: reset\n---\n${good}`,
      faults: ['1 document 1 $.action: no rule follows'],
    },
    { text: `${good}\ntags: [a, {b: c}]`, faults: ['8 document 1 $.tags[1]: must be a text'] },
    {
      text: good.replace('category: test', 'product: [x]'),
      faults: ['3 document 1 $.logsource.product: must be a text', '2 document 1 $.logsource: needs'],
    },
    {
      text: good.replace('a: 1', 'a|contians: 1'),
      faults: [
        '6 document 1 $.detection.sel["a|contians"]: unknown modifier "contians" (did you mean "contains"?)',
      ],
    },
    {
      text: good.replace('a: 1', "a|contains|foo: 1\n    b|re: '(?=x)'\n    c|cidr: 10.0.0.1/8"),
      faults: [
        '6 document 1 $.detection.sel["a|contains|foo"]: unknown modifier "foo"',
        '7 document 1 $.detection.sel["b|re"]: not a regular expression',
        '8 document 1 $.detection.sel["c|cidr"]: "10.0.0.1/8" has bits set',
      ],
    },
    {
      text: good.replace('a: 1', 'a|gt:\n      - 1\n      - x'),
      faults: ['8 document 1 $.detection.sel["a|gt"][1]: "gt" takes a number'],
    },
    {
      text: good.replace('a: 1', "a|expand: '%who%'"),
      faults: ['6 document 1 $.detection.sel["a|expand"]: placeholder %who% has no values'],
    },
    {
      text: good.replace('condition: sel', 'condition: sel\n  timeframe: 5m'),
      faults: [
        '8 document 1 $.detection.timeframe: "timeframe" is no longer part of Sigma (write a correlation rule)',
      ],
    },
    {
      text: `${good}\n---\naction: glbal`,
      faults: ['9 document 2 $.action: unknown action "glbal" (did you mean "global"?)'],
    },
    {
      text: 'action: repeat',
      faults: ['1 document 1 $.action: there is no document before this one to repeat'],
    },
    {
      text: `action: reset\n${good}\n---\n${good}`,
      faults: ['1 document 1 $.action: a document with "action: reset" holds no rule (put the rule into'],
    },
    { text: `${good}\na: 1\na: 2`, faults: ['9 document 1: is not YAML: Map keys must be unique'] },
    { text: 'title: "x', faults: ['1 document 1: is not YAML: '] },
    { text: 'title: !!python/object x', faults: ['1 document 1: is not YAML: Unresolved tag'] },
  ])('$faults.0', ({ text, faults }) => {
    const found = faultsOf(text);
    expect(found).toHaveLength(faults.length);
    for (const [index, fault] of faults.entries()) expect(found[index]).toContain(fault);
  });

  test.each([
    ['|contains', '{ f: null }', '"contains" takes a text, not null'],
    ['|startswith', '{ f: true }', '"startswith" takes a text, not true or false'],
    ['|cased', '{ f: 5 }', '"cased" takes a text, not a number'],
    ['|contains|re', '{ f: x }', '"re" must be the first modifier'],
    ['|i', '{ f: x }', '"i" must follow "re"'],
    ['|re|cased', '{ f: x }', '"cased" takes a text, not a regular expression'],
    ['|cased|cidr', '{ f: 10.0.0.0/8 }', '"cidr" must be the first modifier'],
    ['|cidr', '{ f: 10.0.0 }', '"10.0.0" is no network'],
    ['|cidr', "{ f: '10.*' }", '"cidr" takes a network'],
    ['|base64', "{ f: 'a*' }", '"base64" takes a text without wildcards'],
    ['|base64offset', '{ f: x }', 'takes a text of two bytes at least'],
    ['|contains|base64', '{ f: x }', '"base64" takes a text without wildcards'],
    ['|wide|utf16', '{ f: x }', 'cannot follow another UTF-16 modifier'],
    ['|exists', '{ f: x }', '"exists" takes true or false'],
    ['|all|exists', '{ f: true }', '"exists" must be the first modifier'],
    ['|fieldref', "{ f: 'a*' }", 'without wildcards'],
    ['|gt', "{ f: '5' }", '"gt" takes a number (without quotes), not a text'],
    ['|hour', '{ f: 24 }', '"hour" takes a whole number from 0 to 23, not 24'],
    ['|windash', "{ f: '-a -b -c -d -e -f' }", '"windash" with more than 5 dashes'],
    ['|re', '{ f: 5 }', '"re" takes a regular expression, as text'],
    ['|', '{ f: 5 }', 'unknown modifier ""'],
  ])('f%s of %s', (modifiers, map, message) => {
    const found = faultsOf(sigmaRule(`sel: ${map.replace('f:', `"f${modifiers}":`)}\ncondition: sel`));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['indents', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    [
      'aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, n) => `${'bcdefghij'[n]}: &${'bcdefghij'[n]} [${`*${'abcdefghi'[n]},`.repeat(9)}]`).join('\n')}`,
    ],
  ])('and no crash comes of too many %s', (_, text) => {
    expect(faultsOf(text).length).toBeGreaterThan(0);
  });

  test('stops no other rule, and all faults of all files come at once', () => {
    const { loaded, faults } = load('title: A', good, `${good}\nlevel: x\nstatus: y`);
    expect(loaded).toHaveLength(1);
    expect(faults.map(({ file }) => file)).toEqual(['0.yml', '0.yml', '2.yml', '2.yml']);
  });
});
