import { expect, test } from 'vitest';
import { conditionCost } from './condition-cost.ts';
import { createOperatorTable } from './operator-table.ts';
import { parseCondition } from './parse-condition.ts';

const cost = (tree: unknown): number => {
  const parsed = parseCondition({ all: [tree] }, { operators: createOperatorTable() });
  return parsed.ok ? conditionCost(parsed.value) : Number.NaN;
};
const leaf = (operator: string, value: unknown): object => ({ fact: 'a', operator, value });

test('the cheapest first: equality, decorated, networks, patterns, several of them', () => {
  const ordered = [
    leaf('equal', 1),
    leaf('someValue:endsWith', ['x']),
    leaf('cidr', '10.0.0.0/8'),
    leaf('matches', 'x'),
    { not: { any: [leaf('matches', 'x'), leaf('matches', 'y')] } },
  ].map(cost);
  expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
  expect(new Set(ordered).size).toBe(ordered.length);
});
