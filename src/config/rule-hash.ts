import { hash } from 'node:crypto';
import { isSigmaConditions, type SigmaConditions, type SigmaDetection } from '../detect/sigma/sigma-rule.ts';
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
  const others = {
    dedupMs,
    // Who excepted an event and why changes nothing about what is found.
    exceptions: exceptions.map((exception) => [exception.conditions, exception.expiresAtMs ?? null]),
    groupBy,
    missingGroup,
    sources: sources === undefined ? null : [...sources].sort(),
    window: window ?? null,
  };
  const written = isSigmaConditions(conditions) ? sigmaJson(conditions) : canonicalJson(conditions);
  return hash('sha256', `{"conditions":${written},${canonicalJson(others).slice(1)}`).slice(0, 16);
}

/** `canonicalJson` of conditions in Sigma, in half the time: they are read so that all but selections are in the order of names. */
export const sigmaJson = ({ sigma }: SigmaConditions): string =>
  `{"sigma":[${sigma
    .map(
      ({ detection, filters, logsource }) =>
        `{"detection":${detectionJson(detection)},"filters":[${filters.map(detectionJson).join(',')}],"logsource":${JSON.stringify(logsource)}}`,
    )
    .join(',')}]}`;

function detectionJson({ condition, selections }: SigmaDetection): string {
  const named = Object.keys(selections)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(selections[name])}`);
  return `{"condition":${JSON.stringify(condition)},"selections":{${named.join(',')}}}`;
}

/** The hash of a rule whose matches are firings of others: it changes when what those find changes. */
export const hashWithInputs = (own: string, inputs: readonly string[]): string =>
  hash('sha256', canonicalJson([own, ...inputs])).slice(0, 16);
