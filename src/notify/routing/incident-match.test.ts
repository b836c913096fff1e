import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleIncident as incident } from '../../../test/support/sample-incident.ts';
import type { IncidentMatch } from '../../shared/model/incident-match.ts';
import { matchesIncident, sourcesOf } from './incident-match.ts';

const sourceOf = (topic: string): string | undefined => (topic === 'logs.auth' ? 'auth' : undefined);

const sample = incident({
  severity: 'high',
  rule: { id: 'ssh-brute-force', title: 'SSH', hash: 'h' },
  tags: ['attack.t1110', 'linux'],
  group: { 'source.ip': '203.0.113.7', port: 22, user: null },
  evidence: [
    {
      time: '2026-03-01T10:00:00.000Z',
      position: { topic: 'logs.auth', partition: 0, offset: 1, index: 0 },
      event: {},
    },
    {
      time: '2026-03-01T10:00:01.000Z',
      position: { topic: 'other', partition: 0, offset: 1, index: 0 },
      event: {},
    },
    { time: '2026-03-01T10:00:02.000Z', position: null, event: null },
  ],
});

const cases: readonly [IncidentMatch, boolean][] = [
  [{}, true],
  [{ severity: 'high' }, true],
  [{ severity: ['low', 'critical'] }, false],
  [{ minSeverity: 'medium' }, true],
  [{ minSeverity: 'critical' }, false],
  [{ rule: 'ssh-brute-force' }, true],
  [{ rule: 'ssh-*' }, true],
  [{ rule: '*brute*' }, true],
  [{ rule: 'ssh' }, false],
  [{ rule: ['a', '*force'] }, true],
  [{ tags: 'attack.*' }, true],
  [{ tags: ['windows', 'macos'] }, false],
  [{ source: 'auth' }, true],
  [{ source: 'web' }, false],
  [{ group: { 'source.ip': '203.0.113.*' } }, true],
  [{ group: { port: '22' } }, true],
  [{ group: { user: 'null' } }, true],
  [{ group: { 'host.name': '*' } }, false],
  [{ group: { toString: '*' } }, false],
  [{ severity: 'high', rule: 'other' }, false],
];

for (const [match, expected] of cases)
  test(`${JSON.stringify(match)} takes the sample: ${expected}`, () => {
    expect(matchesIncident(sample, match, sourceOf)).toBe(expected);
  });

test('the sources of an incident are those of its evidence, each once', () => {
  expect(sourcesOf(sample, sourceOf)).toEqual(['auth']);
});

test('a star stands for any characters, and nothing else is special', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '(', '\\'), maxLength: 6 });
  fc.assert(
    fc.property(part, part, (value, pattern) => {
      const escaped = pattern.split('*').map((one) => one.replace(/[.(\\]/g, '\\$&'));
      const expected = new RegExp(`^${escaped.join('[^]*')}$`).test(value);
      const asked = incident({ group: { field: value } });
      expect(matchesIncident(asked, { group: { field: pattern } }, sourceOf)).toBe(expected);
    }),
  );
});
