import type { EventFields } from '../../shared/model/log-event.ts';
import type { Steps } from '../../shared/steps.ts';
import { EventIndex } from '../sigma/index/event-index.ts';
import { type KeptPlan, type PlannedItem, planIndex } from '../sigma/index/plan-index.ts';
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
  /** What the index of Sigma's was made from. */
  readonly kept?: KeptPlan;
  alwaysTried(): readonly AlwaysTried[];
  /** All rules to try on an event, and those that surely match it. */
  candidates(fields: EventFields): readonly CompiledRule[];
}

/** The index of rules for a source, and its plan for rules in Sigma, made from an earlier one as far as that goes. */
export function* createSourceIndex(
  rules: readonly CompiledRule[],
  source: string,
  before: KeptPlan | undefined,
): Steps<SourceIndex> {
  const inJson = rules.flatMap((rule) =>
    rule.parsed === undefined ? [] : [{ item: rule, conditions: rule.parsed }],
  );
  const inSigma: CompiledRule[] = [];
  const planned: PlannedItem[] = [];
  for (const rule of rules) {
    const { hash, termsOf } = rule;
    if (termsOf === undefined) continue;
    inSigma.push(rule);
    planned.push({ key: hash, terms: (numbers) => termsOf(source, numbers) });
  }
  const json = inJson.length === 0 ? undefined : new ColumnIndex(inJson);
  yield;
  const kept = planned.length === 0 ? undefined : yield* planIndex(planned, before);
  const sigma = kept === undefined ? undefined : new EventIndex(inSigma, kept.plan);
  const alwaysTried = (kept?.plan.always ?? []).flatMap(([place, reason]) => {
    const rule = inSigma[place];
    return rule === undefined ? [] : [{ ruleId: rule.id, reason }];
  });
  return {
    json,
    sigma,
    ...(kept === undefined ? {} : { kept }),
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
