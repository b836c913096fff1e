import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unreadable } from '../config/rule-paths.ts';

/** Lines of a file as they are (bytes, without the line end), with the number of the first one. */
export interface LineBatch {
  readonly firstLine: number;
  readonly lines: readonly Buffer[];
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/** A line longer than this is not a log line: reading stops with an error rather than filling the memory. */
const lineBytesMax = 256 * 1024 * 1024;

/** A file that cannot be read to its end: which one, and why. */
export class UnreadableFile extends Error {
  constructor(file: string, cause: unknown) {
    super(`${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** The system names the file in some of its messages, and not in others. */
function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'EISDIR') return 'is a folder: name the files in it';
  if (code.startsWith('Z_')) return `is no whole gzip archive (${(cause as Error).message})`;
  return unreadable(cause);
}

/**
 * Reads a file (`.gz` is unpacked, `-` is standard input) and gives its lines in batches of what came in at once.
 * Lines are counted from 1; an empty line counts and is given. Throws UnreadableFile.
 */
export async function* readLines(file: string): AsyncGenerator<LineBatch> {
  try {
    yield* linesOf(file);
  } catch (error) {
    throw new UnreadableFile(file, error);
  }
}

async function* linesOf(file: string): AsyncGenerator<LineBatch> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 1;
  for await (const chunk of openInput(file) as AsyncIterable<Buffer>) {
    const lastNewline = chunk.lastIndexOf(newline);
    if (lastNewline < 0) {
      rest.push(chunk);
      restBytes += chunk.length;
      if (restBytes > lineBytesMax) throw new Error(`line ${line} is longer than ${lineBytesMax} bytes`);
      continue;
    }
    const block =
      rest.length === 0
        ? chunk.subarray(0, lastNewline)
        : Buffer.concat([...rest, chunk.subarray(0, lastNewline)]);
    const lines = splitLines(block);
    yield { firstLine: line, lines };
    line += lines.length;
    rest = lastNewline + 1 < chunk.length ? [chunk.subarray(lastNewline + 1)] : [];
    restBytes = rest[0]?.length ?? 0;
  }
  if (rest.length > 0) yield { firstLine: line, lines: splitLines(Buffer.concat(rest)) };
}

function openInput(file: string): Readable {
  if (file === '-') return process.stdin;
  const raw = createReadStream(file, { highWaterMark: 1 << 20 });
  if (!file.endsWith('.gz')) return raw;
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  // The pipeline destroys the unpacker with the error of either side, and the reader of it throws that error.
  pipeline(raw, gunzip, () => undefined);
  return gunzip;
}

function splitLines(block: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (;;) {
    const end = block.indexOf(newline, start);
    lines.push(withoutReturn(block.subarray(start, end < 0 ? block.length : end)));
    if (end < 0) return lines;
    start = end + 1;
  }
}

const withoutReturn = (line: Buffer): Buffer =>
  line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
