import { describe, expect, test } from 'vitest';
import { sampleIncident } from '../../test/support/sample-incident.ts';
import { fillTarget } from './fill-target.ts';

const incident = sampleIncident({
  group: { 'source.ip': '203.0.113.7', nobody: null },
  evidence: [
    {
      time: '2026-03-01T10:03:00.000Z',
      position: null,
      event: {
        'source.ip': '198.51.100.9',
        user: { name: 'root', roles: ['a'] },
        process: { pid: 4242 },
        wide: '10.0.0.0/8',
        bad: 'a\u0000b',
        turned: 'a\u202eb',
        long: 'x'.repeat(3_000),
      },
    },
  ],
});

describe('a target is filled', () => {
  test.each([
    {
      title: "with the group's value before the event's",
      template: { ipv4_net: '{{ source.ip }}' },
      filled: { ipv4_net: '203.0.113.7' },
    },
    {
      title: "with the first event's value where the group has none",
      template: { 'x-acme:account': { user: '{{user.name}}' } },
      filled: { 'x-acme:account': { user: 'root' } },
    },
    {
      title: 'with a number as a number',
      template: { process: { pid: '{{ process.pid }}' } },
      filled: { process: { pid: 4242 } },
    },
    {
      title: 'with a number within text as text',
      template: { command: 'kill-{{ process.pid }}' },
      filled: { command: 'kill-4242' },
    },
    {
      title: 'with text as it was written where nothing is asked for',
      template: { features: ['pairs'] },
      filled: { features: ['pairs'] },
    },
    {
      title: 'with a prefix that the rule wrote',
      template: { ipv4_net: '{{ source.ip }}/24' },
      filled: { ipv4_net: '203.0.113.7/24' },
    },
  ])('$title', ({ template, filled }) => {
    expect(fillTarget(template, incident)).toEqual({ ok: true, value: filled });
  });
});

describe('a target is refused', () => {
  test.each([
    { title: 'when a value is missing', field: 'destination.ip', reason: 'value-missing' },
    { title: 'when a value is null', field: 'nobody', reason: 'value-missing' },
    { title: 'when a value is a list', field: 'user.roles', reason: 'value-missing' },
    { title: 'when a value would be inherited', field: 'constructor', reason: 'value-missing' },
    { title: 'when a value brings its own prefix length', field: 'wide', reason: 'hostile-value' },
    { title: 'when a value holds a control character', field: 'bad', reason: 'hostile-value' },
    { title: 'when a value turns the direction of text', field: 'turned', reason: 'hostile-value' },
    { title: 'when a value is too long', field: 'long', reason: 'hostile-value' },
  ])('$title', ({ field, reason }) => {
    expect(fillTarget({ ipv4_net: `{{ ${field} }}` }, incident)).toMatchObject({
      ok: false,
      failure: { reason },
    });
  });

  test('and a value is never read as a template again', () => {
    const twice = sampleIncident({ group: { a: '{{ b }}', b: 'secret' } });
    expect(fillTarget({ command: '{{ a }}' }, twice)).toEqual({ ok: true, value: { command: '{{ b }}' } });
  });
});
