import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sharedData } from '../../test/support/shared-data.ts';
import { readTarFiles } from '../../test/support/tar-files.ts';
import { unzipFirst } from '../../test/support/unzip.ts';
import { linesOf } from './event-lines.ts';

/** One file of events, one JSON object a line. */
export interface EventsFile {
  readonly name: string;
  readonly file: string;
}

/** SigmaHQ's rules and the Windows events, unpacked where programs can read them. */
export interface SigmaCorpus {
  /** The folder of the 3,141 rules of `rules/`. */
  readonly rules: string;
  /** The folder of all 3,780. */
  readonly allRules: string;
  readonly events: readonly EventsFile[];
  /** All of them, one file behind the other. */
  readonly all: EventsFile;
  /** The same events with a number in the middle of each text, so that no text is there twice. */
  readonly unrepeated: readonly EventsFile[];
}

/** Unpacks into `folder`, 600 MB. */
export function unpackSigmaCorpus(folder: string): SigmaCorpus {
  const allRules = join(folder, 'sigmahq');
  for (const [path, text] of readTarFiles(join(sharedData, 'sigmahq', 'rules.tar.gz')))
    if (path.endsWith('.yml')) write(join(allRules, path), text);
  const events: EventsFile[] = [];
  const unrepeated: EventsFile[] = [];
  const all = { name: 'all', file: write(join(folder, 'all.ndjson'), '') };
  for (const { zip, bytes } of windowsEvents()) {
    const name = zip.includes('LSASS') ? 'lsass' : zip.includes('registry') ? 'registry' : zip;
    events.push({ name, file: write(join(folder, `${name}.ndjson`), bytes) });
    appendFileSync(all.file, bytes);
    unrepeated.push({ name, file: write(join(folder, `${name}-unrepeated.ndjson`), unrepeat(bytes)) });
  }
  return { rules: join(allRules, 'rules'), allRules, events, all, unrepeated };
}

/** The Windows events, a file at a time: the name of its archive, and what is in it. */
export function* windowsEvents(): Iterable<{ readonly zip: string; readonly bytes: Buffer }> {
  const folder = join(sharedData, 'windows');
  const zips = readdirSync(folder).filter((name) => name.endsWith('.zip'));
  for (const zip of zips.sort()) yield { zip, bytes: unzipFirst(join(folder, zip)) };
}

function write(file: string, content: string | Uint8Array): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function unrepeat(bytes: Buffer): string {
  let number = 0;
  const change = (_: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    number += 1;
    const middle = value.length >> 1;
    return `${value.slice(0, middle)}~${number}~${value.slice(middle)}`;
  };
  const lines: string[] = [];
  for (const line of linesOf(bytes)) lines.push(JSON.stringify(JSON.parse(line), change));
  return `${lines.join('\n')}\n`;
}
