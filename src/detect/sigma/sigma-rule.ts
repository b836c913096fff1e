import type { Severity } from '../../shared/model/severity.ts';
import type { SigmaValue } from './sigma-value.ts';

/** Where events come from, in Sigma's words. */
export interface SigmaLogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

/** One line of a selection: a field, or every value of the event (keywords), compared with values. */
export interface SigmaItem {
  readonly kind: 'item';
  /** Left out: keywords, searched in all values of the event. */
  readonly field?: string;
  /** As written, for people; their effect is in the values. */
  readonly modifiers: readonly string[];
  /** All of the values must be found, not any of them. */
  readonly all: boolean;
  /** The item as a whole is negated (`neq`). */
  readonly negated: boolean;
  readonly values: readonly SigmaValue[];
}

/** What an event must satisfy, as a tree over items. `and` of nothing is true, `or` of nothing false. */
export type SigmaExpression =
  | SigmaItem
  | { readonly kind: 'and' | 'or'; readonly children: readonly SigmaExpression[] }
  | { readonly kind: 'not'; readonly child: SigmaExpression };

/** A condition as written, over the names of selections. */
export type SigmaCondition =
  | { readonly kind: 'and' | 'or'; readonly children: readonly SigmaCondition[] }
  | { readonly kind: 'not'; readonly child: SigmaCondition }
  | { readonly kind: 'selection'; readonly name: string }
  | {
      readonly kind: 'of';
      readonly quantifier: 'any' | 'all';
      /** `them`, or a pattern with `*`. */
      readonly pattern: string;
      /** The selections it stands for; never none. */
      readonly names: readonly string[];
    };

/** Named selections and the condition over them. */
export interface SigmaDetection {
  readonly selections: Readonly<Record<string, SigmaExpression>>;
  readonly condition: SigmaCondition;
}

/** What a detection rule finds: its log source, its detection, and the filters that apply to it. */
export interface SigmaSearch {
  readonly logsource: SigmaLogSource;
  readonly detection: SigmaDetection;
  /** All of them must hold as well. */
  readonly filters: readonly SigmaDetection[];
}

/** What Sigma says about a rule beside what it finds. */
export interface SigmaMetadata {
  readonly title: string;
  readonly id?: string;
  readonly name?: string;
  readonly description: string;
  readonly severity: Severity;
  /** Rules that are deprecated or unsupported are not evaluated. */
  readonly status?: SigmaStatus;
  readonly author?: string;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** What stands under `tocsin`, as written, but for exceptions, which have conditions. */
  readonly own?: Readonly<Record<string, unknown>>;
}

export const sigmaStatuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;

export type SigmaStatus = (typeof sigmaStatuses)[number];

/** A detection rule. */
export interface SigmaRule extends SigmaMetadata {
  readonly search: SigmaSearch;
}

/** A filter: conditions that are added to the rules it names. */
export interface SigmaFilter {
  readonly title: string;
  readonly logsource: SigmaLogSource;
  /** Ids or names of rules; undefined: every rule its log source covers. */
  readonly rules?: readonly string[];
  readonly detection: SigmaDetection;
}

/** A rule over the matches of other rules, in the terms of the specification. */
export interface SigmaCorrelation extends SigmaMetadata {
  readonly type: string;
  /** Ids or names, as written. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespanMs: number;
  /** Comparisons, `field`, `percentile`; or, for the temporal types, an expression over rules. */
  readonly condition?: Readonly<Record<string, unknown>> | string;
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** True: the rules it names alert for themselves too. */
  readonly generate: boolean;
}

/**
 * What stands in the `conditions` of a rule that was written in Sigma: any one of the searches must match. Several are
 * those of the rules that a correlation counts together.
 */
export interface SigmaConditions {
  readonly sigma: readonly SigmaSearch[];
}

/** Tells Sigma's conditions from a tree of json-rules-engine, which has no such member. */
export function isSigmaConditions(conditions: unknown): conditions is SigmaConditions {
  return typeof conditions === 'object' && conditions !== null && Object.hasOwn(conditions, 'sigma');
}
