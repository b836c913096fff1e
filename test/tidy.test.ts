import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

// The layout rules as a test (after TigerBeetle's tidy.zig). Function length, parameters, cycles and forbidden
// imports between stages are Biome's (biome.json); globals of the pure folders are tsconfig.pure.json's.

const root = join(import.meta.dirname, '..');

function filesUnder(folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path).flatMap((name) => {
    const file = `${folder}/${name}`;
    return statSync(join(root, file)).isDirectory() ? filesUnder(file) : [file];
  });
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = filesUnder('src').filter((file) => file.endsWith('.ts'));
const code = sources.filter((file) => !file.endsWith('.test.ts'));
const tests = [
  ...sources.filter((file) => file.endsWith('.test.ts')),
  ...filesUnder('test').filter((file) => file.endsWith('.ts')),
];
const stages = ['consume', 'detect', 'incident', 'notify', 'remediate'];

/** Folders named after a technology do I/O; everything else in the stages and in shared is pure. */
const messengers = ['slack', 'smtp', 'http', 'pagerduty', 'teams', 'alertmanager'];
const properNouns = ['kafka', 'sqlite', 'outbox', ...messengers];
const isPure = (file: string): boolean => {
  const [, top = '', ...rest] = file.split('/');
  return [...stages, 'shared'].includes(top) && !rest.some((part) => properNouns.includes(part));
};

/** Pure packages and modules that a pure folder may use: no I/O, no clock, no randomness in what is used of them. */
const pureImports: Readonly<Record<string, readonly string[]>> = {
  consume: ['node:buffer', 'luxon'],
  detect: ['json-rules-engine', 'jsonpath-plus', 're2js', 'ipaddr.js'],
  notify: ['luxon'],
  remediate: ['ipaddr.js'],
};

const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)].map(
    (found) => found[1] ?? found[2] ?? '',
  );

describe('every file', () => {
  test.each([...code, ...tests])('%s is at most 300 lines long', (file) => {
    expect(read(file).split('\n').length - 1).toBeLessThanOrEqual(300);
  });

  test.each(sources)('%s says in its name what it is', (file) => {
    const name = file.split('/').at(-1) ?? '';
    expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/);
    expect(name).not.toMatch(/^(?:index|utils?|helpers?|managers?|services?|commons?)(?:\.test)?\.ts$/);
  });
});

describe('the pure folders', () => {
  test.each(code.filter(isPure))('%s does no I/O and knows neither clock nor chance', (file) => {
    const allowed = pureImports[file.split('/')[1] ?? ''] ?? [];
    const packages = importsOf(file).filter((name) => !name.startsWith('.'));
    expect(packages.filter((name) => !allowed.includes(name))).toEqual([]);
    // `'process.executable'` is a field of an event.
    expect(read(file)).not.toMatch(/\bMath\.random\b|(?<!['.])\bprocess\.|\bnew Date\(\)|\bDate\.now\b/);
  });
});

describe('the stages', () => {
  const inStage = code.filter((file) => stages.includes(file.split('/')[1] ?? ''));

  test.each(inStage)('%s imports only its own stage and shared', (file) => {
    const stage = file.split('/')[1] ?? '';
    const elsewhere = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(file, '..', name).split('/')[1])
      .filter((top) => top !== stage && top !== 'shared');
    expect(elsewhere).toEqual([]);
  });

  test.each(code.filter((file) => file.startsWith('src/shared/')))('%s imports no stage', (file) => {
    const outside = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(file, '..', name).split('/')[1])
      .filter((top) => top !== 'shared');
    expect(outside).toEqual([]);
  });
});

describe('every port', () => {
  // The outbox is the store's other face: one suite holds both.
  const suiteOf = (port: string): string => (port === 'outbox' ? 'store' : port);
  const ports = readdirSync(join(root, 'src/shared/ports')).map((name) => name.replace(/\.ts$/, ''));

  test.each(ports)('%s has a contract suite that some implementation runs', (port) => {
    const suite = `test/contracts/${suiteOf(port)}.ts`;
    expect(existsSync(join(root, suite)), `${suite} is missing`).toBe(true);
    const users = tests.filter(
      (file) =>
        file !== suite && importsOf(file).some((name) => name.endsWith(`contracts/${suiteOf(port)}.ts`)),
    );
    expect(users, `nothing runs ${suite}`).not.toEqual([]);
  });
});

describe('every sample rule', () => {
  test.each(filesUnder('rules').filter((file) => file.endsWith('.json')))('%s carries tests', (file) => {
    const parsed: unknown = JSON.parse(read(file));
    for (const rule of Array.isArray(parsed) ? parsed : [parsed])
      expect((rule as { tests?: unknown[] }).tests ?? []).not.toEqual([]);
  });
});

describe('the project speaks of itself alone', () => {
  test.each(['package.json', 'README.md', 'CHANGELOG.md', 'Dockerfile', 'compose.yaml'])(
    '%s is there',
    (file) => {
      expect(existsSync(join(root, file))).toBe(true);
    },
  );
});
