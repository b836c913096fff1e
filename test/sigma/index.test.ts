import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import { createSigmaCompiler, type SigmaSource } from '../../src/detect/sigma/compile/compile-conditions.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { randomDetection, randomEvent } from '../support/sigma-arbitraries.ts';
import { sigmaOf } from '../support/sigma-events.ts';
import { readTarFiles } from '../support/tar-files.ts';
import { unzipFirst } from '../support/unzip.ts';

type Fields = Readonly<Record<string, unknown>>;

const eventOf = (fields: Fields, source = 'test'): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'record',
  source,
  position: { topic: 'test', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

/** The ids of the rules that match, with the index and rule by rule. */
function bothWays(rules: readonly Rule[], sources: readonly SigmaSource[] = []) {
  const { matcher, faults, alwaysTried } = compileMatcher(rules, { sources });
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const compiler = createSigmaCompiler(sources);
  const each = rules.map(({ id, conditions }) => ({ id, matches: compiler.compile(sigmaOf(conditions)) }));
  return {
    alwaysTried,
    indexed: (event: LogEvent) => matcher.match(event).map(({ ruleId }) => ruleId),
    linear: (event: LogEvent) =>
      each.filter(({ matches }) => matches(event.fields, event.source)).map(({ id }) => id),
  };
}

function rulesOf(detections: readonly unknown[]): Rule[] {
  const files = detections.map((detection, at) => ({
    file: `${at}.yml`,
    text: JSON.stringify({ title: `T${at}`, logsource: { product: 'x' }, detection }),
  }));
  const { loaded, faults } = loadSigma(files);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return loaded.map(({ rule }, at) => ({ ...rule, id: String(at) }));
}

describe('the index finds the rules that match, and no others', () => {
  test('on random rules and events, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.array(randomDetection, { minLength: 1, maxLength: 12 }),
        fc.array(randomEvent, { minLength: 5, maxLength: 30 }),
        (detections, events) => {
          const { indexed, linear } = bothWays(rulesOf(detections.map(({ detection }) => detection)));
          for (const event of [...events, ...events].map((fields) => eventOf(fields)))
            expect([event.fields, indexed(event)]).toEqual([event.fields, linear(event)]);
        },
      ),
      { numRuns: 400 },
    );
  });

  test.each<{ title: string; item: string; event: Fields }>([
    { title: 'a nested field', item: 'a.b.c', event: { a: { b: { c: 'x' } } } },
    { title: 'a key with a dot in it', item: 'a.b.c', event: { 'a.b': { c: 'x' } } },
    { title: 'fields of the elements of an array', item: 'a.b', event: { a: [{ b: 'y' }, { b: 'x' }] } },
    { title: 'arrays in arrays', item: 'a.b', event: { a: [[{ b: ['y', ['x']] }]] } },
    { title: 'one element by its number', item: 'a.1.b', event: { a: [{}, { b: 'x' }] } },
    { title: 'an element that is no object', item: 'a.1', event: { a: ['y', 'x'] } },
    { title: 'the length of an array', item: 'a.length', event: { a: [1, 2] } },
    { title: 'an object as its JSON', item: 'a', event: { a: { b: 1 } } },
    { title: 'a number', item: 'a', event: { a: 7 } },
    { title: 'a truth value', item: 'a', event: { a: true } },
  ])('$title', ({ item, event }) => {
    const values = ['x', '{"b":1}', '7', 'true', '2'];
    const { indexed, linear } = bothWays(rulesOf([{ sel: { [item]: values }, condition: 'sel' }]));
    expect(linear(eventOf(event))).toEqual(['0']);
    expect(indexed(eventOf(event))).toEqual(['0']);
  });

  const long = 'x'.repeat(80);

  test.each<{ title: string; item: string; value: unknown; event: Fields; hits: boolean }>([
    { title: 'an equal text', item: 'f', value: 'Abc', event: { f: 'aBC' }, hits: true },
    { title: 'with case', item: 'f|cased', value: 'Abc', event: { f: 'aBC' }, hits: false },
    {
      title: 'a text in an array in an array',
      item: 'f',
      value: 'a',
      event: { f: [['b', ['a']]] },
      hits: true,
    },
    { title: 'no text of an empty array', item: 'f', value: '*', event: { f: [] }, hits: false },
    { title: 'a large number', item: 'f', value: '1e+21', event: { f: 1e21 }, hits: true },
    { title: 'a large number in upper case', item: 'f', value: '1E+21', event: { f: 1e21 }, hits: false },
    { title: 'infinity', item: 'f', value: 'infinity', event: { f: Infinity }, hits: false },
    { title: 'infinity as a keyword', item: '', value: 'infinit', event: { f: Infinity }, hits: false },
    { title: 'a length as a keyword', item: '', value: '100', event: { a: Array(100).fill(0) }, hits: false },
    { title: 'a key as a keyword', item: '', value: 'needle', event: { needle: 'hay' }, hits: false },
    {
      title: 'a text over two values',
      item: '',
      value: 'needle',
      event: { a: 'nee', b: 'dle' },
      hits: false,
    },
    { title: 'all outside ASCII', item: 'f|contains', value: 'é', event: { f: 'ê' }, hits: false },
    {
      title: 'beside what is not ASCII',
      item: 'f|contains',
      value: 'key',
      event: { f: 'ê \u212aEY' },
      hits: true,
    },
    {
      title: 'a long beginning',
      item: 'f|contains',
      value: `${long}a`,
      event: { f: `${long}b` },
      hits: false,
    },
    { title: 'one character', item: 'f', value: 'a?c', event: { f: 'abbc' }, hits: false },
    {
      title: 'the dotted key first',
      item: 'a.b',
      value: 'x',
      event: { 'a.b': 'y', a: { b: 'x' } },
      hits: false,
    },
    { title: 'a pattern', item: 'f|re', value: 'AB+\\d', event: { f: 'xABB7' }, hits: true },
    {
      title: 'a pattern whose text is there',
      item: 'f|re',
      value: '(?i)abc\\d',
      event: { f: 'ABC' },
      hits: false,
    },
  ])('$title', ({ item, value, event, hits }) => {
    const detection = (condition: string) => ({ sel: item === '' ? [value] : { [item]: value }, condition });
    const { indexed, linear } = bothWays(rulesOf([detection('sel'), detection('not sel')]));
    expect(linear(eventOf(event))).toEqual([hits ? '0' : '1']);
    for (let again = 0; again < 2; again += 1) expect(indexed(eventOf(event))).toEqual([hits ? '0' : '1']);
  });

  test('the first name of a profile that is there is the field', () => {
    const { indexed, linear } = bothWays(
      rulesOf([
        { sel: { EventID: 4625 }, condition: 'sel' },
        { sel: { EventID: 4625 }, condition: 'not sel' },
      ]),
      [{ name: 'beats', profile: 'winlogbeat' }],
    );
    const event = eventOf({ winlog: { event_id: 1 }, event: { code: '4625' } }, 'beats');
    expect(linear(event)).toEqual(['1']);
    expect(indexed(event)).toEqual(['1']);
  });

  test('keywords in any depth, in numbers too, under more names than are remembered', () => {
    const { indexed } = bothWays(
      rulesOf([
        { words: ['needle'], condition: 'words' },
        { words: ['1234'], condition: 'words' },
      ]),
    );
    for (let at = 0; at < 1_500; at += 1) indexed(eventOf({ [`name${at}`]: 'hay' }));
    expect(indexed(eventOf({ [`other`]: { deep: ['hay', { er: 'a NEEDLE!' }] } }))).toEqual(['0']);
    expect(indexed(eventOf({ a: { b: 912345 } }))).toEqual(['1']);
  });

  test('where a profile gives a field several names', () => {
    const sources = [{ name: 'beats', profile: 'winlogbeat' }];
    const { indexed } = bothWays(
      rulesOf([{ sel: { EventID: 4625, 'A|contains': 'x' }, condition: 'sel' }]),
      sources,
    );
    const data = { event_data: { A: 'yxy' } };
    expect(indexed(eventOf({ winlog: { event_id: 4625, ...data } }, 'beats'))).toEqual(['0']);
    expect(indexed(eventOf({ event: { code: '4625' }, winlog: data }, 'beats'))).toEqual(['0']);
    expect(indexed(eventOf({ EventID: 4625, A: 'x' }, 'beats'))).toEqual(['0']);
    expect(indexed(eventOf({ EventID: 4626, A: 'x' }, 'beats'))).toEqual([]);
  });
});

