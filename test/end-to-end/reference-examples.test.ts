import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeIn, type Page, readPage } from '../support/markdown.ts';
import { runTocsin } from '../support/tocsin-process.ts';

// Examples of the reference that are no rules alone: modules, and what commands print.

const reference = readPage('docs/rules-reference.md');
const sigma = readPage('docs/sigma.md');
const block = ({ blocks }: Page, having: string): string =>
  blocks.find(({ text }) => text.includes(having))?.text ?? '';

let folder: string;
const save = (name: string, text: string): void => writeFileSync(join(folder, name), text);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-reference-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tocsin = (line: string) => runTocsin(line.split(' '), { cwd: folder });

describe('the reference', () => {
  test('has modules of operators and facts that rules can name', async () => {
    const [, operators = '', facts = ''] =
      /^\/\/ operators\.mjs.*\n([\s\S]*)\/\/ facts\.mjs.*\n([\s\S]*)$/m.exec(
        block(reference, 'operators.mjs'),
      ) ?? [];
    save('operators.mjs', operators);
    save('facts.mjs', facts);
    const asks = JSON.parse(
      codeIn(reference.prose).find((code) => code.includes('"fact": "reputation"')) ?? '',
    );
    const isEven = { fact: 'n', operator: 'isEven', value: null };
    save(
      'rules.json',
      JSON.stringify([
        { id: 'asks', conditions: { all: [asks] } },
        { id: 'even', conditions: { all: [isEven] } },
      ]),
    );
    save('events.ndjson', '{"source":{"ip":"192.0.2.1"},"n":1}\n{"source":{"ip":"192.0.2.2"},"n":2}\n');
    const { out, err } = await tocsin(
      'match --rules rules.json --operators operators.mjs --facts facts.mjs events.ndjson',
    );
    expect([out, err]).toEqual(['{"line":1,"rules":["asks"]}\n{"line":2,"rules":["even"]}\n', '']);
  });

  test('says what tocsin match --events prints of a rule of json-rules-engine', async () => {
    save('library.json', block(reference, '"name": "account-of-microsoft"'));
    save('account.ndjson', codeIn(reference.prose).find((code) => code.startsWith('{"account"')) ?? '');
    const { out } = await tocsin('match --rules library.json --events account.ndjson');
    expect(out).toBe(block(reference, '{"line":1,"rules":["account-of-microsoft"]'));
  });
});

test('docs/sigma.md shows what tocsin rules explain prints', async () => {
  save('shell.yml', block(sigma, 'Shell of {{ User }}'));
  save('shell.ndjson', '{"ParentImage":"/usr/sbin/nginx","Image":"/usr/bin/python3","User":"www"}');
  const id = /^id: (\S+)$/m.exec(block(sigma, 'Shell of'))?.[1];
  const { out } = await tocsin(`rules explain ${id} --rules shell.yml --event shell.ndjson`);
  expect(out).toBe(block(sigma, 'line 1: does not match'));
});
