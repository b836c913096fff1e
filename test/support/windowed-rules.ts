import type { EventFields } from '../../src/shared/model/log-event.ts';
import type { Match } from '../../src/shared/model/match.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import type { WindowSpec } from '../../src/shared/model/window-spec.ts';

/** A rule that is all defaults but for what the test is about. */
export function windowedRule(window: WindowSpec | undefined, over: Partial<Rule> = {}): Rule {
  return {
    id: 'rule',
    title: 'A rule',
    description: '',
    severity: 'high',
    status: 'production',
    tags: [],
    references: [],
    runbook: '',
    falsePositives: [],
    conditions: { all: [] },
    exceptions: [],
    groupBy: ['name'],
    missingGroup: 'null',
    ...(window === undefined ? {} : { window }),
    dedupMs: 60_000,
    notify: [],
    remediation: [],
    alert: true,
    hash: 'hash',
    origin: { file: 'test', path: '$' },
    ...over,
  };
}

/** A match in few words. */
export interface MatchWords {
  readonly timeMs: number;
  readonly offset: number;
  readonly name?: string;
  readonly partition?: number;
  readonly weight?: number;
  readonly fields?: EventFields;
  readonly ruleId?: string;
}

export function matchOf({
  timeMs,
  offset,
  name = 'a',
  partition = 0,
  weight = 1,
  ...rest
}: MatchWords): Match {
  return {
    ruleId: rest.ruleId ?? 'rule',
    group: { key: JSON.stringify([name]), values: { name } },
    event: {
      fields: rest.fields ?? {},
      timeMs,
      timeOrigin: 'field',
      source: 'source',
      position: { topic: 'logs', partition, offset, index: 0 },
      weight,
    },
  };
}
