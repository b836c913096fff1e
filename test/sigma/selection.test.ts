import { describe, expect, test } from 'vitest';
import { compileYaml, faultsOf, sigmaRule } from '../support/sigma-events.ts';

const compile = (selection: string): ((event: Readonly<Record<string, unknown>>) => boolean) =>
  compileYaml(sigmaRule(`sel:\n${selection.replace(/^/gm, '  ')}\ncondition: sel`));

describe('a selection', () => {
  test.each([
    { title: 'a map: all', selection: 'a: 1\nb: 2', yes: [{ a: 1, b: 2 }], no: [{ a: 1 }, { b: 2 }] },
    {
      title: 'a list of maps: any',
      selection: '- a: 1\n- b: 2\n  c: 3',
      yes: [{ a: 1 }, { b: 2, c: 3 }],
      no: [{ b: 2 }],
    },
    {
      title: 'a list of maps and words: any',
      selection: '- a: 1\n- word',
      yes: [{ a: 1 }, { x: 'a word' }],
      no: [{ a: 2 }],
    },
    {
      title: 'words: any, anywhere',
      selection: '- foo\n- bar',
      yes: [{ a: 'xFOOx' }, { a: { b: ['bar'] } }],
      no: [{ foo: 'x' }, {}],
    },
    {
      title: 'all words',
      selection: "'|all':\n  - foo\n  - 200",
      yes: [{ a: 'foo', b: 200 }, { a: 'foo 200' }],
      no: [{ a: 'foo' }, { b: 200 }],
    },
    {
      title: 'a number among words',
      selection: '- 42',
      yes: [{ a: 42 }, { a: 'x42' }, { a: 1425 }],
      no: [{ a: 4 }, { '42': 1 }],
    },
    { title: 'words with wildcards', selection: "- 'a*b?c'", yes: [{ x: '..a--b-c..' }], no: [{ x: 'abc' }] },
    { title: 'patterns among words', selection: "'|re': 'a\\d'", yes: [{ x: 'ba7' }], no: [{ x: 'a' }] },
    {
      title: 'words at the start',
      selection: "'|startswith': 'ab'",
      yes: [{ x: 'ABc' }],
      no: [{ x: 'xab' }],
    },
    {
      title: 'networks anywhere',
      selection: "'|cidr': '10.0.0.0/8'",
      yes: [{ x: { y: '10.1.1.1' } }],
      no: [{ x: '11.1.1.1' }],
    },
    {
      title: 'words that must match the case',
      selection: "'|cased': 'Ab'",
      yes: [{ x: 'xAby' }],
      no: [{ x: 'ab' }],
    },
    { title: 'a true value among words', selection: "- 'true'", yes: [{ x: true }], no: [{ x: false }] },
    { title: 'one word', selection: 'word', yes: [{ a: 'a word' }], no: [{ a: 'w ord' }] },
  ])('$title', ({ selection, yes, no }) => {
    const matches = compile(selection);
    expect(yes.filter((event) => !matches(event))).toEqual([]);
    expect(no.filter(matches)).toEqual([]);
  });

  test.each([
    { title: 'the exact key before the path', event: { 'a.b': 'x', a: { b: 'y' } }, matches: true },
    { title: 'the dotted path', event: { a: { b: 'x' } }, matches: true },
    { title: 'any element of an array on the way', event: { a: [{ b: 'y' }, { b: 'x' }] }, matches: true },
    { title: 'arrays in arrays', event: { a: [[{ b: ['x'] }]] }, matches: true },
    { title: 'no inherited member', event: { a: {} }, matches: false },
  ])('reads $title', ({ event, matches }) => {
    expect(compile('a.b: x')(event)).toBe(matches);
    expect(compile('a.b|exists: true')(event)).toBe(matches);
  });

  test.each([
    { selection: '__proto__.x: 1', message: 'never followed' },
    { selection: 'constructor: 1', message: 'never followed' },
    { selection: '{}', message: 'the selection is empty' },
    { selection: '[]', message: 'the selection is empty' },
    { selection: "''", message: 'the selection is empty' },
    { selection: "- ''", message: 'an empty keyword' },
    { selection: 'f:\n  g: 1', message: 'a map is no value' },
    { selection: 'f:\n  - [1]', message: 'a list in a list is no value' },
    { selection: "'|all': []", message: 'there are no values' },
    { selection: '- null', message: 'null, comparisons and parts of dates need a field' },
    { selection: "'|gt': 5", message: 'need a field' },
    { selection: "'|exists': true", message: '"exists" needs a field' },
    { selection: "'|fieldref': x", message: '"fieldref" needs a field' },
  ])('$selection is refused', ({ selection, message }) => {
    const faults = faultsOf(sigmaRule(`sel:\n${selection.replace(/^/gm, '  ')}\ncondition: sel`));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });
});
