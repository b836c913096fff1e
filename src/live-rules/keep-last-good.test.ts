import { describe, expect, test } from 'vitest';
import { sampleRule } from '../../test/support/sample-rule.ts';
import type { RuleFault } from '../config/rule-fault.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import { keepLastGood } from './keep-last-good.ts';

const at = (place: string): LoadedRule => {
  const [id = '', file = '', path = '$'] = place.split('|');
  return { rule: sampleRule({ id, origin: { file, path } }), tests: [] };
};

const fault = (file: string, path: string, ruleId?: string): RuleFault => ({
  file,
  path,
  message: 'is wrong',
  ...(ruleId === undefined ? {} : { ruleId }),
});

interface Truth {
  readonly what: string;
  readonly running: readonly string[];
  readonly now: readonly string[];
  readonly faults: readonly RuleFault[];
  readonly kept: readonly string[];
  readonly drafts?: readonly string[];
}

const truths: Truth[] = [
  { what: 'a rule that went without a fault is gone', running: ['a|f'], now: [], faults: [], kept: [] },
  {
    what: 'a rule that is good now runs as it is now',
    running: ['a|f'],
    now: ['a|f'],
    faults: [fault('f', '$', 'b')],
    kept: [],
  },
  {
    what: 'a rule that a fault names stays, wherever its file went',
    running: ['a|f', 'b|f'],
    now: ['b|f'],
    faults: [fault('g', '$.severity', 'a')],
    kept: ['a'],
  },
  {
    what: 'all rules of a file stay that cannot be read as JSON',
    running: ['a|f|$[0]', 'b|f|$[1]', 'c|g'],
    now: [],
    faults: [fault('f', '$')],
    kept: ['a', 'b'],
  },
  {
    what: 'a rule removed from a file beside a faulty one is gone',
    running: ['a|f|$[0]', 'b|f|$[1]'],
    now: [],
    faults: [fault('f', '$[0].id', 'b')],
    kept: ['b'],
  },
  {
    what: 'a rule stays where its id itself became faulty',
    running: ['a|f|$[1]', 'b|f|$[10]'],
    now: [],
    faults: [fault('f', '$[1].id', 'a ')],
    kept: ['a'],
  },
  {
    what: 'a document of a YAML file stays, and the others do not',
    running: ['a|f.yml|document 1', 'b|f.yml|document 10'],
    now: [],
    faults: [fault('f.yml', 'document 1 $.detection', 'misspelt')],
    kept: ['a'],
  },
  {
    what: 'rules of a folder stay that is empty or gone',
    running: ['a|/rules/x/f', 'b|/rules-2/f'],
    now: [],
    faults: [fault('/rules', '$')],
    kept: ['a'],
  },
  {
    what: 'a rule that became a draft is gone, whatever else is wrong with its file',
    running: ['a|f'],
    now: [],
    drafts: ['a|f'],
    faults: [fault('f', '$')],
    kept: [],
  },
];

describe('after a reload', () => {
  test.each(truths)('$what', ({ running, now, faults, kept, drafts = [] }) => {
    const good = keepLastGood(running.map(at), { rules: now.map(at), drafts: drafts.map(at), faults });
    expect(good.kept.map(({ rule }) => rule.id)).toEqual(kept);
    expect(good.loaded.map(({ rule }) => rule.id)).toEqual([
      ...now.map((each) => each.split('|')[0]),
      ...kept,
    ]);
  });
});
