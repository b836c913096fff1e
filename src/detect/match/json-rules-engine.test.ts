import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Engine } from 'json-rules-engine';
import { describe, expect, test } from 'vitest';
import { moduleOperators, ownFactNames } from '../../../test/support/condition-arbitraries.ts';
import {
  Calls,
  type Case,
  cases,
  casesWithParams,
  countedFacts,
  countedOperators,
  runBoth,
  type Tree,
} from '../../../test/support/differential-run.ts';
import type { LibraryOutcome } from '../../../test/support/library-oracle.ts';
import { sampleRule } from '../../../test/support/sample-rule.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import { compileCondition } from './compile-condition.ts';
import { type ConditionExplanation, type Explanation, explainAskedCondition } from './explain.ts';
import { compileMatcher } from './matcher.ts';
import { createOperatorTable } from './operator-table.ts';
import type { OwnFacts } from './own-facts/own-fact.ts';

// The library is the oracle of what conditions mean; where tocsin differs, docs/rules.md says so.

/** The long run: TOCSIN_DIFFERENTIAL_RUNS=200000 npx vitest run src/detect/match/json-rules-engine.test.ts */
const numRuns = Number(process.env['TOCSIN_DIFFERENTIAL_RUNS'] ?? 1_000);

const asksFacts = (tree: unknown): boolean => {
  const text = JSON.stringify(tree);
  return ownFactNames.some((name) => text.includes(`"fact":"${name}"`));
};

