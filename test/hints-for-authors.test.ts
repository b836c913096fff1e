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
    said: ["line 2: $: is not JSON: Unexpected token ']' (is there a comma too many before it?)"],
  },
  {
    what: 'a comment',
    file: 'a.json',
    text: '// mine\n{}',
    said: ["line 1: $: is not JSON: Unexpected token '/' (JSON has no comments)"],
  },
  {
    what: 'single quotes',
    file: 'a.json',
    text: "{'id': 'x'}",
    said: ["line 1: $: is not JSON: Expected property name or '}' in JSON (texts stand in double quotes)"],
  },
  { what: 'an empty file', file: 'a.json', text: '\n', said: ['line 1: $: is empty'] },
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
      'line 1: document 1: is not YAML: Unresolved alias (the anchor must be set before the alias): x (a text that begins with *, &, %, @ or ` needs quotes)',
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
    said: [
      'line 2: document 1 $.logsource: needs a category, a product or a service ("prodct": did you mean "product"?)',
    ],
  },
  {
    what: 'two documents of one title',
    file: 'a.yml',
    text: `${sigma('')}---\n${sigma('')}`,
    said: ['line 4: document 2 $.id: the id "T" is taken by a.yml document 1'],
  },
])('$what', ({ file, text, said }) => {
  const path = join(folder, file);
  writeFileSync(path, text);
  const { rules, faults } = loadRules([path]);
  rmSync(path);
  const lines = faults.map((fault) =>
    describeFault(fault).replaceAll(`${folder}/`, '').replace(`${file}: `, ''),
  );
  expect(lines).toEqual(said);
  expect(rules.length).toBe(file === 'a.yml' && text.includes('---') ? 1 : 0);
});
