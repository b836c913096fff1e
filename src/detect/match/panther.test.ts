import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasSharedData, sharedData } from '../../../test/support/shared-data.ts';
import type { Rule } from '../../shared/model/rule.ts';
import { compileMatcher } from './matcher.ts';
import type { OwnOperators } from './operator-kind.ts';

// 119 rules of panther-labs/panther-analysis in json-rules-engine's form, with 353 events and the exact set of rules
// that each fires.

interface PantherRule {
  readonly id: string;
  readonly log_types: readonly string[];
  readonly conditions: unknown;
}

interface PantherCase {
  readonly name: string;
  readonly rule: string;
  readonly log_type: string;
  readonly fires: readonly string[];
  /** Rules whose answer the original leaves open for this event. */
  readonly undefined: readonly string[];
  readonly event: Readonly<Record<string, unknown>>;
}

/** Panther's operators; two of them take the names of tocsin's own. */
const operators: OwnOperators = {
  isNull: (value, expected) => (value === undefined || value === null) === expected,
  truthy: (value, expected) => isTruthy(value) === expected,
  containsOrSubstring: (value, part) =>
    (Array.isArray(value) || typeof value === 'string') && value.includes(part as string),
  startsWith: (value, part) => typeof value === 'string' && value.startsWith(String(part)),
  endsWith: (value, part) => typeof value === 'string' && value.endsWith(String(part)),
};

/** Python's truth: empty collections are false. */
function isTruthy(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

const isHere = hasSharedData('panther');
const read = (name: string): string =>
  isHere ? readFileSync(join(sharedData, 'panther', name), 'utf8') : '';
const rules = JSON.parse(read('rules.json') || '[]') as readonly PantherRule[];
const cases = read('cases.ndjson')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as PantherCase);

const toRule = ({ id, log_types: sources, conditions }: PantherRule): Rule => ({
  id,
  title: id,
  description: '',
  severity: 'medium',
  status: 'production',
  tags: [],
  references: [],
  runbook: '',
  falsePositives: [],
  sources,
  conditions,
  exceptions: [],
  groupBy: [],
  missingGroup: 'null',
  dedupMs: 0,
  notify: [],
  remediation: [],
  alert: true,
  hash: id,
  origin: { file: 'rules.json', path: '$' },
});

describe.skipIf(!isHere)('the Panther rules', () => {
  const errors: string[] = [];
  const { matcher, faults } = compileMatcher(rules.map(toRule), {
    operators,
    onError: (ruleId, error) => errors.push(`${ruleId}: ${String(error)}`),
  });

  test('all compile', () => {
    expect(faults).toEqual([]);
    expect([rules.length, cases.length]).toEqual([119, 353]);
  });

  test.each(cases.map((each, index) => ({ ...each, index })))('$index $rule: $name', (each) => {
    const position = { topic: 'panther', partition: 0, offset: each.index, index: 0 };
    const event = {
      fields: each.event,
      timeMs: 0,
      timeOrigin: 'field',
      source: each.log_type,
      position,
      weight: 1,
    } as const;
    const open = new Set(each.undefined);
    const fired = matcher.match(event).map((match) => match.ruleId);
    expect(fired.filter((id) => !open.has(id)).sort()).toEqual(
      each.fires.filter((id) => !open.has(id)).sort(),
    );
    expect(errors).toEqual([]);
  });
});
