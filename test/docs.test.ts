import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, describe, expect, test } from 'vitest';
import { type Config, type ConfigFault, loadConfig } from '../src/config/config.ts';
import { configJsonSchema } from '../src/config/config-json-schema.ts';
import { type LoadedRules, loadRules } from '../src/config/rule-files.ts';
import { knownMembers } from '../src/config/rule-json-schema.ts';
import { profileNames } from '../src/consume/profiles/profiles.ts';
import { createLists } from '../src/detect/match/lists.ts';
import { compileMatcher } from '../src/detect/match/matcher.ts';
import { createOperatorTable } from '../src/detect/match/operator-table.ts';
import { runRuleTests } from '../src/engine/run-rule-tests.ts';
import type { LogEvent } from '../src/shared/model/log-event.ts';
import type { Result } from '../src/shared/result.ts';
import { anchorsOf, codeIn, type Page, readPage, tableRows } from './support/markdown.ts';
import { runTocsin } from './support/tocsin-process.ts';

// What the documentation says is run here: examples load, tables hold, commands and links exist.

const root = join(import.meta.dirname, '..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .map(readPage);
const page = (name: string): Page => pages.find((each) => each.name === name) ?? readPage(name);

const folder = mkdtempSync(join(tmpdir(), 'tocsin-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lists = createLists({ 'our-scanners': ['10.0.0.0/8', '198.51.100.7'] });

function loadText(text: string): LoadedRules {
  const file = join(folder, 'rules.json');
  writeFileSync(file, text);
  return loadRules([file], { lists });
}

const jsonBlocks = (name: string) => page(name).blocks.filter(({ language }) => language === 'json');

type Json = Readonly<Record<string, unknown>>;
const anything = { all: [{ fact: 'a', operator: 'equal', value: 1 }] };

/** A block that is a part of a rule, within a rule; of a window over rules, with those. */
function asRule(json: Json): Json | readonly Json[] {
  if (Array.isArray(json) || 'id' in json || 'namedConditions' in json || 'event' in json) return json;
  if (!('type' in json)) return { id: 'example', conditions: json };
  const { rules, aliases = {} } = json as { rules?: readonly string[]; aliases?: Json };
  if (rules === undefined) return { id: 'example', conditions: anything, window: json };
  const named = [...new Set(rules)].map((id) => ({ id, conditions: anything }));
  return [{ id: 'example', groupBy: Object.keys(aliases), window: json }, ...named];
}

const ruleBlocks = ['README.md', 'docs/rules.md', 'docs/rules-reference.md'].flatMap((name) =>
  jsonBlocks(name).map(({ text, line }) => ({ place: `${name}:${line}`, json: JSON.parse(text) as Json })),
);

describe('an example of a rule', () => {
  test.each(ruleBlocks)('$place loads, and its own tests pass', ({ json }) => {
    const { rules, faults } = loadText(JSON.stringify(asRule(json)));
    expect(faults).toEqual([]);
    expect(rules.length).toBeGreaterThan(0);
    const results = rules.flatMap((rule) => runRuleTests(rule, { rules }));
    expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
    // A whole rule of tocsin's is shown with its tests.
    if ('id' in json || 'namedConditions' in json)
      expect(rules.every(({ tests }) => tests.length > 0)).toBe(true);
  });

  test('and the first of the tutorial is the one that people are told to save', () => {
    const [first] = jsonBlocks('docs/rules.md');
    expect(page('docs/rules.md').prose).toContain(
      `rules/${loadText(first?.text ?? '').rules[0]?.rule.id}.json`,
    );
  });
});

const code = /^`(\{.*\})`$/;
const truths = tableRows(page('docs/rules-reference.md')).flatMap((cells) => {
  const [what = '', ...examples] = cells;
  const parsed = examples.map((cell) => code.exec(cell)?.[1]).filter((json) => json !== undefined);
  const [condition, holds, fails] = parsed.map((json) => JSON.parse(json) as Json);
  return condition === undefined || holds === undefined || fails === undefined
    ? []
    : [{ what, condition, holds, fails }];
});

function matches(condition: Json, fields: Json): boolean {
  const { rules, faults } = loadText(JSON.stringify({ id: 'example', conditions: { all: [condition] } }));
  expect(faults).toEqual([]);
  const { matcher } = compileMatcher(
    rules.map(({ rule }) => rule),
    { lists },
  );
  return matcher.match(eventOf(fields)).length > 0;
}

const eventOf = (fields: Json): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'field',
  source: 'test',
  position: { topic: 'test', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

/** What the loader says there is when a name is wrong. */
function namesOf(operator: string): string[] {
  const result = createOperatorTable({ lists }).prepare(operator, { kind: 'literal', value: 1 });
  const hint = result.ok ? '' : (result.failure.hint ?? '');
  return hint.replace('there are: ', '').split(', ').sort();
}

describe('the tables of operators', () => {
  test.each(truths)('are right about $what', ({ condition, holds, fails }) => {
    expect({ holds: matches(condition, holds), fails: matches(condition, fails) }).toEqual({
      holds: true,
      fails: false,
    });
  });

  test('show every operator and every decorator', () => {
    const shown = truths.map(({ condition }) => String(condition['operator']).split(':'));
    const operators = new Set(shown.map((parts) => parts.at(-1)));
    const decorators = new Set(shown.flatMap((parts) => parts.slice(0, -1)));
    expect([...operators].sort()).toEqual(namesOf('nothing-like-it'));
    expect([...decorators].sort()).toEqual(namesOf('nothing-like-it:equal'));
  });
});

describe('the reference of rules', () => {
  const reference = page('docs/rules-reference.md');

  test('has every member, and no other', () => {
    const [, members = ''] = /## Members([\s\S]*?)\n## /.exec(reference.prose) ?? [];
    const listed = [...members.matchAll(/^\| `(\S+)` \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...knownMembers([])].sort());
  });

  test('has a section for every window', () => {
    const [, windows = ''] = /## Windows([\s\S]*?)\n## /.exec(reference.prose) ?? [];
    const described = [...windows.matchAll(/^### `(\w+)`$/gm)].map(([, kind]) => kind);
    expect(described.sort()).toEqual(loadingKinds());
  });
});

/** The kinds that load, as the loader says them when a kind is wrong. */
function loadingKinds(): string[] {
  const wrong = { id: 'example', conditions: anything, window: { type: 'no-such-thing' } };
  const [fault] = loadText(JSON.stringify(wrong)).faults;
  return (fault?.message ?? '').replace('must be one of ', '').split(', ').sort();
}

const environment: Readonly<Record<string, string>> = {
  KAFKA_BROKER: 'kafka-1:9093',
  SLACK_WEBHOOK: 'https://hooks.example.org/services/x',
  SOAR_KEY: 'key',
  PAGERDUTY_KEY: 'R0123456789ABCDEF0123456789ABCDE',
};

function load(text: string): Result<Config, readonly ConfigFault[]> {
  const file = '/etc/tocsin/tocsin.json';
  const readFile = (path: string): string => (path === file ? text : 'https://hooks.example.org/secret\n');
  return loadConfig({ file, env: environment, cwd: '/', readFile });
}

describe('the reference of the configuration', () => {
  const configuration = page('docs/configuration.md');

  test.each(jsonBlocks('docs/configuration.md').map(({ text, line }) => ({ place: `line ${line}`, text })))(
    '$place loads',
    ({ text }) => {
      expect(load(text)).toMatchObject({ ok: true });
    },
  );

  test('names every key there is', () => {
    const keys = keysOf(configJsonSchema());
    const said = new Set(codeIn(configuration.prose).flatMap((each) => each.split(/[^\w$]+/)));
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((key) => !said.has(key))).toEqual([]);
  });

  test('has every profile in its table', () => {
    const said = tableRows(configuration).flatMap(([names = '']) => codeIn(names));
    expect(profileNames.filter((name) => !said.includes(name))).toEqual([]);
  });

  test('names every metric that the code counts, and no other', () => {
    const counted = sources(join(root, 'src')).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/['"](tocsin_[a-z_]+)['"]/g)].map(([, name]) => name),
    );
    const listed = codeIn(configuration.prose).flatMap((each) => /^tocsin_[a-z_]+/.exec(each)?.[0] ?? []);
    expect(new Set(listed)).toEqual(new Set(counted));
  });
});

/** Names of properties anywhere in a JSON Schema. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const properties = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...new Set([...properties, ...Object.values(schema).flatMap(keysOf)])];
}

const sources = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(path, name));

describe('the page of topics', () => {
  const blocks = jsonBlocks('docs/topics.md').map(({ text }) => JSON.parse(text) as Json);
  const having = (member: string): Json => blocks.find((block) => member in block) ?? {};
  const schema = (name: string): Json =>
    JSON.parse(readFileSync(join(root, 'schemas', name), 'utf8')) as Json;
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  formats.default(ajv);

  test.each([
    { member: 'evidence', file: 'incident.schema.json' },
    { member: 'command_id', file: 'remediation.schema.json' },
  ])('shows a sample that $file allows', ({ member, file }) => {
    const validate = ajv.compile(schema(file));
    validate(having(member));
    expect(validate.errors).toBeNull();
  });

  test('maps every member of an incident in its index template', () => {
    const template = having('index_patterns') as { template: { mappings: { properties: Json } } };
    const members = Object.keys(schema('incident.schema.json')['properties'] as Json);
    expect(Object.keys(template.template.mappings.properties).sort()).toEqual(members.sort());
  });

  test('names every header that is sent', () => {
    const spec = readFileSync(join(root, 'schemas/asyncapi.yaml'), 'utf8');
    const headers = [...spec.matchAll(/\b(ce_[a-z]+|tocsin-[a-z]+):/g)].map(([, name]) => name);
    const said = codeIn(page('docs/topics.md').prose);
    expect(headers.length).toBeGreaterThan(10);
    expect(headers.filter((name) => !said.includes(name ?? ''))).toEqual([]);
  });
});

/** Command lines of tocsin in blocks and in backticks: the words after it. */
const commandLines = pages.flatMap(({ name, blocks, prose }) =>
  [
    ...blocks.filter(({ language }) => language === '').flatMap(({ text }) => text.split('\n')),
    ...codeIn(prose),
  ]
    .flatMap((line) => /(?:^|\| )(?:npm run )?tocsin (?:-- )?([a-z].*)$/.exec(line)?.[1] ?? [])
    .map((line) => ({ page: name, line: line.replace(/\s+#.*$/, '') })),
);

const helpTexts = new Map<string, Promise<string>>();
function help(words: readonly string[]): Promise<string> {
  const key = words.join(' ');
  const known = helpTexts.get(key) ?? runTocsin([...words, '--help']).then(({ out }) => out);
  helpTexts.set(key, known);
  return known;
}

describe('a command line of the documentation', () => {
  test('is found at all', () => expect(commandLines.length).toBeGreaterThan(20));

  test.each(commandLines)('$page: tocsin $line', async ({ line }) => {
    const [first = '', second = '', ...rest] = line.split(/\s+/);
    const outer = await help([first]);
    const isGroup = outer.includes('Commands:');
    const words = isGroup ? [first, second] : [first];
    const text = isGroup ? await help(words) : outer;
    expect(text).toMatch(new RegExp(`^Usage: tocsin ${words.join(' ')} `));
    for (const option of [second, ...rest].filter((word) => /^--?[a-z]/.test(word)))
      expect(text).toMatch(new RegExp(`${option}[ ,]`));
  });
});

const links = pages.flatMap((from) =>
  [...from.prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
    .map((target) => ({ from: from.name, target })),
);

test.each(links)('$from links to $target, which exists', ({ from, target }) => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  expect(existsSync(join(root, file)), file).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(readPage(file))).toContain(anchor);
});
