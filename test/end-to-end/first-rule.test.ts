import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPage } from '../support/markdown.ts';
import { eventually, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';
import { writeAtOnce } from '../support/write-at-once.ts';

// docs/rules.md as a newcomer follows it: files saved as told, commands as written, and what they print as shown.

const { blocks } = readPage('docs/rules.md');
const texts = (language: string): readonly string[] =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);
const [rule = '', narrowed = ''] = texts('json');
const plain = texts('');
const events = plain.find((text) => text.startsWith('{"@timestamp"')) ?? '';
const isCommands = (text: string): boolean => /^(?:npm|for) /.test(text);
const commands = plain
  .flatMap((text) => text.split('\n'))
  .flatMap((line) => /(?:^|\| )npm run tocsin -- (.*)$/.exec(line)?.[1] ?? []);
/** What the page says that commands print; the faults are those of a rule with two mistakes. */
const shown = plain
  .filter((text) => !isCommands(text) && text !== events)
  .flatMap((text) => text.split('\n'));
const isFault = (line: string): boolean => line.startsWith('✗ rules/');

const path = 'rules/password-reset-burst.json';
let folder: string;
const save = (name: string, text: string): void => writeAtOnce(join(folder, name), text);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-first-rule-'));
  mkdirSync(join(folder, 'rules'));
  save('tocsin.json', '{"web":{"listen":"off"}}');
  save('resets.ndjson', events);
  save(path, rule);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tocsin = (line: string, input?: string) =>
  runTocsin(line.split(' '), { cwd: folder, ...(input === undefined ? {} : { input }) });

describe('the first rule', () => {
  test('is checked, tested, matched, replayed and explained by the commands of the page, which print what it shows', async () => {
    const before = commands.filter((line) => !line.startsWith('in'));
    expect(before.length).toBe(6);
    let printed = '';
    for (const line of before) {
      const { code, out, err } = await tocsin(line);
      expect(code, `${line}\n${err}`).toBe(0);
      printed += out + err;
      if (line.startsWith('match'))
        expect(out.match(/"line":\d+/g)).toEqual([1, 3, 5, 6, 7, 8].map((n) => `"line":${n}`));
    }
    const expected = shown.filter((line) => line !== '' && !isFault(line));
    expect(expected.length).toBeGreaterThan(10);
    expect(expected.filter((line) => !printed.includes(line))).toEqual([]);
  });

  test('has its mistakes told as the page shows them', async () => {
    save(path, rule.replace('not:cidr', 'not:cdir').replace('"dedup"', '"dedupe"'));
    const { code, err } = await tocsin(`rules check ${path}`);
    save(path, rule);
    expect(code).toBe(1);
    expect(shown.filter(isFault)).toEqual(err.split('\n').filter(isFault));
  });

  test('opens an incident in shadow in the service, and is narrowed while that runs', async () => {
    const service = new TocsinProcess(['start', '--no-samples'], { cwd: folder });
    try {
      await service.says('Each line below is an incident');
      const loop = plain.find((text) => text.startsWith('for ')) ?? '';
      const [, line = ''] = /echo "(.*)"$/m.exec(loop) ?? [];
      const now = new Date().toISOString().replace(/\.\d+/, '');
      const event = line.replaceAll('\\"', '"').replace(/\$\(date [^)]*\)/, now);
      const [ingest = '', list = ''] = commands.filter((command) => /^(?:ingest|incidents)/.test(command));
      expect((await tocsin(ingest, `${event}\n`.repeat(5))).code).toBe(0);
      await eventually(async () => (await tocsin(list)).out.includes('open (shadow)'));
      save(path, narrowed);
      const tested = await tocsin(`rules test ${path}`);
      expect([tested.code, tested.out]).toEqual([0, '✓ password-reset-burst: the load test is left out\n']);
      expect(service.isRunning).toBe(true);
    } finally {
      await service.end('SIGKILL');
    }
  });
});
