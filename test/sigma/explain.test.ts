import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import type { Explanation } from '../../src/detect/match/explain.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import { explainSigma } from '../../src/detect/sigma/explain-sigma.ts';
import type { SigmaLogSource } from '../../src/detect/sigma/sigma-rule.ts';
import type { EventFields } from '../../src/shared/model/log-event.ts';
import { randomDetection, randomEvent } from '../support/sigma-arbitraries.ts';
import { sigmaOf } from '../support/sigma-events.ts';

interface Source {
  readonly profile?: string;
  readonly logsource?: SigmaLogSource;
}

const load = (text: string) =>
  loadSigma([{ file: 'x.yml', text }], { placeholders: { admins: ['root', 'adm'] } });

/** One rule on one event: explained, and matched. */
function explain(text: string, fields: EventFields, source: Source = {}) {
  const rules = load(text).loaded.map(({ rule }) => rule);
  const [rule] = rules;
  const { matches, tree } = explainSigma(sigmaOf(rule?.conditions), fields, source);
  const { matcher } = compileMatcher(rules, { sources: [{ name: 's', ...source }] });
  const position = { topic: 't', partition: 0, offset: 0, index: 0 };
  const found = matcher.match({ fields, timeMs: 0, timeOrigin: 'record', source: 's', position, weight: 1 });
  return { matches, tree, isFound: found.length > 0 };
}

/** The tree as lines: `+ selection sel` where it holds, `-` where it does not. */
const lines = (node: Explanation, depth = 0): string[] => [
  `${' '.repeat(depth)}${node.result ? '+' : '-'} ${node.node}${'seen' in node ? ` | ${JSON.stringify(node.seen)}` : ''}`,
  ...(node.children ?? []).flatMap((child) => lines(child, depth + 1)),
];

const rule = (detection: string, logsource = 'product: linux'): string =>
  `title: T\nid: r\nlogsource: { ${logsource} }\ndetection:\n${detection}`;

/** Without the line of the log source. */
const bodyOf = (tree: Explanation): string[] =>
  (tree.children ?? []).slice(1).flatMap((child) => lines(child));

describe('an explanation of a rule in Sigma', () => {
  test('shows the condition as it is written, each line with its modifiers and what the event has', () => {
    const { tree } = explain(
      rule(`  sel_a: { CommandLine|contains|all: [curl, sh], User: [root, adm] }
  sel_b: [{ Port|gte: 1024 }, { Name|re: '^a.*' }]
  filter: { Parent: null }
  condition: 1 of sel_* and not filter`),
      { CommandLine: 'curl x', User: 'ADM', Port: 80, Name: 'abc', Parent: 'init' },
    );
    expect(bodyOf(tree)).toEqual([
      '+ all',
      ' + 1 of sel_*',
      '  - selection sel_a',
      '   - CommandLine|contains|all "*sh*" and "*curl*" (found) | "curl x"',
      '   + User "adm" (found) or "root" | "ADM"',
      '  + selection sel_b',
      '   + any',
      '    - Port|gte 1024 | 80',
      '    + Name|re /^a.*/ | "abc"',
      ' + not',
      '  - selection filter',
      '   - Parent null | "init"',
    ]);
  });

  test.each<{ value: string; says: string }>([
    { value: 'a|cidr: 10.0.0.0/8', says: 'a|cidr 10.0.0.0/8' },
    { value: 'a|exists: true', says: 'a|exists true' },
    { value: 'a|fieldref: b', says: 'a|fieldref the field b' },
    { value: "a|expand: '%admins%'", says: 'a|expand "root" or "adm"' },
    {
      value: "a|contains|all|windash: ['-x', y]",
      says: 'a|contains|all|windash one of 5: "*-x*", "*/x*", "*–x*", "*—x*", "*―x*" and "*y*"',
    },
    { value: 'a|hour: 3', says: 'a|hour 3' },
    { value: 'a|neq: x', says: 'a|neq is not "x"' },
    { value: "a: 'x\\*y?'", says: 'a "x\\\\*y?"' },
    { value: 'a: [1, 2, 3, 4, 5, 6, 7]', says: 'a 1 or 2 or 3 or 4 or 5, and 2 more' },
  ])('says $value as it is meant', ({ value, says }) => {
    const { tree } = explain(rule(`  sel: { ${value} }\n  condition: sel`), {});
    expect(bodyOf(tree).at(-1)).toContain(` ${says} | `);
  });

  test('searches keywords everywhere, and sees no one value', () => {
    const { tree, matches } = explain(rule("  words: [boom, 'b*m']\n  condition: words"), {
      a: { b: ['x boom'] },
    });
    expect([matches, bodyOf(tree).at(-1)]).toEqual([true, ' + keywords "boom" (found) or "b*m" (found)']);
  });

  test.each<{ declared: SigmaLogSource | undefined; first: string }>([
    {
      declared: undefined,
      first: '+ log source product=linux; the source declares none, so every rule is tried',
    },
    {
      declared: { product: 'linux' },
      first: '+ log source product=linux; the source declares product=linux',
    },
    {
      declared: { product: 'windows' },
      first: '- log source product=linux; the source declares product=windows',
    },
  ])('says what the source declares: $first', ({ declared, first }) => {
    const source = declared === undefined ? {} : { logsource: declared };
    const { tree, matches, isFound } = explain(rule('  sel: { a: 1 }\n  condition: sel'), { a: 1 }, source);
    const [logsource] = tree.children ?? [];
    expect(logsource === undefined ? [] : lines(logsource)).toEqual([first]);
    expect([matches, isFound]).toEqual([first.startsWith('+'), first.startsWith('+')]);
  });

  test('shows each way in which Windows logs what the rule is for, under the names it has there', () => {
    const fields = {
      winlog: { channel: 'Security', event_id: 4688, event_data: { NewProcessName: 'C:\\a.exe' } },
    };
    const source = { profile: 'winlogbeat', logsource: { product: 'windows' } };
    const text = rule("  sel: { Image|endswith: 'a.exe' }\n  condition: sel", 'category: process_creation');
    const { tree, matches, isFound } = explain(text, fields, source);
    expect([matches, isFound]).toEqual([true, true]);
    expect(bodyOf(tree)).toEqual(
      expect.arrayContaining([
        ' - all',
        '  - EventID 1 | 4688',
        ' + all',
        '  + EventID 4688 | 4688',
        '   + NewProcessName|endswith "*a.exe" | "C:\\\\a.exe"',
      ]),
    );
  });

  test('shows filters', () => {
    const filter =
      'title: F\nlogsource: { product: linux }\nfilter: { rules: [r], ours: { user: svc }, condition: not ours }';
    const { tree } = explain(`${rule('  sel: { a: 1 }\n  condition: sel')}\n---\n${filter}`, {
      a: 1,
      user: 'svc',
    });
    expect(bodyOf(tree)).toEqual([
      '+ selection sel',
      ' + a 1 | 1',
      '- filter',
      ' - not',
      '  + selection ours',
      '   + user "svc" | "svc"',
    ]);
  });

  test('agrees with the matcher, on random rules and events', () => {
    fc.assert(
      fc.property(
        randomDetection,
        fc.array(randomEvent, { minLength: 3, maxLength: 6 }),
        ({ detection }, events) => {
          const text = JSON.stringify({ title: 'T', id: 'r', logsource: { product: 'x' }, detection });
          for (const event of events) {
            const { matches, isFound } = explain(text, event);
            expect([detection, event, matches]).toEqual([detection, event, isFound]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
