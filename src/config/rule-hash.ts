import { hash } from 'node:crypto';
import { canonicalJson } from '../shared/canonical-json.ts';
import type { Rule } from '../shared/model/rule.ts';

/** The parts of a rule that say what it finds; title, severity, receivers and the like are not among them. */
export type RuleMeaning = Pick<
  Rule,
  'conditions' | 'exceptions' | 'groupBy' | 'missingGroup' | 'window' | 'dedupMs' | 'sources'
>;

/** 16 hexadecimal digits that change when, and only when, what the rule finds changes: sha256 of the canonical JSON. */
export function hashRule(meaning: RuleMeaning): string {
  const { conditions, exceptions, groupBy, missingGroup, window, dedupMs, sources } = meaning;
  // In the order in which it is written, which spares thousands of rules most of the work.
  const what = {
    conditions,
    dedupMs,
    // Who excepted an event and why changes nothing about what is found.
    exceptions: exceptions.map((exception) => [exception.conditions, exception.expiresAtMs ?? null]),
    groupBy,
    missingGroup,
    sources: sources === undefined ? null : [...sources].sort(),
    window: window ?? null,
  };
  return hash('sha256', canonicalJson(what)).slice(0, 16);
}

/** The hash of a rule whose matches are firings of others: it changes when what those find changes. */
export const hashWithInputs = (own: string, inputs: readonly string[]): string =>
  hash('sha256', canonicalJson([own, ...inputs])).slice(0, 16);
