import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeFault } from '../src/config/rule-fault.ts';
import { loadRules } from '../src/config/rule-files.ts';

// Mistakes that people make when they write rules by hand, and what they are told.

const folder = mkdtempSync(join(tmpdir(), 'tocsin-hints-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sigma = (changed: string): string =>
  `title: T\nlogsource: { product: windows }\ndetection: { sel: { a: 1 }, condition: sel }\n${changed}`;

test.each<{ what: string; file: string; text: string; said: readonly string[] }>([
  {
    what: 'a comma too many',
    file: 'a.json',
    text: '{ "id": "a",\n  "conditions": { "all": [ {}, ] } }',
    said: ["line 2: is not JSON: Unexpected token ']' (is there a comma too many before it?)"],
  },
  {
    what: 'a comment',
    file: 'a.json',
    text: '// mine\n{}',
    said: ["line 1: is not JSON: Unexpected token '/' (JSON has no comments)"],
  },
  {
    what: 'single quotes',
    file: 'a.json',
    text: "{'id': 'x'}",
    said: ["line 1: is not JSON: Expected property name or '}' in JSON (texts stand in double quotes: \")"],
  },
  {
    what: 'a comment behind the first line',
    file: 'a.json',
    text: '{ "id": "a",\n  // mine\n  "conditions": {} }',
    said: ['line 2: is not JSON: Expected double-quoted property name in JSON (JSON has no comments)'],
  },
  {
    what: 'a comment behind a bracket',
    file: 'a.json',
    text: '{ // mine\n"id": "a" }',
    said: ["line 1: is not JSON: Expected property name or '}' in JSON (JSON has no comments)"],
  },
  {
    what: 'a comma that is missing',
    file: 'a.json',
    text: '{ "id": "a"\n  "severity": "low" }',
    said: [
      "line 2: is not JSON: Expected ',' or '}' after property value in JSON (is a comma missing before it?)",
    ],
  },
  {
    what: 'an expression as it stands in other languages',
    file: 'a.json',
    text: '{ "value": "\\\\a\\d+" }',
    said: ['line 1: is not JSON: Bad escaped character in JSON (a backslash is written twice: \\\\)'],
  },
  {
    what: 'a quote that is missing',
    file: 'a.json',
    text: '{ "id": "a\n, "severity": "low" }',
    said: [
      'line 1: is not JSON: Bad control character in string literal in JSON (is its closing quote missing?)',
    ],
  },
  {
    what: 'a file that was written half',
    file: 'a.json',
    text: '{ "id": "a",\n  "conditions": {\n',
    said: [
      "line 3: is not JSON: Expected property name or '}' in JSON (it ends too early: is a bracket missing?)",
    ],
  },
  {
    what: 'quotes of a word processor',
    file: 'a.json',
    text: '{ “id”: 1 }',
    said: ["line 1: is not JSON: Expected property name or '}' in JSON (texts stand in double quotes: \")"],
  },
  ...(
    [
      ['one field in the place of a list', '"groupBy": "ip"', '$.groupBy: must be an array (write ["ip"])'],
      [
        'a number as a duration',
        '"dedup": 600',
        '$.dedup: must be a string (texts stand in quotes, durations with a unit: "10m")',
      ],
      [
        "another tool's word",
        '"enabled": true',
        '$.enabled: unknown member "enabled" (did you mean "status"?)',
      ],
      [
        'a sign for a name',
        '"window": { "type": "event_count", "timespan": "5m", "condition": { "gte": 3, "<": 9 } }',
        '$.window.condition["<"]: unknown member "<" (there are: gt, gte, lt, lte, eq, neq)',
      ],
      [
        'a missing field of a window',
        '"window": { "type": "value_count", "timespan": "5m", "condition": { "gte": 3 } }',
        '$.window.field: is missing',
      ],
      ['a template that is not closed', '"title": "x {{ ip"', '$.title: has "{{" without "}}"'],
      [
        'a filter of a template that there is not',
        '"title": "{{ ip | dfault \\"x\\" }}"',
        '$.title: "dfault "x"" is no filter (did you mean default?): write | default "text" or | join "text"',
      ],
      [
        'a kind of target that there is not',
        '"remediation": [{ "action": "deny", "target": { "ipv4net": "{{ ip }}" } }]',
        '$.remediation[0].target.ipv4net: is no kind of target (did you mean "ipv4_net"?)',
      ],
    ] as const
  ).map(([what, member, said]) => ({
    what,
    file: 'a.json',
    text: `{ "id": "a", "conditions": { "all": [] }, ${member} }`,
    said: [`line 1: ${said}`],
  })),
  ...(
    [
      [
        'and',
        '{ "and": [] }',
        ': the root of the conditions must be "all", "any", "not" or "condition" ("and": did you mean "all"?)',
      ],
      [
        'or',
        '{ "or": [] }',
        ': the root of the conditions must be "all", "any", "not" or "condition" ("or": did you mean "any"?)',
      ],
      [
        'a comparison alone',
        '{ "fact": "a", "operator": "equal", "value": 1 }',
        ': the root of the conditions must be "all", "any", "not" or "condition" (put the comparison into one: {"all": [...]})',
      ],
      [
        '==',
        '{ "all": [{ "fact": "a", "operator": "==", "value": 1 }] }',
        '.all[0].operator: unknown operator "==" (did you mean "equal"?)',
      ],
      [
        'regex',
        '{ "all": [{ "fact": "a", "operator": "regex", "value": "x" }] }',
        '.all[0].operator: unknown operator "regex" (did you mean "matches"?)',
      ],
      [
        'field',
        '{ "all": [{ "field": "a", "operator": "equal", "value": 1 }] }',
        '.all[0]: a comparison needs "fact" ("field": did you mean "fact"?)',
      ],
      [
        'exists without value',
        '{ "all": [{ "fact": "a", "operator": "not:exists" }] }',
        '.all[0]: a comparison needs "value" (write "value": true, or false)',
      ],
    ] as const
  ).map(([what, conditions, said]) => ({
    what: `in conditions: ${what}`,
    file: 'a.json',
    text: `{ "id": "a", "conditions": ${conditions} }`,
    said: [`line 1: $.conditions${said}`],
  })),
  { what: 'an empty file', file: 'a.json', text: '\n', said: ['line 1: is empty'] },
  {
    what: 'a member that stands twice',
    file: 'a.json',
    text: '{ "id": "a", "conditions": { "all": [] },\n  "severity": "low",\n  "severity": "high" }',
    said: ['line 3: $.severity: stands here a second time'],
  },
  {
    what: 'a root that is misspelt',
    file: 'a.json',
    text: '{ "id": "a", "conditions": { "al": [] } }',
    said: [
      'line 1: $.conditions: the root of the conditions must be "all", "any", "not" or "condition" ("al": did you mean "all"?)',
    ],
  },
  {
    what: 'tabs in YAML',
    file: 'a.yml',
    text: 'title: T\nlogsource:\n\tproduct: windows\n',
    said: ['line 3: document 1: is not YAML: Tabs are not allowed as indentation (indent with spaces)'],
  },
  {
    what: 'a colon in a text of YAML',
    file: 'a.yml',
    text: sigma('description: Note: this'),
    said: [
      'line 4: document 1: is not YAML: Nested mappings are not allowed in compact mappings (a text with ": " in it needs quotes)',
    ],
  },
  {
    what: 'a text of YAML that begins with an asterisk',
    file: 'a.yml',
    text: sigma('description: *x'),
    said: [
      'line 4: document 1: is not YAML: Unresolved alias (the anchor must be set before the alias): x (a text that begins with *, &, %, @ or ` needs quotes)',
    ],
  },
  {
    what: 'aliases without end',
    file: 'a.yml',
    text: `a: &a [x]\nb: [${'*a, '.repeat(200)}]\n`,
    said: ['line 1: document 1: is not YAML: Excessive alias count indicates a resource exhaustion attack'],
  },
  {
    what: 'brackets without end, said once',
    file: 'a.yml',
    text: '['.repeat(4_000),
    said: ['line 1: document 1: is not YAML: is nested too deep'],
  },
  {
    what: 'brackets that do not match, once a line',
    file: 'a.yml',
    text: 'a: [1, [2, [3\nb: }\n',
    said: [
      'line 2: document 1: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    what: 'another encoding (latin1)',
    file: 'a.json',
    text: '{ "id": "a", "conditions": { "all": [] }, "title": "Café" }',
    said: ['is not written in UTF-8'],
  },
  {
    what: 'numbers out of bounds',
    file: 'a.json',
    text: '{ "id": "a", "conditions": { "all": [] }, "groupBy": ["a","b","c","d","e","f","g","h","i","j","k"],\n"window": { "type": "ratio", "timespan": "5m", "numerator": { "all": [] },\n"minDenominator": 0,\n"condition": { "gt": 5, "lt": 3 } } }',
    said: [
      'line 1: $.groupBy: must have at most 10 entries',
      'line 3: $.window.minDenominator: must be at least 1',
      'line 4: $.window.condition: holds for no number: nothing is both',
    ],
  },
  {
    what: 'a rule of JSON in YAML',
    file: 'a.yml',
    text: 'title: a\nlogsource: { product: x }\nconditions: { all: [] }\n',
    said: [
      'line 1: document 1 $.detection: is missing (YAML is Sigma; rules with "conditions" are written in JSON)',
    ],
  },
  {
    what: 'a misspelt log source',
    file: 'a.yml',
    text: sigma('').replace('product', 'prodct'),
    said: ['line 2: document 1 $.logsource.prodct: unknown member "prodct" (did you mean "product"?)'],
  },
  {
    what: 'a modifier of another tool',
    file: 'a.yml',
    text: sigma('').replace('a: 1', 'a|beginswith: x, b|regex: y'),
    said: [
      'line 3: document 1 $.detection.sel["a|beginswith"]: unknown modifier "beginswith" (did you mean "startswith"?)',
      'line 3: document 1 $.detection.sel["b|regex"]: unknown modifier "regex" (did you mean "re"?)',
    ],
  },
  {
    what: 'two documents of one title',
    file: 'a.yml',
    text: `${sigma('')}---\n${sigma('')}`,
    said: ['line 5: document 2 $.id: the id "T" is taken by a.yml document 1'],
  },
])('$what', ({ what, file, text, said }) => {
  const path = join(folder, file);
  writeFileSync(path, text, what.includes('latin1') ? 'latin1' : 'utf8');
  const { rules, faults } = loadRules([path]);
  rmSync(path);
  const lines = faults.map((fault) =>
    describeFault(fault).replaceAll(`${folder}/`, '').replace(`${file}: `, ''),
  );
  expect(lines).toEqual(said);
  expect(rules.length).toBe(file === 'a.yml' && text.includes('---') ? 1 : 0);
});
