import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Steps } from '../shared/steps.ts';
import { unreadable } from './rule-paths.ts';

/** A file beside the state, of which a digest tells whether it is whole. */
export interface CheckedFile {
  readonly file: string;
  /** What it is called where people are told of it: `cache of rules`. */
  readonly what: string;
  /** Who may have made it: what another version wrote is not read. */
  readonly version: string;
  /** Is told in one sentence why the file that is there is not used, or why there will be none. */
  readonly onIgnored: (reason: string) => void;
}

/** A file as large as this is neither written nor read. */
const bytesMax = 256 * 1024 * 1024;

/** The first line: who made it, a digest of all that follows, and the stamp. Half a file is none. */
const header = ({ version }: CheckedFile, digest: string, stamp: string): string =>
  `tocsin ${version} ${digest}${stamp && ` ${stamp}`}\n`;

const headerPattern = /^tocsin ([\w-]+) [\da-f]{64}(?: ([\w-]+))?\n$/;

/** No header is longer. */
const headerMax = 512;

/** The stamp that the file was written with, without a look at the rest; undefined where there is none to be used. */
export function readStamp({ file, version }: CheckedFile): string | undefined {
  try {
    const opened = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(headerMax);
      const head = bytes.toString('latin1', 0, readSync(opened, bytes));
      const [, by, stamp] = headerPattern.exec(head.slice(0, head.indexOf('\n') + 1)) ?? [];
      return by === version ? stamp : undefined;
    } finally {
      closeSync(opened);
    }
  } catch {
    return undefined;
  }
}

/** What stands in the file; undefined where it is missing, damaged, or another version's. Never throws. */
export function readChecked(checked: CheckedFile): Buffer | undefined {
  const { file, what, version, onIgnored } = checked;
  const ignore = (reason: string): undefined =>
    onIgnored(`the ${what} ${file} is not used: ${reason}`) as undefined;
  try {
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return undefined;
    if (size > bytesMax) return ignore('it is too large');
    const written = readFileSync(file);
    const end = written.indexOf('\n') + 1;
    const head = written.toString('latin1', 0, end);
    const [, by, stamp = ''] = headerPattern.exec(head) ?? [];
    if (by !== undefined && by !== version) return ignore('it was made by another version');
    const body = written.subarray(end);
    return head === header(checked, hash('sha256', body), stamp) ? body : ignore('it is damaged');
  } catch (error) {
    return ignore(unreadable(error));
  }
}

/** So many bytes are written at a step. */
const writtenAtOnce = 1024 * 1024;

/**
 * Writes the pieces one after another, whole or not at all, and only for the owner to read: beside another file, which then
 * takes the name. A step for each piece, and for each megabyte. Never throws.
 */
export function* writeChecked(checked: CheckedFile, pieces: Iterable<Uint8Array>, stamp = ''): Steps<void> {
  const { file, what, onIgnored } = checked;
  const digest = createHash('sha256');
  const all: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    digest.update(piece);
    all.push(piece);
    size += piece.length;
    yield;
  }
  if (size > bytesMax) return onIgnored(`there is no ${what}: it would be too large`);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    yield* writePieces(draft, [Buffer.from(header(checked, digest.digest('hex'), stamp)), ...all]);
    renameSync(draft, file);
  } catch (error) {
    onIgnored(`there is no ${what}: ${file} ${unreadable(error)}`);
    removeDraft(draft);
  }
}

function* writePieces(file: string, pieces: readonly Uint8Array[]): Steps<void> {
  const opened = openSync(file, 'w', 0o600);
  try {
    let waiting: Uint8Array[] = [];
    let size = 0;
    for (const piece of pieces) {
      waiting.push(piece);
      size += piece.length;
      if (size < writtenAtOnce) continue;
      writeAll(opened, Buffer.concat(waiting));
      waiting = [];
      size = 0;
      yield;
    }
    writeAll(opened, Buffer.concat(waiting));
  } finally {
    closeSync(opened);
  }
}

function writeAll(opened: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(opened, bytes, from);
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Where the folder is a file there is no draft either.
  }
}
