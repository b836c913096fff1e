import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readLines } from './read-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function linesOf(file: string): Promise<[number, string][]> {
  const all: [number, string][] = [];
  for await (const { firstLine, lines } of readLines(file)) {
    for (const [index, line] of lines.entries()) all.push([firstLine + index, line.toString('latin1')]);
  }
  return all;
}

describe('reading lines', () => {
  test.each([
    { title: 'a last line without an end is a line', text: 'a\nb', lines: ['a', 'b'] },
    { title: 'a line end at the end adds no line', text: 'a\nb\n', lines: ['a', 'b'] },
    { title: 'an empty line is a line', text: 'a\n\nb\n', lines: ['a', '', 'b'] },
    { title: 'a carriage return before the line end is left out', text: 'a\r\nb\r\n', lines: ['a', 'b'] },
    { title: 'an empty file has no lines', text: '', lines: [] },
    { title: 'bytes that are no UTF-8 stay as they are', text: 'a\xffb\n', lines: ['a\xffb'] },
  ])('$title', async ({ text, lines }) => {
    const file = join(folder, 'plain.log');
    writeFileSync(file, Buffer.from(text, 'latin1'));
    expect(await linesOf(file)).toEqual(lines.map((line, index) => [index + 1, line]));
  });

  test('lines longer than a chunk, and a file packed with gzip, come out whole', async () => {
    const long = Array.from({ length: 50 }, (_, index) => `${index}:${'x'.repeat(index * 10_000)}`);
    const file = join(folder, 'long.log.gz');
    writeFileSync(file, gzipSync(long.join('\n')));
    expect(await linesOf(file)).toEqual(long.map((line, index) => [index + 1, line]));
  });

  test('a file that is not there, and a broken archive, reject', async () => {
    await expect(linesOf(join(folder, 'missing'))).rejects.toThrow(/missing: there is no such file/);
    await expect(linesOf(folder)).rejects.toThrow(`${folder}: is a folder`);
    const broken = join(folder, 'broken.gz');
    writeFileSync(broken, gzipSync('hello'.repeat(1000)).subarray(0, 20));
    await expect(linesOf(broken)).rejects.toThrow(/broken\.gz: is no whole gzip archive \(unexpected end/);
  });
});
