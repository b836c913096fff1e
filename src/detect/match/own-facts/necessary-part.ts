import type { EventFields } from '../../../shared/model/log-event.ts';
import { compileNested } from '../compile-condition.ts';
import type { ConditionNode } from '../condition-node.ts';
import { usesOwnFacts } from './uses-own-facts.ts';

type Test = (fields: EventFields) => boolean;

/**
 * What can be said of conditions from the event alone: false only where the rule cannot fire, whatever own facts answer,
 * so that they need not be asked. A comparison that throws says nothing here: json-rules-engine may never come to it.
 */
export function compileNecessaryPart(root: ConditionNode): Test {
  return mayHold(root) ?? (() => true);
}

/** False only where the node is surely not truthy; undefined where nothing is known. */
function mayHold(node: ConditionNode): Test | undefined {
  if (!usesOwnFacts(node)) return judged(node, { whenThrown: true });
  switch (node.kind) {
    case 'leaf':
      return undefined;
    case 'reference':
      return mayHold(node.target);
    case 'not':
      return negated(surelyHolds(node.child));
    case 'all':
      return every(node.children.map(mayHold).filter((test) => test !== undefined));
    case 'any':
      return someOf(node.children.map(mayHold));
  }
}

/** True only where the node is surely `true`, or throws; undefined where nothing is known. */
function surelyHolds(node: ConditionNode): Test | undefined {
  if (!usesOwnFacts(node)) return judged(node, { whenThrown: false });
  switch (node.kind) {
    case 'leaf':
      return undefined;
    case 'reference':
      return surelyHolds(node.target);
    case 'not':
      return negated(mayHold(node.child));
    case 'all': {
      const tests = node.children.map(surelyHolds);
      return tests.includes(undefined) ? undefined : every(tests.filter((test) => test !== undefined));
    }
    case 'any':
      return some(node.children.map(surelyHolds).filter((test) => test !== undefined));
  }
}

/** Truthy may be enough to hold, but only `true` surely does: own operators may return anything. */
function judged(node: ConditionNode, { whenThrown }: { readonly whenThrown: boolean }): Test {
  const { test } = compileNested(node, false);
  return (fields) => {
    try {
      const result = test(fields);
      return whenThrown ? Boolean(result) : result === true;
    } catch {
      return whenThrown;
    }
  };
}

const negated = (test: Test | undefined): Test | undefined =>
  test === undefined ? undefined : (fields) => !test(fields);

const every =
  (tests: readonly Test[]): Test =>
  (fields) =>
    tests.every((test) => test(fields));

const some = (tests: readonly Test[]): Test | undefined =>
  tests.length === 0 ? undefined : (fields) => tests.some((test) => test(fields));

/** An `any` may hold where one child may; nothing is known where nothing is known of one. */
const someOf = (tests: readonly (Test | undefined)[]): Test | undefined =>
  tests.includes(undefined) ? undefined : some(tests.filter((test) => test !== undefined));
