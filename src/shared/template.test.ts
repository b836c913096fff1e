import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from './template.ts';

const render = (text: string, fields: Record<string, unknown>, group = {}): string =>
  parseTemplate(text).render({ fields, group });

describe('a template', () => {
  test.each([
    {
      title: 'fills a field in',
      text: 'from {{ source.ip }}',
      fields: { source: { ip: '203.0.113.7' } },
      filled: 'from 203.0.113.7',
    },
    {
      title: 'fills several in, spaces or not',
      text: '{{a}}/{{  b  }}',
      fields: { a: 1, b: true },
      filled: '1/true',
    },
    { title: 'shows what is missing as -', text: '{{ a }} {{ b.c }}', fields: { a: null }, filled: '- -' },
    { title: 'shows an object as JSON', text: '{{ a }}', fields: { a: { b: [1] } }, filled: '{"b":[1]}' },
    {
      title: 'leaves other text alone',
      text: '{ {a} } {{}} {{ {{ x',
      fields: { a: 1 },
      filled: '{ {a} } {{}} {{ {{ x',
    },
    {
      title: 'does not fill in what a value says',
      text: '{{ a }}',
      fields: { a: '{{ b }}', b: 'secret' },
      filled: '{{ b }}',
    },
    {
      title: 'reads own fields only',
      text: '{{ toString }} {{ __proto__ }} {{ constructor.name }}',
      fields: {},
      filled: '- - -',
    },
    { title: 'puts lines into one', text: '{{ a }}', fields: { a: 'x\r\ny\tz' }, filled: 'x y z' },
    {
      title: 'replaces controls',
      text: '{{ a }}',
      fields: { a: 'a\u{0}b\u{1B}[31mc\u{9B}' },
      filled: 'a\u{FFFD}b\u{FFFD}[31mc\u{FFFD}',
    },
    {
      title: 'replaces what turns the direction',
      text: '{{ a }}',
      fields: { a: 'exe.\u{202E}fdp\u{2066}' },
      filled: 'exe.\u{FFFD}fdp\u{FFFD}',
    },
    { title: 'mends broken text', text: '{{ a }}', fields: { a: 'a\u{D800}b' }, filled: 'a\u{FFFD}b' },
    {
      title: 'says what it was told to where a value is missing or empty',
      text: '{{ a | default "nobody" }} {{ b | default "" }}{{ c | default "none" }}',
      fields: { a: null, c: '' },
      filled: 'nobody none',
    },
    {
      title: 'joins a list',
      text: '{{ a | join ", " }} {{ b | default "none" | join "|" }} {{ c | join "\\n" }}',
      fields: { a: ['x', 1, null, { y: 'a\nb' }], b: [], c: ['1', '2'] },
      filled: 'x, 1, -, {"y":"a\\nb"} none 1\n2',
    },
    {
      title: 'shows what is no list by itself where it should be joined',
      text: '{{ a | join "," }} {{ b | join "," }}',
      fields: { a: 'x' },
      filled: 'x -',
    },
  ])('$title', ({ text, fields, filled }) => {
    expect(render(text, fields)).toBe(filled);
    expect(parseTemplate(text).faults).toEqual([]);
  });

  test.each([
    ['{{ a | defualt "x" }}', 'did you mean default?'],
    ['{{ a | upper }}', 'write | default "text" or | join "text"'],
    ["{{ a | join 'x' }}", 'write | default'],
    ['{{ a | }} {{ a | default }}', 'is no filter'],
  ])('%s has a fault', (text, fault) => {
    expect(parseTemplate(text).faults.join()).toContain(fault);
    expect(render(text, { a: 1 })).toMatch(/^-|1/);
  });

  test.each([
    { title: 'an empty value', fields: { name: '' }, filled: 'Door (empty) opened' },
    { title: 'nothing but white space', fields: { name: ' \t\n\u{A0}' }, filled: 'Door (empty) opened' },
    { title: 'a missing value', fields: {}, filled: 'Door - opened' },
    { title: 'a number', fields: { name: 0 }, filled: 'Door 0 opened' },
  ])('says of $title what it is told to, so that no gap is left', ({ fields, filled }) => {
    const options = { empty: '(empty)' };
    expect(parseTemplate('Door {{ name }} opened', options).render({ fields })).toBe(filled);
    const joined = parseTemplate('Door {{ name | join ", " }} opened', options);
    expect(joined.render({ fields: { name: [fields.name ?? null] } })).toBe(filled);
    expect(joined.render({ fields: { name: [] } })).toBe('Door (empty) opened');
    const own = parseTemplate('Door {{ name | default "7" }} opened', options).render({ fields });
    expect(own).toBe(fields.name === 0 ? filled : 'Door 7 opened');
  });

  test('leaves an empty value empty where nothing else is said', () => {
    expect(render('Door {{ name }} opened', { name: '' })).toBe('Door  opened');
    expect(render('[{{ a }}{{ b | default "" }}]', { a: ' ', b: ' ' })).toBe('[ ]');
  });

  test('joins a hundred elements at most and says how many more there are', () => {
    const filled = render('{{ a | join "," }}', { a: Array.from({ length: 250 }, () => 'x') });
    expect(filled).toBe(`${'x,'.repeat(100)}… (+150 more)`);
  });

  test('takes the group first, then the event, and does without an event', () => {
    expect(render('{{ source.ip }}', { source: { ip: 'event' } }, { 'source.ip': 'group' })).toBe('group');
    expect(render('{{ source.ip }}', { source: { ip: 'event' } }, { 'source.ip': null })).toBe('event');
    expect(parseTemplate('{{ a }}!').render({ fields: null })).toBe('-!');
  });

  test('cuts a value at 200 characters, not in the middle of one', () => {
    expect(render('{{ a }}', { a: 'x'.repeat(200) })).toBe('x'.repeat(200));
    expect(render('{{ a }}', { a: 'x'.repeat(201) })).toBe(`${'x'.repeat(200)}…`);
    expect(render('{{ a }}', { a: '😀'.repeat(1_000) })).toBe(`${'😀'.repeat(200)}…`);
  });

  test('names the fields it asks for', () => {
    expect(parseTemplate('{{ a }} {{ b.c }} {{ a }}').names).toEqual(['a', 'b.c']);
  });

  test('never lets a value through that is long, broken or unprintable', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const filled = render('{{ a }}', {
          a: typeof value === 'bigint' ? String(value) : JSON.parse(JSON.stringify(value) ?? 'null'),
        });
        expect([...filled].length).toBeLessThanOrEqual(201);
        expect(filled).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        expect(filled.isWellFormed()).toBe(true);
      }),
    );
  });
});
