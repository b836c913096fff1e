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
  ])('$title', ({ text, fields, filled }) => {
    expect(render(text, fields)).toBe(filled);
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
