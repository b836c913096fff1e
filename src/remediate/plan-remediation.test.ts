import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { change, hostileIncident, sampleIncident } from '../../test/support/sample-incident.ts';
import { sampleRule } from '../../test/support/sample-rule.ts';
import { isoToMs } from '../shared/iso-to-ms.ts';
import type { RemediationSpec } from '../shared/model/rule.ts';
import { commandIds, planRemediation, remediationDefaults } from './plan-remediation.ts';

const options = {
  ...remediationDefaults,
  topic: 'tocsin.remediation',
  source: 'urn:tocsin:test',
  encode: (text: string): Uint8Array => Buffer.from(text),
};
const decode = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString();
const seenMs = isoToMs('2026-03-01T10:03:00.000Z');

describe('an incident that opens', () => {
  const rule = sampleRule();
  const { commands, refusals } = planRemediation(change('opened'), rule, options);
  const [planned] = commands;

  test('proposes what its rule asks for, as an OpenC2 command', () => {
    expect(refusals).toEqual([]);
    expect(JSON.parse(decode(planned!.record.value))).toEqual({
      action: 'deny',
      target: { ipv4_net: '203.0.113.7' },
      args: { start_time: seenMs, duration: 3_600_000, response_requested: 'complete' },
      command_id: '5f2c0a9be1d34c77-0',
    });
  });

  test('says that it is no order, about what, and until when', () => {
    const headers = Object.fromEntries(planned!.record.headers.map(([name, value]) => [name, decode(value)]));
    expect(headers).toEqual({
      'tocsin-mode': 'propose',
      'tocsin-incident': '5f2c0a9be1d34c77',
      'tocsin-rule': 'ssh-brute-force',
      'tocsin-expires': '2026-03-01T11:03:00.000Z',
      ce_specversion: '1.0',
      ce_id: '5f2c0a9be1d34c77-0',
      ce_type: 'tocsin.remediation.proposed.v1',
      ce_source: 'urn:tocsin:test',
      ce_time: '2026-03-01T10:03:00.000Z',
      ce_subject: '5f2c0a9be1d34c77',
      'content-type': 'application/openc2+json;version=1.0',
    });
    expect(planned!.record).toMatchObject({ topic: 'tocsin.remediation', timestampMs: seenMs });
  });

  test('keys the command by its target, so that commands about one target keep their order', () => {
    expect(decode(planned!.record.key)).toBe('{"ipv4_net":"203.0.113.7"}');
  });

  test('names the ids that the incident lists', () => {
    expect(commands.map(({ id }) => id)).toEqual(commandIds(rule, '5f2c0a9be1d34c77'));
  });

  test('proposes the same again for the same change', () => {
    expect(planRemediation(change('opened'), rule, options)).toEqual({ commands, refusals });
  });

  test('proposes also when it was quiet before its batch was over', () => {
    const quiet = change('opened', {
      status: 'resolved',
      reason: 'quiet',
      '@timestamp': '2026-03-01T11:03:00.000Z',
    });
    expect(planRemediation(quiet, rule, options).commands[0]?.command.args.start_time).toBe(seenMs);
  });
});

describe('nothing is proposed', () => {
  test.each([
    { title: 'for an incident that goes on', of: change('updated') },
    { title: 'for one that is resolved', of: change('resolved') },
    { title: 'while its rule is a shadow', of: change('opened', { shadow: true }) },
  ])('$title', ({ of }) => {
    expect(planRemediation(of, sampleRule(), options)).toEqual({ commands: [], refusals: [] });
  });

  test.each<{ title: string; spec: Partial<RemediationSpec>; reason: string }>([
    { title: 'that OpenC2 has no action for', spec: { action: 'block' }, reason: 'unknown-action' },
    { title: 'that would have to be approved', spec: { mode: 'automatic' }, reason: 'mode-not-supported' },
    {
      title: 'whose target is missing',
      spec: { target: { ipv4_net: '{{ destination.ip }}' } },
      reason: 'value-missing',
    },
    {
      title: 'that would hit this host',
      spec: { target: { ipv4_net: '127.0.0.1' } },
      reason: 'never-target',
    },
    {
      title: 'that is too wide',
      spec: { target: { ipv4_net: '{{ source.ip }}/8' } },
      reason: 'target-too-wide',
    },
    {
      title: 'that is not what it says',
      spec: { target: { ipv6_net: '{{ source.ip }}' } },
      reason: 'target-invalid',
    },
  ])('$title, and the refusal is named', ({ spec, reason }) => {
    const good = sampleRule().remediation[0]!;
    const rule = sampleRule({ remediation: [{ ...good, ...spec }, good] });
    const { commands, refusals } = planRemediation(change('opened'), rule, options);
    expect(refusals).toMatchObject([
      { incidentId: '5f2c0a9be1d34c77', ruleId: 'ssh-brute-force', index: 0, reason },
    ]);
    expect(commands.map(({ id }) => id)).toEqual(['5f2c0a9be1d34c77-1']);
  });
});

test('a proposal without a duration is stale after a day', () => {
  const rule = sampleRule({
    remediation: [{ action: 'investigate', target: { domain_name: 'evil.example' }, mode: 'propose' }],
  });
  const [planned] = planRemediation(change('opened'), rule, options).commands;
  expect(planned?.expiresMs).toBe(seenMs + 86_400_000);
  expect(planned?.command.args).not.toHaveProperty('duration');
});

test('ids of commands are short and without white space, whatever the incident is called', () => {
  const rule = { remediation: Array.from({ length: 12 }, () => sampleRule().remediation[0]!) };
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (incidentId) => {
      const ids = commandIds(rule, incidentId);
      expect(new Set(ids).size).toBe(12);
      for (const id of ids) expect(id).toMatch(/^\S{1,36}$/);
    }),
  );
});

test('whatever an incident holds, only an address that may be hit is proposed', () => {
  const values = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    hostileIncident.map(({ title }) => title),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(values, (value) => {
      const incident = sampleIncident({ group: { 'source.ip': value } });
      const { commands, refusals } = planRemediation({ kind: 'opened', incident }, sampleRule(), options);
      expect(commands.length + refusals.length).toBe(1);
      for (const { command } of commands) {
        expect(command.target).toEqual({ ipv4_net: value });
        expect(value).toMatch(/^\d{1,3}(?:\.\d{1,3}){3}$/);
        expect(value).not.toMatch(/^(?:0|127|169\.254|22[4-9]|23\d)\./);
      }
    }),
  );
});
