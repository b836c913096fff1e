import { describe, expect, test } from 'vitest';
import { type EvidenceContext, evidenceLine } from './evidence-line.ts';

const time = '2026-03-01T10:03:00.000Z';
const line = (event: Record<string, unknown> | null, context: EvidenceContext = {}): string =>
  evidenceLine({ time, position: null, event }, context).slice(time.length + 1);

describe('one event of the evidence', () => {
  test('says when it was and where it stands', () => {
    const position = { topic: 'logs.auth', partition: 2, offset: 4711, index: 0 };
    const said = (index: number): string =>
      evidenceLine({ time, position: { ...position, index }, event: { message: 'x' } });
    expect(said(0)).toBe(`${time} logs.auth/2@4711 message=x`);
    expect(said(3)).toBe(`${time} logs.auth/2@4711.3 message=x`);
  });

  test('shows the wanted fields first, then the main ones, and how many it has besides', () => {
    const event = {
      user: { name: 'root', id: 0 },
      source: { ip: '203.0.113.7' },
      'zeek.uid': 'C1',
      port: 22,
      agent: { version: '1', name: 'a' },
    };
    expect(line(event, { wanted: ['port', 'source.ip'] })).toBe(
      'port=22 source.ip=203.0.113.7 user.name=root user.id=0 … (+3 more fields)',
    );
  });

  test.each([
    {
      title: 'quotes a value of several words',
      event: { message: 'a b="c"' },
      shown: 'message="a b=\\"c\\""',
    },
    {
      title: 'leaves a path of Windows as it is',
      event: { Image: 'C:\\Program Files\\x.exe' },
      shown: 'Image="C:\\Program Files\\x.exe"',
    },
    { title: 'shows a list', event: { 'user.name': ['a', 'b'] }, shown: 'user.name=["a","b"]' },
    {
      title: 'has no field that is missing or empty',
      event: { message: '', 'user.name': 'x' },
      shown: 'user.name=x … (+1 more field)',
    },
    {
      title: 'shows what else there is where it knows none of it, times of shippers left out',
      event: { '@timestamp': 'x', '@version': '1', a: { b: 1, c: true }, d: ['e'] },
      shown: 'a.b=1 a.c=true d=["e"] … (+2 more fields)',
    },
    {
      title: 'knows the names of Windows, where a dash is nothing',
      event: { EventID: 4625, Computer: 'DC01', IpAddress: '-', TargetUserName: 'x y', Keywords: '0x8' },
      shown: 'EventID=4625 Computer=DC01 TargetUserName="x y" Keywords=0x8 … (+1 more field)',
    },
    {
      title: 'does not repeat what the group says, but what differs from it',
      event: { source: { ip: '203.0.113.7' }, host: { name: 'b' }, message: 'm' },
      context: { group: { 'source.ip': '203.0.113.7', 'host.name': 'a' } },
      shown: 'host.name=b message=m',
    },
    {
      title: 'shows an event whole that adds nothing to the group',
      event: { a: 1 },
      context: { group: { a: 1 } },
      shown: '{"a":1}',
    },
    {
      title: 'cuts a long value',
      event: { message: 'x'.repeat(500) },
      shown: `message=${'x'.repeat(133)}… (+367 more)`,
    },
    { title: 'says that an event is gone', event: null, shown: '(no longer at hand)' },
    {
      title: 'follows no prototype',
      event: { message: 'm' },
      context: { wanted: ['__proto__', 'constructor'] },
      shown: 'message=m',
    },
  ])('$title', ({ event, context, shown }) => {
    expect(line(event, context)).toBe(shown);
  });

  test('shows twelve fields at most', () => {
    const event = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, index]));
    expect(
      line(event, { wanted: Object.keys(event) })
        .split(' ')
        .slice(0, 13)
        .at(-1),
    ).toBe('…');
  });
});
