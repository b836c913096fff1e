import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from './file-fingerprint.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-fingerprint-'));
  mkdirSync(join(folder, 'rules', 'sub'), { recursive: true });
  writeFileSync(at('rules/a.json'), 'one');
  writeFileSync(at('rules/sub/b.yml'), 'one');
  writeFileSync(at('list.txt'), 'one');
  // As a ConfigMap is mounted: the files are links through one that is replaced as a whole.
  mkdirSync(at('rules/..1'));
  mkdirSync(at('rules/..2'));
  writeFileSync(at('rules/..1/c.json'), 'one');
  writeFileSync(at('rules/..2/c.json'), 'two');
  symlinkSync('..1', at('rules/..data'));
  symlinkSync('..data/c.json', at('rules/c.json'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const take = (): Promise<string> => fingerprintOf([at('rules'), at('list.txt'), at('missing.json')]);

/** Writes other content of the same size and puts the old times back. */
function rewriteWithOldTimes(file: string): void {
  const { atime, mtime } = statSync(file);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('o', 'x'));
  utimesSync(file, atime, mtime);
}

describe('the fingerprint of rule files and lists', () => {
  test.each<{ what: string; change: () => void }>([
    { what: 'a file is written', change: () => writeFileSync(at('rules/a.json'), 'other') },
    { what: 'a file deeper down is written', change: () => writeFileSync(at('rules/sub/b.yml'), 'other') },
    { what: 'a list is written', change: () => writeFileSync(at('list.txt'), 'two') },
    { what: 'a file is added', change: () => writeFileSync(at('rules/sub/new.yaml'), '') },
    { what: 'a file is removed', change: () => rmSync(at('rules/a.json')) },
    { what: 'a file is renamed', change: () => renameSync(at('rules/a.json'), at('rules/z.json')) },
    { what: 'a missing file comes', change: () => writeFileSync(at('missing.json'), '') },
    {
      what: 'another file takes its place',
      change: () => {
        writeFileSync(at('.a.json.swp'), 'two');
        renameSync(at('.a.json.swp'), at('rules/a.json'));
      },
    },
    { what: 'only the content changes', change: () => rewriteWithOldTimes(at('rules/a.json')) },
    {
      what: 'a volume’s link is turned to other files',
      change: () => {
        symlinkSync('..2', at('rules/..tmp'));
        renameSync(at('rules/..tmp'), at('rules/..data'));
      },
    },
    { what: 'the folder is gone', change: () => rmSync(at('rules'), { recursive: true }) },
  ])('changes when $what', async ({ change }) => {
    const before = await take();
    change();
    expect(await take()).not.toBe(before);
  });

  test.each<{ what: string; change: () => void }>([
    { what: 'nothing happens', change: () => undefined },
    { what: 'a file is read', change: () => readFileSync(at('rules/a.json')) },
    { what: 'what is no rule file comes', change: () => writeFileSync(at('rules/README.md'), 'x') },
    { what: 'an editor’s hidden file comes', change: () => writeFileSync(at('rules/.a.json'), 'x') },
  ])('stays when $what', async ({ change }) => {
    const before = await take();
    change();
    expect(await take()).toBe(before);
  });
});
