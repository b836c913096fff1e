import { describe, expect, test } from 'vitest';
import { evidenceLine } from './evidence-line.ts';

const time = '2026-03-01T10:03:00.000Z';
const line = (event: Record<string, unknown> | null, wanted: readonly string[] = []): string =>
  evidenceLine({ time, position: null, event }, wanted).slice(time.length + 1);

describe('one event of the evidence', () => {
  test('says when it was and where it stands', () => {
    const position = { topic: 'logs.auth', partition: 2, offset: 4711, index: 0 };
    expect(evidenceLine({ time, position, event: { message: 'x' } })).toBe(
      `${time} logs.auth/2@4711.0 message=x`,
    );
  });

  test('shows the wanted fields first, then the main ones, and how many it has besides', () => {
    const event = {
      user: { name: 'root', id: 0 },
      source: { ip: '203.0.113.7' },
      'zeek.uid': 'C1',
      port: 22,
      agent: { version: '1', name: 'a' },
    };
    expect(line(event, ['port', 'source.ip'])).toBe(
      'port=22 source.ip=203.0.113.7 user.name=root … (+4 more)',
    );
  });

  test.each([
    {
      title: 'quotes a value of several words',
      event: { message: 'a b="c"' },
      shown: 'message="a b=\\"c\\""',
    },
    { title: 'shows a list', event: { 'user.name': ['a', 'b'] }, shown: 'user.name=["a","b"]' },
    {
      title: 'has no field that is missing or empty',
      event: { message: '', 'user.name': 'x' },
      shown: 'user.name=x … (+1 more)',
    },
    { title: 'shows an event whole that has none of them', event: { a: { b: 1 } }, shown: '{"a":{"b":1}}' },
    {
      title: 'cuts a long value',
      event: { message: 'x'.repeat(500) },
      shown: `message=${'x'.repeat(133)}… (+367 more)`,
    },
    { title: 'says that an event is gone', event: null, shown: '(no longer at hand)' },
    {
      title: 'follows no prototype',
      event: { message: 'm' },
      wanted: ['__proto__', 'constructor'],
      shown: 'message=m',
    },
  ])('$title', ({ event, wanted, shown }) => {
    expect(line(event, wanted)).toBe(shown);
  });

  test('shows twelve fields at most', () => {
    const event = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, index]));
    expect(line(event, Object.keys(event)).split(' ').slice(0, 13).at(-1)).toBe('…');
  });
});