describe('rules that are always tried', () => {
  test('are those from which nothing follows, each with its reason', () => {
    const { alwaysTried } = bothWays(
      rulesOf([
        { sel: { a: 'x' }, condition: 'sel' },
        { sel: { a: 'x' }, condition: 'not sel' },
        { sel: { a: null }, condition: 'sel' },
        { words: ['ab'], condition: 'words' },
        { sel: { a: 'x' }, words: ['ab'], condition: 'sel and words' },
        { sel: { a: 'x' }, words: ['ab'], condition: 'sel or words' },
      ]),
    );
    expect(alwaysTried()).toEqual([
      { ruleId: '1', reason: 'what it asks for is negated' },
      { ruleId: '2', reason: 'a field may be missing' },
      { ruleId: '3', reason: 'a keyword has fewer than 3 characters' },
      { ruleId: '5', reason: 'a keyword has fewer than 3 characters' },
    ]);
  });
});

const isHere = hasSharedData('windows') && hasSharedData('sigmahq');

describe.skipIf(!isHere)('3,141 rules of SigmaHQ on real Windows events', () => {
  const folder = join(sharedData, 'windows');
  const files = isHere
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.zip'))
        .sort()
    : [];
  const rules = isHere
    ? loadSigma(
        [...readTarFiles(join(sharedData, 'sigmahq', 'rules.tar.gz'))]
          .filter(([file]) => file.startsWith('rules/') && file.endsWith('.yml'))
          .map(([file, text]) => ({ file, text })),
      ).loaded.map(({ rule }) => rule)
    : [];

  // What closures over all rules, and rsigma 0.23, found.
  test.each([
    { file: files[0] ?? '', hits: 72_225, matching: 43 },
    { file: files[1] ?? '', hits: 63_385, matching: 48 },
  ])('$hits hits of $matching rules in $file', ({ file, hits, matching }) => {
    const { indexed, linear, alwaysTried } = bothWays(rules);
    expect(rules).toHaveLength(3_141);
    expect(alwaysTried().length).toBeLessThanOrEqual(5);
    const lines = unzipFirst(join(folder, file)).toString().split('\n').filter(Boolean);
    const found = new Map<string, number>();
    for (const [at, line] of lines.entries()) {
      const event = eventOf(JSON.parse(line));
      const ids = indexed(event);
      for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1);
      if (at % 200 === 0) expect(ids).toEqual(linear(event));
    }
    expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(hits);
    expect(found.size).toBe(matching);
  });
});
