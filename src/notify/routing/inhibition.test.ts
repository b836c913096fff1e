import { expect, test } from 'vitest';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { Inhibitions, type InhibitRule } from './inhibition.ts';

const incident = (id: string, rule: string, parts: Partial<Incident> = {}): Incident =>
  sampleIncident({ id, rule: { id: rule, title: rule, hash: 'h' }, group: { 'user.name': 'ann' }, ...parts });

const takeover: InhibitRule = {
  name: 'takeover says it all',
  source: { rule: 'takeover' },
  target: { rule: 'failed-logins' },
  equal: ['user.name'],
};

const inhibitions = (...rules: readonly InhibitRule[]): Inhibitions =>
  new Inhibitions(rules, () => undefined);

test('an incident is inhibited while a source of the same values stands', () => {
  const known = inhibitions(takeover);
  const failed = incident('f', 'failed-logins');
  expect(known.inhibitedBy(failed)).toBeUndefined();
  known.observe(incident('t', 'takeover'));
  expect(known.inhibitedBy(failed)).toEqual({ rule: 'takeover says it all', by: 't' });
  expect(
    known.inhibitedBy(incident('f', 'failed-logins', { group: { 'user.name': 'bob' } })),
  ).toBeUndefined();
  expect(known.inhibitedBy(incident('o', 'other'))).toBeUndefined();
  known.observe(incident('t', 'takeover', { status: 'acknowledged' }));
  expect(known.inhibitedBy(failed)?.by).toBe('t');
  known.observe(incident('t', 'takeover', { status: 'resolved' }));
  expect(known.inhibitedBy(failed)).toBeUndefined();
});

test('where one of several sources is over the next one inhibits', () => {
  const known = inhibitions(takeover);
  known.observe(incident('t1', 'takeover'));
  known.observe(incident('t2', 'takeover'));
  known.observe(incident('t1', 'takeover', { status: 'merged' }));
  expect(known.inhibitedBy(incident('f', 'failed-logins'))?.by).toBe('t2');
});

test('a source whose values change inhibits others from then on', () => {
  const known = inhibitions(takeover);
  known.observe(incident('t', 'takeover'));
  known.observe(incident('t', 'takeover', { group: { 'user.name': 'bob' } }));
  expect(known.inhibitedBy(incident('f', 'failed-logins'))).toBeUndefined();
});

test('a field that both lack is equal, one that one lacks is not', () => {
  const known = inhibitions({ ...takeover, equal: ['user.name', 'host.name'] });
  known.observe(incident('t', 'takeover'));
  expect(known.inhibitedBy(incident('f', 'failed-logins'))?.by).toBe('t');
  const hosted = incident('f', 'failed-logins', { group: { 'user.name': 'ann', 'host.name': 'a' } });
  expect(known.inhibitedBy(hosted)).toBeUndefined();
});

test('values that only look equal as text are not', () => {
  const known = inhibitions({ ...takeover, equal: ['a', 'b'] });
  known.observe(incident('t', 'takeover', { group: { a: 'x","y', b: 'z' } }));
  const other = incident('f', 'failed-logins', { group: { a: 'x', b: 'y","z' } });
  expect(known.inhibitedBy(other)).toBeUndefined();
});

test('an incident that is source and target is inhibited by nothing, itself included', () => {
  const known = inhibitions({ source: { minSeverity: 'low' }, target: { minSeverity: 'low' }, equal: [] });
  known.observe(incident('a', 'x', { severity: 'high' }));
  known.observe(incident('b', 'x', { severity: 'high' }));
  expect(known.inhibitedBy(incident('b', 'x', { severity: 'high' }))).toBeUndefined();
});

test('a critical incident keeps lesser ones of the same rule quiet; the rule without a name is called by its place', () => {
  const known = inhibitions({
    source: { severity: 'critical' },
    target: { severity: ['low', 'medium'] },
    equal: ['rule'],
  });
  known.observe(incident('c', 'x', { severity: 'critical' }));
  expect(known.inhibitedBy(incident('m', 'x', { severity: 'medium' }))).toEqual({
    rule: 'inhibitRules[0]',
    by: 'c',
  });
  expect(known.inhibitedBy(incident('m', 'y', { severity: 'medium' }))).toBeUndefined();
  expect(known.inhibitedBy(incident('h', 'x', { severity: 'high' }))).toBeUndefined();
});

test('an incident of a rule on trial inhibits nobody', () => {
  const known = inhibitions(takeover);
  known.observe(incident('t', 'takeover', { shadow: true }));
  expect(known.inhibitedBy(incident('f', 'failed-logins'))).toBeUndefined();
});
