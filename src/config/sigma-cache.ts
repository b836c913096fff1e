import { createHash, hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../shared/canonical-json.ts';
import { unreadable } from './rule-paths.ts';
import type { LoadedRule } from './rule-read.ts';
import { type LoadedSigma, type LoadSigmaOptions, loadSigma, type SigmaFile } from './sigma-files.ts';

/** Where what rules in Sigma mean is remembered between starts. */
export interface SigmaCache {
  readonly file: string;
  /** Is told in one sentence why a cache that is there is not used, or why there will be none. */
  readonly onIgnored: (reason: string) => void;
}

/** A cache as large as this is neither written nor read: no folder of rules comes near it. */
const bytesMax = 256 * 1024 * 1024;

/**
 * `loadSigma`, taken from the cache where that was made from the same texts, placeholders and code; otherwise the cache is
 * made anew. A cache that cannot be used, whatever is wrong with it, only costs its time. Never throws.
 */
export function loadSigmaCached(
  files: readonly SigmaFile[],
  options: LoadSigmaOptions,
  cache: SigmaCache,
): LoadedSigma {
  if (files.length === 0) return loadSigma(files, options);
  const key = keyOf(files, options);
  const known = readCache(cache, key);
  if (known !== undefined) return known;
  const loaded = loadSigma(files, options);
  writeCache(cache, key, loaded);
  return loaded;
}

/** Everything that the result depends on. */
function keyOf(files: readonly SigmaFile[], { placeholders }: LoadSigmaOptions): string {
  const digest = createHash('sha256').update(ownCode()).update(canonicalJson(placeholders));
  for (const { file, text } of files)
    digest.update(`\n${file.length} ${text.length}\n`).update(file).update(text);
  return digest.digest('hex');
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

/** Before the rules stand the key, and the digest of what follows: half a file is none. */
const header = (key: string, body: Buffer): string => `tocsin rules ${key} ${hash('sha256', body)}\n`;

function readCache({ file, onIgnored }: SigmaCache, key: string): LoadedSigma | undefined {
  const ignore = (reason: string): undefined => {
    onIgnored(`the cache of rules ${file} is not used: ${reason}`);
  };
  try {
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return undefined;
    if (size > bytesMax) return ignore('it is too large');
    const written = readFileSync(file);
    const end = written.indexOf('\n') + 1;
    const head = written.toString('latin1', 0, end);
    if (!head.startsWith(`tocsin rules ${key} `))
      return ignore('it was made from other rules, or by another version');
    const body = written.subarray(end);
    return head === header(key, body) ? parseBody(body) : ignore('it is damaged');
  } catch (error) {
    return ignore(unreadable(error));
  }
}

/** What stands before the rules. */
type Preface = Pick<LoadedSigma, 'faults'> & { readonly spokenFor: [string, readonly string[]][] };

/** A line for each rule: as one text of some megabytes they would take several times that for a moment. */
function bodyOf({ loaded, faults, spokenFor }: LoadedSigma): Buffer {
  const preface: Preface = { faults, spokenFor: [...spokenFor] };
  return Buffer.concat([preface, ...loaded].map((each) => Buffer.from(`${JSON.stringify(each)}\n`)));
}

function parseBody(body: Buffer): LoadedSigma {
  const first = body.indexOf('\n') + 1;
  const { faults, spokenFor } = JSON.parse(body.toString('utf8', 0, first)) as Preface;
  const loaded: LoadedRule[] = [];
  for (let from = first; from < body.length; ) {
    const end = body.indexOf('\n', from) + 1;
    loaded.push(JSON.parse(body.toString('utf8', from, end)) as LoadedRule);
    from = end;
  }
  return { loaded, faults, spokenFor: new Map(spokenFor) };
}

/** Whole or not at all, and only for its owner to read: beside another file, which then takes its name. */
function writeCache({ file, onIgnored }: SigmaCache, key: string, loaded: LoadedSigma): void {
  const draft = `${file}.${process.pid}`;
  const body = bodyOf(loaded);
  if (body.length > bytesMax) {
    onIgnored('there is no cache of rules: it would be too large');
    return;
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, Buffer.concat([Buffer.from(header(key, body)), body]), { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    onIgnored(`there is no cache of rules: ${file} ${unreadable(error)}`);
    removeDraft(draft);
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Where the folder is a file there is no draft either.
  }
}
