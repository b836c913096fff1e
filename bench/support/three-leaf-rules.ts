import type { LoadedEvent } from './matching-events.ts';

/** A rule both sides understand: conditions in json-rules-engine's words, with its own operators only. */
export interface BenchRule {
  readonly id: string;
  readonly conditions: { readonly all: readonly Leaf[] };
}

export interface Leaf {
  readonly fact: string;
  readonly path?: string;
  readonly operator: string;
  readonly value: unknown;
}

/** `mixed`: half of the rules ask for an exact value beside the kind of log, half do not. `open`: none asks for one. */
export type RuleKind = 'mixed' | 'open';

/** Rules of three leaves over Zeek's events, the same at each run: values are taken from the events themselves. */
export function threeLeafRules(
  count: number,
  kind: RuleKind,
  events: readonly LoadedEvent[],
): readonly BenchRule[] {
  return Array.from({ length: count }, (_, number) => {
    // 7919 is prime and far from the count of events: neighbours in the list are strangers in the log.
    const fields = events[(number * 7_919) % events.length] ?? {};
    const leaves =
      kind === 'open'
        ? openLeaves(number)
        : number % 2 === 0
          ? exactLeaves(fields)
          : pathLeaves(fields, number);
    return { id: `rule-${number}`, conditions: { all: leaves } };
  });
}

/** The kind of log, a client, and the upper ports. */
const exactLeaves = (fields: LoadedEvent): Leaf[] => [
  { fact: '_path', operator: 'equal', value: fields['_path'] },
  { fact: 'id.orig_h', operator: 'in', value: [fields['id.orig_h'], '203.0.113.7'] },
  { fact: 'id.orig_p', operator: 'greaterThan', value: 65_000 },
];

/** The kind of log, and two comparisons that no index can use. */
const pathLeaves = (fields: LoadedEvent, number: number): Leaf[] => [
  { fact: '_path', operator: 'equal', value: fields['_path'] },
  { fact: 'id.orig_p', operator: 'greaterThanInclusive', value: 65_400 + (number % 97) },
  { fact: 'id.resp_h', operator: 'notIn', value: ['10.0.0.100', fields['id.resp_h']] },
];

/** Ranges and negations only: every rule must be tried on every event. */
const openLeaves = (number: number): Leaf[] => [
  { fact: 'id.orig_p', operator: 'greaterThanInclusive', value: 65_300 + (number % 197) },
  { fact: 'id.resp_p', operator: 'lessThan', value: 1_024 - (number % 31) },
  { fact: 'proto', operator: 'notEqual', value: 'icmp' },
];

/** The same rules with everything below one fact `event`, as rules with `path` are written. */
export const withPaths = (rules: readonly BenchRule[]): readonly BenchRule[] =>
  rules.map(({ id, conditions }) => ({
    id,
    conditions: {
      all: conditions.all.map(({ fact, operator, value }) => ({
        fact: 'event',
        path: `$.${fact.replaceAll('.', '_')}`,
        operator,
        value,
      })),
    },
  }));
