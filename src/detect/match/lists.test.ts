import { describe, expect, test } from 'vitest';
import { sampleRule } from '../../../test/support/sample-rule.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import { createLists, type Lists, noLists } from './lists.ts';
import { compileMatcher } from './matcher.ts';

const lists = createLists({
  scanners: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32', 'Nessus', 'a/b'],
  empty: [],
});

describe('a list', () => {
  test.each([
    { value: '203.0.113.7', has: true, title: 'has its entries' },
    { value: '203.0.113.8', has: false, title: 'has nothing else' },
    { value: '10.200.0.1', has: true, title: 'has the addresses of its networks' },
    { value: '2001:db8::5', has: true, title: 'has the IPv6 addresses of its networks' },
    { value: '10.0.0.0/8', has: true, title: 'has a network as text, too' },
    { value: 'a/b', has: true, title: 'may have texts with a slash' },
    { value: 'nessus', has: false, title: 'compares exactly' },
    { value: '', has: false, title: 'does not have the empty text' },
  ])('$title: $value', ({ value, has }) => {
    expect(lists.has('scanners', value)).toBe(has);
  });

  test('can be asked without regard to case', () => {
    expect(lists.hasIgnoringCase?.('scanners', 'NESSUS')).toBe(true);
    expect(lists.hasIgnoringCase?.('scanners', '2001:DB8::5')).toBe(true);
  });

  test('that does not exist has nothing', () => {
    expect([lists.has('toString', 'x'), lists.has('empty', ''), noLists.has('a', 'b')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(lists.names?.()).toEqual(['scanners', 'empty']);
  });

  test('of 100,000 entries and networks finds each', () => {
    const networks = Array.from({ length: 100_000 }, (_, index) =>
      `10.${index >> 8}.${index & 255}.0/24`.replace(
        /^10\.(\d+)/,
        (_all, high: string) => `${10 + (Number(high) >> 8)}.${Number(high) & 255}`,
      ),
    );
    const large = createLists({ large: networks });
    expect([
      large.has('large', '10.7.200.9'),
      large.has('large', '11.134.159.1'),
      large.has('large', '11.200.0.1'),
    ]).toEqual([true, true, false]);
  });
});

describe('rules that name lists', () => {
  const rule = (id: string, operator: string, list: string) =>
    sampleRule({
      id,
      conditions: { all: [{ fact: 'ip', operator, value: list }] },
      groupBy: [],
      remediation: [],
      exceptions: [],
    });
  const event = (ip: unknown): LogEvent => ({
    fields: { ip },
    timeMs: 0,
    timeOrigin: 'record',
    source: 's',
    position: { topic: 't', partition: 0, offset: 0, index: 0 },
    weight: 1,
  });

  test('ask each list once about a value, however many name it, and however long it is', () => {
    let asked = 0;
    const counted: Lists = {
      ...lists,
      has: (name, value) => {
        asked += 1;
        return lists.has(name, value);
      },
    };
    const names = Array.from({ length: 100 }, (_, n) =>
      rule(`r${n}`, n % 2 === 0 ? 'inList' : 'not:inList', 'scanners'),
    );
    const { matcher } = compileMatcher([...names, rule('folded', 'ignoreCase:inList', 'scanners')], {
      lists: counted,
    });
    expect(matcher.match(event('203.0.113.7')).length).toBe(51);
    expect(matcher.match(event('192.0.2.1')).length).toBe(50);
    expect(matcher.match(event('NESSUS')).map(({ ruleId }) => ruleId)).toContain('folded');
    expect(matcher.match(event('203.0.113.7')).length).toBe(51);
    // Three values; `inList` and `not:inList` of one list are one question, and "folded" asks another function.
    expect(asked).toBe(3);
    expect(matcher.match(event(undefined)).length).toBe(50);
    expect(matcher.match(event(['203.0.113.7'])).length).toBe(50);
  });
});
