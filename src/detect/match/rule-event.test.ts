import { describe, expect, test } from 'vitest';
import { sampleRule } from '../../../test/support/sample-rule.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { RuleEvent } from '../../shared/model/rule.ts';
import { compileMatcher } from './matcher.ts';
import type { OwnFacts } from './own-facts/own-fact.ts';
import { checkRuleEvent } from './rule-event.ts';

const fields = { user: { name: 'ada', roles: ['dev', 'admin'] }, 'id.orig_h': '192.0.2.1' };
const event: LogEvent = {
  fields,
  timeMs: 0,
  timeOrigin: 'record',
  source: 's',
  position: { topic: 't', partition: 0, offset: 0, index: 0 },
  weight: 1,
};
const match = (ruleId: string): Match => ({ ruleId, group: { key: '[]', values: {} }, event });

async function fill(written: RuleEvent | undefined, facts: OwnFacts = {}): Promise<RuleEvent | undefined> {
  const rule = sampleRule({ id: 'r', ...(written === undefined ? {} : { event: written }) });
  return compileMatcher([rule], { facts }).fillEvent(match('r'));
}

describe('what a rule emits', () => {
  test('has the values of the facts that its params name, and all else as it is written', async () => {
    const params = {
      who: { fact: 'user.name' },
      role: { fact: 'user', path: '$.roles[1]' },
      from: { fact: 'id.orig_h' },
      missing: { fact: 'nobody' },
      deeper: { name: { fact: 'user.name' } },
      list: [{ fact: 'user.name' }],
      text: 'as it is',
      nothing: null,
    };
    expect(await fill({ type: 'x', params })).toEqual({
      type: 'x',
      params: { ...params, who: 'ada', role: 'admin', from: '192.0.2.1', missing: undefined },
    });
    expect(params.who).toEqual({ fact: 'user.name' });
  });

  test('is nothing where the rule is no rule of the library', async () => {
    expect(await fill(undefined)).toBeUndefined();
    expect(await fill({ type: 'x' })).toEqual({ type: 'x' });
  });

  test('asks own facts once an event for each params, and rejects with what one throws', async () => {
    const asked: unknown[] = [];
    const facts: OwnFacts = {
      reputation: async (params, almanac) => {
        asked.push(params['of']);
        return `${await almanac.factValue(String(params['of']))}!`;
      },
      broken: () => Promise.reject(new RangeError('no service')),
    };
    const ask = { fact: 'reputation', params: { of: 'user.name' } };
    expect(await fill({ type: 'x', params: { a: ask, b: ask } }, facts)).toEqual({
      type: 'x',
      params: { a: 'ada!', b: 'ada!' },
    });
    expect(asked).toEqual(['user.name']);
    await expect(fill({ type: 'x', params: { a: { fact: 'broken' } } }, facts)).rejects.toThrow('no service');
  });
});

test('facts that cannot be read are faults, with their places', () => {
  const params = {
    a: { fact: '__proto__.x' },
    b: { fact: 'user', path: '$[?(@.admin)]' },
    c: { fact: 5 },
    d: { fact: 'user' },
  };
  expect(checkRuleEvent({ type: 'x', params })).toEqual([
    { path: '$.event.params.a.fact', message: '__proto__, constructor and prototype are never followed' },
    { path: '$.event.params.b.path', message: 'filter and script expressions are not evaluated' },
    { path: '$.event.params.c.fact', message: 'a fact must be the name of a field' },
  ]);
});
