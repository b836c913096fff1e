import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The files of a .tar.gz in memory, by path (POSIX ustar: a header of 512 bytes, then the content in blocks of 512). */
export function readTarFiles(path: string): ReadonlyMap<string, string> {
  const archive = gunzipSync(readFileSync(path));
  const files = new Map<string, string>();
  const text = (from: number, length: number): string =>
    archive.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  let longName: string | undefined;
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    const kind = text(at + 156, 1);
    const name = longName ?? `${prefix === '' ? '' : `${prefix}/`}${text(at, 100)}`;
    const content = archive.toString('utf8', at + 512, at + 512 + size);
    // GNU tar writes names beyond 100 bytes as an entry of their own before the file.
    longName = kind === 'L' ? content.replace(/\0.*$/s, '') : undefined;
    if (kind === '0' || kind === '') files.set(name.replace(/^\.\//, ''), content);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
