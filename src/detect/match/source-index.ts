import type { EventFields } from '../../shared/model/log-event.ts';
import { EventIndex } from '../sigma/index/event-index.ts';
import { ColumnIndex } from './columns/column-index.ts';
import type { CompiledRule } from './compile-rule.ts';

/** A rule that is tried on every event, since nothing tells beforehand that it cannot match. */
export interface AlwaysTried {
  readonly ruleId: string;
  readonly reason: string;
}

/** The rules to try on the events of one source, by what is in them. */
export interface SourceIndex {
  /** Rules in JSON; undefined where there are none. */
  readonly json: ColumnIndex<CompiledRule> | undefined;
  /** Rules in Sigma; undefined where there are none, so that events need not be walked. */
  readonly sigma: EventIndex<CompiledRule> | undefined;
  alwaysTried(): readonly AlwaysTried[];
  /** All rules to try on an event, and those that surely match it. */
  candidates(fields: EventFields): readonly CompiledRule[];
}

export function createSourceIndex(rules: readonly CompiledRule[], source: string): SourceIndex {
  const inJson = rules.flatMap((rule) =>
    rule.parsed === undefined ? [] : [{ item: rule, conditions: rule.parsed }],
  );
  const inSigma = rules.flatMap((rule) =>
    rule.termsOf === undefined ? [] : [{ item: rule, ...rule.termsOf(source) }],
  );
  const json = inJson.length === 0 ? undefined : new ColumnIndex(inJson);
  const sigma = inSigma.length === 0 ? undefined : new EventIndex(inSigma);
  // Worked out now: requirements are as large as the rules, and the index has taken from them what it needs.
  const alwaysTried = inSigma.flatMap(({ item, requirement }) =>
    requirement.kind === 'none' ? [{ ruleId: item.id, reason: requirement.reason }] : [],
  );
  return {
    json,
    sigma,
    candidates: (fields) => {
      const found = [json?.candidates(fields), sigma?.candidates(fields)];
      return found.flatMap((each) => (each === undefined ? [] : [...each.sure, ...each.perhaps]));
    },
    alwaysTried: () => [
      ...(json?.alwaysTried() ?? []).map(({ item, reason }) => ({ ruleId: item.id, reason })),
      ...alwaysTried,
    ],
  };
}
