import { expect, test } from 'vitest';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import type { Silence } from '../../shared/model/silence.ts';
import { expiredAt, silencedBy, silenceState } from './silence.ts';

const silence = (parts: Partial<Silence> = {}): Silence => ({
  id: 's1',
  match: { rule: 'ssh-*' },
  from: '2026-03-01T10:00:00.000Z',
  until: '2026-03-01T12:00:00.000Z',
  author: 'ann',
  comment: 'a test of the firewall',
  ...parts,
});

const at = (text: string): number => Date.parse(text);
const sourceOf = (): undefined => undefined;
const ssh = sampleIncident({ rule: { id: 'ssh-brute-force', title: 'SSH', hash: 'h' } });

test('a silence is in force from its beginning until before its end', () => {
  expect(silenceState(silence(), at('2026-03-01T09:59:59.999Z'))).toBe('pending');
  expect(silenceState(silence(), at('2026-03-01T10:00:00.000Z'))).toBe('active');
  expect(silenceState(silence(), at('2026-03-01T11:59:59.999Z'))).toBe('active');
  expect(silenceState(silence(), at('2026-03-01T12:00:00.000Z'))).toBe('expired');
});

test('only a silence in force that takes the incident keeps it from being told', () => {
  const nowMs = at('2026-03-01T11:00:00Z');
  const asked = (silences: readonly Silence[]): string | undefined =>
    silencedBy(ssh, silences, { nowMs, sourceOf })?.id;
  expect(asked([])).toBeUndefined();
  expect(asked([silence({ match: { rule: 'web-*' } })])).toBeUndefined();
  expect(asked([silence({ from: '2026-03-01T11:30:00.000Z' })])).toBeUndefined();
  expect(asked([silence({ until: '2026-03-01T10:30:00.000Z' })])).toBeUndefined();
  expect(asked([silence()])).toBe('s1');
});

test('of several the one that lasts longest is named', () => {
  const longer = silence({ id: 's2', until: '2026-03-01T13:00:00.000Z' });
  const other = silence({ id: 's3', until: '2026-03-01T14:00:00.000Z', match: { rule: 'web' } });
  const asked = { nowMs: at('2026-03-01T11:00:00Z'), sourceOf };
  expect(silencedBy(ssh, [silence(), longer, other], asked)?.id).toBe('s2');
});

test('one that is ended is over at once, and one that had not begun never begins', () => {
  const ended = expiredAt(silence(), '2026-03-01T11:00:00.000Z');
  expect(ended).toMatchObject({ from: '2026-03-01T10:00:00.000Z', until: '2026-03-01T11:00:00.000Z' });
  const never = expiredAt(silence(), '2026-03-01T09:00:00.000Z');
  expect(never).toMatchObject({ from: '2026-03-01T09:00:00.000Z', until: '2026-03-01T09:00:00.000Z' });
  expect(silenceState(never, at('2026-03-01T09:00:00.000Z'))).toBe('expired');
  const past = expiredAt(silence(), '2026-03-02T00:00:00.000Z');
  expect(past).toEqual(silence());
});
