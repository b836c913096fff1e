import type { EventFields } from '../../shared/model/log-event.ts';
import { EventIndex } from '../sigma/index/event-index.ts';
import type { CompiledRule } from './compile-rule.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';

/** A rule that is tried on every event, since nothing tells beforehand that it cannot match. */
export interface AlwaysTried {
  readonly ruleId: string;
  readonly reason: string;
}

/** The rules to try on the events of one source, by what is in them. */
export interface SourceIndex {
  /** Rules in JSON. */
  readonly exact: RuleIndex<CompiledRule>;
  /** Rules in Sigma; undefined where there are none, so that events need not be walked. */
  readonly sigma: EventIndex<CompiledRule> | undefined;
  alwaysTried(): readonly AlwaysTried[];
  /** All rules to try on an event. */
  candidates(fields: EventFields): readonly CompiledRule[];
}

export function createSourceIndex(rules: readonly CompiledRule[], source: string): SourceIndex {
  const exact = createRuleIndex(rules.filter((rule) => rule.requirementOf === undefined));
  const inSigma = rules.flatMap((rule) =>
    rule.requirementOf === undefined ? [] : [{ item: rule, requirement: rule.requirementOf(source) }],
  );
  const sigma = inSigma.length === 0 ? undefined : new EventIndex(inSigma);
  return {
    exact,
    sigma,
    candidates: (fields) => [
      ...exact.always,
      ...exact.fields.flatMap(({ read, byValue }) => byValue.get(read(fields)) ?? []),
      ...(sigma?.candidates(fields) ?? []),
    ],
    alwaysTried: () => [
      ...exact.always.map(({ id }) => ({
        ruleId: id,
        reason: 'its conditions need no particular value of a field (`equal`, `in`)',
      })),
      ...inSigma.flatMap(({ item, requirement }) =>
        requirement.kind === 'none' ? [{ ruleId: item.id, reason: requirement.reason }] : [],
      ),
    ],
  };
}
