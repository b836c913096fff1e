import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isSigmaConditions } from '../detect/sigma/sigma-rule.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Steps } from '../shared/steps.ts';
import { unreadable } from './rule-paths.ts';
import type { LoadedRule } from './rule-read.ts';
import type { RememberedFile } from './sigma-memory.ts';
import type { ReadSigmaRule, SigmaReading } from './sigma-reading.ts';

/** Where what files in Sigma mean is remembered between starts. */
export interface SigmaCache {
  readonly file: string;
  /** Is told in one sentence why a cache that is there is not used, or why there will be none. */
  readonly onIgnored: (reason: string) => void;
}

/** A cache as large as this is neither written nor read: no folder of rules comes near it. */
const bytesMax = 256 * 1024 * 1024;

type Known = ReadonlyMap<string, RememberedFile>;

const nothing: Known = new Map();

/** The first line: who made it, and a digest of all that follows. Half a file is none. */
const header = (code: string, body: string): string => `tocsin rules ${code} ${body}\n`;

/** A file in the cache: a line of JSON, behind which the conditions of each rule that was good have a line of their own. */
interface CachedFile {
  readonly file: string;
  readonly digest: string;
  readonly asked: RememberedFile['asked'];
  readonly faults: SigmaReading['faults'];
  readonly refused: SigmaReading['refused'];
  readonly rules: readonly CachedRule[];
}

type CachedRule = Omit<ReadSigmaRule, 'loaded'> & {
  readonly loaded?: Omit<LoadedRule, 'rule'> & { readonly rule: Omit<Rule, 'conditions'> };
};

/** What is known from the cache, by file: nothing where it is missing, damaged, or made by other code. Never throws. */
export function readSigmaCache({ file, onIgnored }: SigmaCache): Known {
  const ignore = (reason: string): Known => {
    onIgnored(`the cache of rules ${file} is not used: ${reason}`);
    return nothing;
  };
  try {
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return nothing;
    if (size > bytesMax) return ignore('it is too large');
    const written = readFileSync(file);
    const end = written.indexOf('\n') + 1;
    const head = written.toString('latin1', 0, end);
    const code = ownCode();
    if (/^tocsin rules [\da-f]{64} [\da-f]{64}\n$/.test(head) && !head.startsWith(`tocsin rules ${code} `))
      return ignore('it was made by another version');
    const body = written.subarray(end);
    return head === header(code, hash('sha256', body)) ? parseBody(body) : ignore('it is damaged');
  } catch (error) {
    return ignore(unreadable(error));
  }
}

/** The code that reads rules, and the versions of its packages: a version number alone would not tell a change of source. */
function ownCode(): string {
  const root = join(import.meta.dirname, '..');
  const digest = createHash('sha256').update(readFileSync(join(root, '..', 'package.json')));
  for (const folder of ['config', 'detect', 'shared'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/(?<!\.test|\.d)\.[jt]s$/.test(name)) digest.update(readFileSync(join(root, folder, name)));
  return digest.digest('hex');
}

function parseBody(body: Buffer): Known {
  const known = new Map<string, RememberedFile>();
  for (let from = 0; from < body.length; ) {
    let end = body.indexOf('\n', from) + 1;
    const { file, rules, digest, asked, ...rest } = JSON.parse(
      body.toString('utf8', from, end),
    ) as CachedFile;
    const read = rules.map((rule): ReadSigmaRule => {
      const { loaded, ...others } = rule;
      if (loaded === undefined) return others;
      const start = end;
      end = body.indexOf('\n', start) + 1;
      const conditions = lazyConditions(body.subarray(start, end));
      return { ...others, loaded: { ...loaded, rule: { ...loaded.rule, conditions } } };
    });
    const reading = { ...rest, rules: read, filters: [], correlations: [] };
    known.set(file, { digest, asked, reading, cached: [body.subarray(from, end)] });
    from = end;
  }
  return known;
}

/** Most rules are never tried: their conditions, which are most of the cache, are read when somebody asks for them. */
const lazyConditions = (json: Buffer): Rule['conditions'] => ({
  get sigma() {
    return JSON.parse(json.toString('utf8'));
  },
});

/** Filters and correlations say what they do only beside the rules of other files: such files are read each time. */
export const isCacheable = ({ filters, correlations }: SigmaReading): boolean =>
  filters.length === 0 && correlations.length === 0;

function bytesOf(file: string, { digest, asked, reading, cached }: RememberedFile): readonly Buffer[] {
  if (cached !== undefined) return cached;
  if (!isCacheable(reading)) return [];
  const { faults, refused } = reading;
  const conditions: Buffer[] = [];
  const rules = reading.rules.map(({ loaded, ...others }): CachedRule => {
    if (loaded === undefined || !isSigmaConditions(loaded.rule.conditions)) return others;
    const { conditions: own, ...rule } = loaded.rule;
    conditions.push(lineOf(loaded.rule.conditions.sigma));
    return { ...others, loaded: { ...loaded, rule } };
  });
  const first: CachedFile = { file, digest, asked, faults, refused, rules };
  return [lineOf(first), ...conditions];
}

const lineOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

/** So many bytes are written at a step. */
const writtenAtOnce = 1024 * 1024;

/**
 * Writes what is known, whole or not at all, and only for its owner to read: beside another file, which then takes its
 * name. Never throws.
 */
export function* writeSigmaCache({ file, onIgnored }: SigmaCache, known: Known): Steps<void> {
  const digest = createHash('sha256');
  const pieces: Buffer[] = [];
  let size = 0;
  for (const [name, remembered] of known) {
    for (const bytes of bytesOf(name, remembered)) {
      digest.update(bytes);
      pieces.push(bytes);
      size += bytes.length;
    }
    yield;
  }
  if (size > bytesMax) return onIgnored('there is no cache of rules: it would be too large');
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    yield* writePieces(draft, [Buffer.from(header(ownCode(), digest.digest('hex'))), ...pieces]);
    renameSync(draft, file);
  } catch (error) {
    onIgnored(`there is no cache of rules: ${file} ${unreadable(error)}`);
    removeDraft(draft);
  }
}

function* writePieces(file: string, pieces: readonly Buffer[]): Steps<void> {
  const opened = openSync(file, 'w', 0o600);
  try {
    let waiting: Buffer[] = [];
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

function writeAll(opened: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(opened, bytes, from);
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Where the folder is a file there is no draft either.
  }
}
