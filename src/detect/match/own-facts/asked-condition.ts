import { type Almanac, Engine, Rule } from 'json-rules-engine';
import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Predicate } from '../compile-condition.ts';
import type { ConditionNode } from '../condition-node.ts';
import { toLibraryTree } from './library-tree.ts';
import { compileNecessaryPart } from './necessary-part.ts';

/** Conditions that ask own facts: judged by json-rules-engine, before the event is matched. */
export interface AskedCondition {
  /** False only where no answer could make the conditions hold. Never throws. */
  readonly mayHold: Predicate;
  /** Judges the event, and keeps what came of it for `answer`. Resolves whatever own facts do. */
  ask(fields: EventFields, almanac: Almanac): Promise<void>;
  /** What came of it: throws what an own fact or an operator threw. False for an event that was not asked about. */
  readonly answer: Predicate;
}

/** What the library has and its types leave out: a rule judged by itself, without an engine's run and its shared status. */
interface LibraryRule {
  setEngine(engine: Engine): void;
  evaluate(almanac: Almanac): Promise<{ readonly result: unknown }>;
}

type Answer = { readonly result: boolean } | { readonly error: unknown };

/** Answers are kept as long as the event is. */
export function compileAskedCondition(node: ConditionNode): AskedCondition {
  const rule = libraryRule(node);
  const answers = new WeakMap<EventFields, Answer>();
  return {
    mayHold: compileNecessaryPart(node),
    ask: async (fields, almanac) => {
      try {
        answers.set(fields, { result: Boolean((await rule.evaluate(almanac)).result) });
      } catch (error) {
        answers.set(fields, { error });
      }
    },
    answer: (fields) => {
      const answer = answers.get(fields);
      if (answer === undefined) return false;
      if ('error' in answer) throw answer.error;
      return answer.result;
    },
  };
}

/** The library tells an engine what came of a rule; here nobody listens to it, it only has the operators. */
function libraryRule(node: ConditionNode): LibraryRule {
  const { conditions, operators, named } = toLibraryTree(node);
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const [name, test] of operators)
    engine.addOperator(name, (factValue: unknown, value: unknown) => test(factValue, value) as boolean);
  for (const [name, tree] of named) engine.setCondition(name, tree);
  const rule = new Rule({ conditions, event: { type: 'asked' } }) as unknown as LibraryRule;
  rule.setEngine(engine);
  return rule;
}
