import { describe, expect, test } from 'vitest';
import { sampleRule } from '../../../../test/support/sample-rule.ts';
import type { LogEvent } from '../../../shared/model/log-event.ts';
import type { Rule } from '../../../shared/model/rule.ts';
import { explainAskedCondition } from '../explain.ts';
import { compileMatcher } from '../matcher.ts';
import { createOperatorTable } from '../operator-table.ts';
import { eventsAtOnce } from './ask-events.ts';
import type { OwnFacts } from './own-fact.ts';

const rule = (id: string, more: Partial<Rule>): Rule =>
  sampleRule({ id, groupBy: [], remediation: [], exceptions: [], ...more });

const event = (fields: Readonly<Record<string, unknown>>, offset = 0): LogEvent => ({
  fields,
  timeMs: 1_000,
  timeOrigin: 'field',
  source: 'auth',
  position: { topic: 't', partition: 0, offset, index: 0 },
  weight: 1,
});

const is = (fact: string, value: unknown, more: object = {}): object => ({
  fact,
  operator: 'equal',
  value,
  ...more,
});

/** What the rules match after own facts were asked, and what was reported meanwhile. */
async function matchAll(
  rules: readonly Rule[],
  facts: OwnFacts,
  events: readonly LogEvent[],
): Promise<{ found: string[][]; errors: string[] }> {
  const errors: string[] = [];
  const { matcher, faults } = compileMatcher(rules, {
    facts,
    onError: (id, error) => errors.push(`${id}: ${error instanceof Error ? error.message : String(error)}`),
  });
  expect(faults).toEqual([]);
  await matcher.prepare?.(events);
  return { found: events.map((each) => matcher.match(each).map(({ ruleId }) => ruleId)), errors };
}

describe('own facts', () => {
  test('may be synchronous or not, and see the fields, other own facts, and params', async () => {
    const facts: OwnFacts = {
      double: async (params, almanac) =>
        Number(await almanac.factValue(String(params['of']))) * Number(await almanac.factValue('two')),
      two: () => 2,
      user: async (_, almanac) => ({ name: await almanac.factValue('source.user'), roles: ['dev'] }),
    };
    const rules = [
      rule('params', { conditions: { all: [is('double', 42, { params: { of: 'a.b' } })] } }),
      rule('path', { conditions: { all: [is('user', 'ada', { path: '$.name' })] } }),
      rule('right', { conditions: { any: [is('a.b', { fact: 'double', params: { of: 'a.c' } })] } }),
      rule('plain', { conditions: { all: [is('a.b', 21)] } }),
    ];
    const events = [event({ a: { b: 21, c: 10.5 }, 'source.user': 'ada' }), event({ a: { b: 20 } })];
    expect(await matchAll(rules, facts, events)).toEqual({
      found: [['params', 'path', 'right', 'plain'], []],
      errors: [],
    });
  });

  test('are asked once an event for each params, and only where the event alone does not decide', async () => {
    const calls: unknown[] = [];
    const facts: OwnFacts = {
      known: async (params) => {
        calls.push(params);
        return true;
      },
    };
    const asks = is('known', true, { params: { a: 1 } });
    const rules = [
      rule('r1', { conditions: { all: [is('kind', 'dns'), asks] } }),
      rule('r2', { conditions: { all: [is('kind', 'dns'), { not: { any: [is('mute', 1), asks] } }] } }),
      rule('r3', { conditions: { any: [asks, is('kind', 'dns')] } }),
    ];
    const dns = await matchAll(rules.slice(0, 2), facts, [
      event({ kind: 'dns' }),
      event({ kind: 'http' }),
      event({ kind: 'dns', mute: 1 }),
    ]);
    expect(dns.found).toEqual([['r1'], [], ['r1']]);
    expect(calls).toEqual([{ a: 1 }, { a: 1 }]);
    expect((await matchAll(rules.slice(2), facts, [event({})])).found).toEqual([['r3']]);
    expect(calls.length).toBe(3);
  });

  test('that fail let their rule not match, are reported, and stop no other rule', async () => {
    const facts: OwnFacts = {
      broken: () => {
        throw new RangeError('at once');
      },
      refused: async () => Promise.reject(new Error('later')),
    };
    const rules = [
      rule('a', { conditions: { not: is('broken', 1) } }),
      rule('b', { conditions: { any: [is('refused', 1), is('k', 1)] } }),
      rule('c', { conditions: { all: [is('k', 1)] } }),
    ];
    const { found, errors } = await matchAll(rules, facts, [event({ k: 1 })]);
    expect(found).toEqual([['c']]);
    expect(errors).toEqual(['a: at once', 'b: later']);
  });

  test('are in exceptions and numerators too, and asked only where the rule matches', async () => {
    let calls = 0;
    const facts: OwnFacts = {
      trusted: async (_, almanac) => {
        calls += 1;
        return (await almanac.factValue('ip')) === '10.0.0.1';
      },
    };
    const exceptions = [{ conditions: { all: [is('trusted', true)] }, reason: 'ours' }];
    const rules = [rule('r', { conditions: { all: [is('k', 1)] }, exceptions })];
    const events = [event({ k: 1, ip: '10.0.0.1' }), event({ k: 1, ip: '192.0.2.1' }), event({ k: 2 })];
    expect((await matchAll(rules, facts, events)).found).toEqual([[], ['r'], []]);
    expect(calls).toBe(2);
  });

  test('hide fields of their name: an attacker does not answer for them', async () => {
    const rules = [rule('r', { conditions: { all: [is('score', 0)] } })];
    expect((await matchAll(rules, { score: () => 99 }, [event({ score: 0 })])).found).toEqual([[]]);
  });

  test('are asked about so many events at once and no more', async () => {
    let [open, most] = [0, 0];
    const facts: OwnFacts = {
      slow: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return true;
      },
    };
    const events = Array.from({ length: 3 * eventsAtOnce }, (_, n) => event({ n }, n));
    const { found } = await matchAll([rule('r', { conditions: { all: [is('slow', true)] } })], facts, events);
    expect(found.every((ids) => ids.length === 1)).toBe(true);
    expect(most).toBe(eventsAtOnce);
  });

  test('cost nothing where no rule asks them', () => {
    const { matcher } = compileMatcher([rule('r', { conditions: { all: [is('k', 1)] } })], {
      facts: { unused: () => 1 },
    });
    expect(matcher.prepare).toBeUndefined();
  });

  test('are explained with their answers', async () => {
    const facts: OwnFacts = {
      score: async (params) => Number(params['base']) + 1,
      down: () => Promise.reject(new Error('no answer')),
    };
    const tree = { any: [is('score', 8, { params: { base: 7 } }), is('down', 1)] };
    const explained = await explainAskedCondition(tree, {}, { operators: createOperatorTable(), facts });
    expect(explained).toMatchObject({
      ok: true,
      value: {
        matches: false,
        tree: {
          children: [
            { result: true, seen: 8 },
            { result: false, error: 'no answer' },
          ],
        },
      },
    });
  });

  test('with wrong params or paths are faults of the rule', () => {
    const bad = (more: object): Rule => rule('r', { conditions: { all: [is('f', 1, more)] } });
    const faultOf = (each: Rule): unknown => compileMatcher([each], { facts: { f: () => 1 } }).faults[0];
    expect(faultOf(bad({ params: 5 }))).toMatchObject({ path: '$.conditions.all[0].params' });
    expect(faultOf(bad({ path: '$[?(@.a)]' }))).toMatchObject({ path: '$.conditions.all[0].path' });
  });
});
