import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conditionNames,
  conditionTree,
  eventFields,
  moduleOperators,
} from '../../../test/support/condition-arbitraries.ts';
import { runLibrary } from '../../../test/support/library-oracle.ts';
import { compileCondition, type Predicate } from './compile-condition.ts';
import { type Explanation, explainCondition } from './explain.ts';
import { createOperatorTable } from './operator-table.ts';

/** The long run: TOCSIN_DIFFERENTIAL_RUNS=200000 npx vitest run src/detect/match/json-rules-engine.test.ts */
const numRuns = Number(process.env['TOCSIN_DIFFERENTIAL_RUNS'] ?? 2_000);

const operators = createOperatorTable({ operators: moduleOperators });

type Tree = Readonly<Record<string, unknown>>;

function compiled(tree: Tree, conditions: Readonly<Record<string, Tree>>): Predicate {
  const result = compileCondition(tree, { operators, conditions });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

function outcomeOf(predicate: Predicate, fields: Tree): 'fires' | 'silent' | 'rejected' {
  try {
    return predicate(fields) ? 'fires' : 'silent';
  } catch {
    return 'rejected';
  }
}

function explained(
  tree: Tree,
  { named, fields }: { named: Readonly<Record<string, Tree>>; fields: Tree },
): Explanation {
  const result = explainCondition(tree, fields, { operators, conditions: named });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value.tree;
}

/** Each node that the library evaluated came to the same; what it stopped before, it left without a result. */
function expectSameResults(theirs: unknown, ours: Explanation): void {
  // The library puts a named condition in the place of the reference to it.
  const { node, result, children } = ours.node.startsWith('condition ') ? (ours.children?.[0] ?? ours) : ours;
  const library = theirs as { readonly result?: unknown } & Readonly<Record<string, unknown>>;
  // A reference that was not evaluated is still a reference.
  if (Object.hasOwn(library, 'condition')) return;
  if (library.result !== undefined) expect(result, node).toBe(library.result === true);
  const inner = library[node];
  const nodes = Array.isArray(inner) ? inner : [inner];
  for (const [index, child] of (children ?? []).entries()) expectSameResults(nodes[index], child);
}

/** Below `not`, and below an `any` of several, an error must come out exactly where the library's does. */
const isExact = (tree: Tree): boolean =>
  'not' in tree || (Array.isArray(tree['any']) && tree['any'].length > 1);

describe('a compiled condition and json-rules-engine', () => {
  test(`agree on ${numRuns} random trees and events`, { timeout: 60_000 + numRuns * 10 }, async () => {
    const seen = { fires: 0, silent: 0, rejected: 0 };
    const [first, second] = conditionNames;
    await fc.assert(
      fc.asyncProperty(
        conditionTree(conditionNames),
        fc.record({ [first]: conditionTree([]), [second]: conditionTree([first]) }),
        eventFields,
        async (tree, named, fields) => {
          const library = await runLibrary(tree, fields, named);
          seen[library.outcome] += 1;
          const ours = outcomeOf(compiled(tree, named), fields);
          if (isExact(tree)) expect(ours).toBe(library.outcome);
          else if (ours === 'rejected') expect(library.outcome).toBe('rejected');
          else expect(ours === 'fires').toBe(library.outcome === 'fires');
          if (library.outcome !== 'rejected')
            expectSameResults(library.conditions, explained(tree, { named, fields }));
        },
      ),
      { numRuns },
    );
    // A generator that only ever gave one answer would prove nothing.
    expect(Math.min(seen.fires, seen.silent, seen.rejected)).toBeGreaterThan(numRuns / 50);
  });
});
