import fc from 'fast-check';
import { expect } from 'vitest';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import type { OwnOperators } from '../../src/detect/match/operator-kind.ts';
import type { OwnFacts } from '../../src/detect/match/own-facts/own-fact.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import {
  conditionNames,
  conditionTree,
  eventFields,
  eventParams,
  moduleOperators,
} from './condition-arbitraries.ts';
import { type LibraryOutcome, type LibraryRule, runLibrary } from './library-oracle.ts';
import { sampleRule } from './sample-rule.ts';

// The same rules on the same event, by json-rules-engine and by tocsin, with what either called.

export type Tree = Readonly<Record<string, unknown>>;
export type Named = Readonly<Record<string, Tree>>;

/** Calls of own operators and own facts, in words. */
export class Calls {
  readonly operators: string[] = [];
  readonly facts: string[] = [];
}

/** The module's operators, which write down that they were called. */
export const countedOperators = (calls: Calls): OwnOperators =>
  Object.fromEntries(
    Object.entries(moduleOperators).map(([name, operator]) => [
      name,
      (factValue: unknown, value: unknown) => {
        calls.operators.push(name);
        return operator(factValue, value);
      },
    ]),
  );

/** One asks for a field by its params, at once or later; the other fails, at once or later. */
export const countedFacts = (calls: Calls, isLate: boolean): OwnFacts => ({
  asked: (params, almanac) => {
    calls.facts.push(`asked ${JSON.stringify(params)}`);
    const field = typeof params['of'] === 'string' ? params['of'] : 'a';
    return isLate ? Promise.resolve().then(() => almanac.factValue(field)) : almanac.factValue(field);
  },
  failing: (params) => {
    calls.facts.push(`failing ${JSON.stringify(params)}`);
    if (Object.keys(params).length === 0) return isLate ? Promise.resolve(5) : 5;
    if (isLate) return Promise.reject(new RangeError('later'));
    throw new RangeError('at once');
  },
});

export interface Case {
  readonly rules: readonly LibraryRule[];
  readonly named: Named;
  readonly fields: Tree;
  readonly isLate: boolean;
}

interface Ours {
  readonly fired: readonly string[];
  readonly errors: ReadonlyMap<string, Error>;
  /** What the rules that fired emitted, by name. */
  readonly events: ReadonlyMap<string, object>;
}

/** The same by tocsin, through index and all. */
async function runOurs(
  { rules, named, fields }: Case,
  own: { operators: OwnOperators; facts: OwnFacts },
): Promise<Ours> {
  const errors = new Map<string, Error>();
  const { matcher, faults, fillEvent } = compileMatcher(
    rules.map(({ name, conditions, params }) =>
      sampleRule({
        id: name,
        conditions,
        groupBy: [],
        remediation: [],
        exceptions: [],
        event: { type: name, ...(params === undefined ? {} : { params }) },
      }),
    ),
    { ...own, conditions: named, onError: (id, error) => errors.set(id, error as Error) },
  );
  expect(faults).toEqual([]);
  const event: LogEvent = {
    fields,
    timeMs: 0,
    timeOrigin: 'record',
    source: 's',
    position: { topic: 't', partition: 0, offset: 0, index: 0 },
    weight: 1,
  };
  await matcher.prepare?.([event]);
  const matches = matcher.match(event);
  const events = new Map<string, object>();
  for (const match of matches) events.set(match.ruleId, (await fillEvent(match)) ?? {});
  return { fired: matches.map(({ ruleId }) => ruleId), errors, events };
}

const [first, second] = conditionNames;

export const cases = (ruleCount: number, asks: number): fc.Arbitrary<Case> =>
  fc
    .record({
      trees: fc.array(conditionTree(conditionNames, asks), { minLength: 1, maxLength: ruleCount }),
      priorities: fc.array(fc.constantFrom(1, 1, 2, 10), { minLength: ruleCount, maxLength: ruleCount }),
      named: fc.record({ [first]: conditionTree([], asks), [second]: conditionTree([first], asks) }),
      fields: eventFields,
      isLate: fc.boolean(),
    })
    .map(({ trees, priorities, ...rest }) => ({
      ...rest,
      rules: trees.map((conditions, n) => ({ name: `r${n}`, conditions, priority: priorities[n] ?? 1 })),
    }));

/** The same with events whose params name facts. */
export const casesWithParams = (ruleCount: number): fc.Arbitrary<Case> =>
  fc
    .record({
      base: cases(ruleCount, 0),
      params: fc.array(eventParams, { minLength: ruleCount, maxLength: ruleCount }),
    })
    .map(({ base, params }) => ({
      ...base,
      rules: base.rules.map((rule, n) => ({ ...rule, params: params[n] ?? {} })),
    }));

interface Compared {
  readonly library: LibraryOutcome;
  readonly ours: Ours;
  readonly libraryCalls: Calls;
  readonly ourCalls: Calls;
}

export async function runBoth(each: Case): Promise<Compared> {
  const [libraryCalls, ourCalls] = [new Calls(), new Calls()];
  const before = structuredClone([each.rules, each.named, each.fields]);
  const ours = await runOurs(each, {
    operators: countedOperators(ourCalls),
    facts: countedFacts(ourCalls, each.isLate),
  });
  // Nothing that was given is changed.
  expect([each.rules, each.named, each.fields]).toEqual(before);
  const library = await runLibrary({
    ...each,
    operators: countedOperators(libraryCalls),
    facts: countedFacts(libraryCalls, each.isLate),
  });
  return { library, ours, libraryCalls, ourCalls };
}