async function explained(tree: Tree, { named, fields, isLate }: Case): Promise<ConditionExplanation> {
  const calls = new Calls();
  const operators = createOperatorTable({ operators: countedOperators(calls) });
  const facts = countedFacts(calls, isLate);
  const result = await explainAskedCondition(tree, fields, { operators, facts, conditions: named });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

/** Each node that the library evaluated came to the same, of the same values; what it stopped before has no result there. */
function expectSameResults(theirs: unknown, ours: Explanation): void {
  // The library puts a named condition in the place of the reference to it.
  const said = ours.node.startsWith('condition ') ? (ours.children?.[0] ?? ours) : ours;
  const { node, result, children } = said;
  const library = theirs as Tree;
  // A reference that was not evaluated is still a reference.
  if (Object.hasOwn(library, 'condition')) return;
  if (library['result'] !== undefined) {
    expect(result, node).toBe(library['result'] === true);
    if (children === undefined) {
      expect(isDeepStrictEqual(said.seen, library['factResult']), node).toBe(true);
      if ('comparedWith' in said)
        expect(isDeepStrictEqual(said.comparedWith, library['valueResult']), node).toBe(true);
    }
  }
  const inner = library[node];
  const nodes = Array.isArray(inner) ? inner : [inner];
  for (const [index, child] of (children ?? []).entries()) expectSameResults(nodes[index], child);
}

const errorsIn = ({ error, children }: Explanation): string[] => [
  ...(error === undefined ? [] : [error]),
  ...(children ?? []).flatMap(errorsIn),
];

/** What the compiled conditions throw without an index before them. */
function errorOf(tree: Tree, { named, fields }: Case): Error | undefined {
  const operators = createOperatorTable({ operators: moduleOperators });
  const compiled = compileCondition(tree, { operators, conditions: named });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.failure));
  try {
    compiled.value(fields);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Below `not`, and below an `any` of several, an error must come out exactly where the library's does. */
const isExact = (tree: Tree): boolean =>
  'not' in tree || (Array.isArray(tree['any']) && tree['any'].length > 1);

/** A generator that only ever gave one answer would prove nothing. */
class Tally {
  readonly seen = { fires: 0, silent: 0, rejected: 0 };

  add({ fired, silent, error }: LibraryOutcome): void {
    this.seen.fires += fired.length;
    this.seen.silent += silent.length;
    if (error !== undefined) this.seen.rejected += 1;
  }

  expectAll(): void {
    expect(Math.min(...Object.values(this.seen))).toBeGreaterThan(numRuns / 50);
  }
}

/** Only a run that hangs is to end: on a machine with much else to do the long run takes hours. */
const timeout = 900_000 + numRuns * 200;

describe('compiled conditions and json-rules-engine', () => {
  test(`agree on ${numRuns} random trees and events: result, leaves, values, errors`, {
    timeout,
  }, async () => {
    const tally = new Tally();
    await fc.assert(
      fc.asyncProperty(cases(1, 0), async (each) => {
        const { library, ours, libraryCalls, ourCalls } = await runBoth(each);
        tally.add(library);
        const tree = each.rules[0]?.conditions ?? {};
        expect(ours.fired).toEqual(library.fired);
        const error = ours.errors.get('r0');
        if (error !== undefined) expect(library.error).toBeDefined();
        const { tree: said } = await explained(tree, each);
        const seen = { library: library.error, possible: errorsIn(said) };
        // The index may know beforehand that a rule does not fire, and then nothing of it is evaluated.
        expectSameError({ ...seen, ours: error, isExact: false });
        expectSameError({ ...seen, ours: errorOf(tree, each), isExact: isExact(tree) });
        const conditions = library.conditions.get('r0');
        if (library.error === undefined) expectSameResults(conditions, said);
        // Evaluation stops as soon as the result is known, so operators are called as often as there or less.
        expect(ourCalls.operators.length).toBeLessThanOrEqual(libraryCalls.operators.length);
      }),
      { numRuns },
    );
    tally.expectAll();
  });

  test(`agree on ${Math.ceil(numRuns / 2)} runs of several rules: who fires, whatever becomes of the others`, {
    timeout,
  }, async () => {
    const tally = new Tally();
    await fc.assert(
      fc.asyncProperty(cases(5, 0), async (each) => {
        const { library, ours } = await runBoth(each);
        tally.add(library);
        expect([...ours.fired].sort()).toEqual(Array.from(library.fired).sort());
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
    tally.expectAll();
  });

  test(`agree on ${numRuns} runs with own facts: who fires, what facts are asked and how often`, {
    timeout,
  }, async () => {
    const tally = new Tally();
    let skipped = 0;
    await fc.assert(
      fc.asyncProperty(cases(1, 4), async (each) => {
        const { library, ours, libraryCalls, ourCalls } = await runBoth(each);
        tally.add(library);
        expect(ours.fired).toEqual(library.fired);
        const [rule] = each.rules;
        if (rule === undefined || !asksFacts([rule.conditions, each.named])) return;
        const { tree } = await explained(rule.conditions, each);
        if (library.error === undefined) expectSameResults(library.conditions.get('r0'), tree);
        const error = ours.errors.get('r0');
        expectSameError({ library: library.error, ours: error, possible: errorsIn(tree), isExact: false });
        // Where the event alone decides, no fact is asked.
        if (ourCalls.facts.length === 0 && libraryCalls.facts.length > 0) {
          skipped += 1;
          expect(library.fired).toEqual([]);
        } else expect([...ourCalls.facts].sort()).toEqual(Array.from(libraryCalls.facts).sort());
      }),
      { numRuns },
    );
    tally.expectAll();
    expect(skipped).toBeGreaterThan(numRuns / 100);
  });

  test(`agree on ${Math.ceil(numRuns / 2)} runs of rules with params: what is emitted, with what facts were replaced`, {
    timeout,
  }, async () => {
    let replaced = 0;
    await fc.assert(
      fc.asyncProperty(casesWithParams(3), async (each) => {
        const { library, ours, ourCalls, libraryCalls } = await runBoth(each);
        expect(Array.from(ours.events.keys()).sort()).toEqual(Array.from(library.events.keys()).sort());
        for (const [name, event] of library.events) {
          expect(isDeepStrictEqual(ours.events.get(name), event), name).toBe(true);
          replaced += JSON.stringify(each.rules).includes('"fact"') ? 1 : 0;
        }
        // The library asks for the params of rules that do not fire, too.
        expect(ourCalls.facts.filter((call) => !libraryCalls.facts.includes(call))).toEqual([]);
        expect(new Set(ourCalls.facts).size).toBe(ourCalls.facts.length);
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
    expect(replaced).toBeGreaterThan(numRuns / 50);
  });

  test('are judged alone: two runs at once on one engine make the library skip a rule, and no event makes tocsin', async () => {
    const slow: OwnFacts = {
      slow: async (_, almanac) => {
        for (let nth = Number(await almanac.factValue('wait')); nth > 0; nth -= 1)
          await new Promise((resolve) => setImmediate(resolve));
        return true;
      },
    };
    const isSlow = { all: [{ fact: 'slow', operator: 'equal', value: true }] };
    const engine = new Engine();
    engine.addFact('slow', (params, almanac) => slow['slow']?.(params, almanac));
    for (const [name, priority] of Object.entries({ high: 2, low: 1 }))
      engine.addRule({ name, priority, conditions: isSlow, event: { type: name } });
    const runs = await Promise.all([1, 20].map((wait) => engine.run({ wait })));
    const fired = runs.map(({ events }) => events.map(({ type }) => type));
    expect(fired).toEqual([['high', 'low'], ['high']]);
    const rules = ['high', 'low'].map((id) =>
      sampleRule({ id, conditions: isSlow, groupBy: [], remediation: [] }),
    );
    const { matcher } = compileMatcher(rules, { facts: slow });
    const events = [1, 20].map(
      (wait, offset): LogEvent => ({
        fields: { wait },
        timeMs: 0,
        timeOrigin: 'record',
        source: 's',
        position: { topic: 't', partition: 0, offset, index: 0 },
        weight: 1,
      }),
    );
    await matcher.prepare?.(events);
    for (const event of events)
      expect(matcher.match(event).map(({ ruleId }) => ruleId)).toEqual(['high', 'low']);
  });
});

interface Errors {
  readonly library: Error | undefined;
  readonly ours: Error | undefined;
  /** What the leaves may throw, each for itself. */
  readonly possible: readonly string[];
  readonly isExact: boolean;
}

/** Of several errors at once the library's promises decide which comes out; of one it must be that one. */
function expectSameError({ library, ours, possible, isExact: mustThrow }: Errors): void {
  if (ours !== undefined) {
    expect(library).toBeDefined();
    expect(possible).toContain(ours.message);
  }
  if (library === undefined) return;
  expect(possible).toContain(library.message);
  if (mustThrow) expect(ours).toBeDefined();
  if (ours !== undefined && new Set(possible).size === 1) {
    expect(ours.message).toBe(library.message);
    expect(ours.name).toBe(library.name);
  }
}
