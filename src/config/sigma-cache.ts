import { isSigmaConditions } from '../detect/sigma/sigma-rule.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Steps } from '../shared/steps.ts';
import { type CheckedFile, readChecked, writeChecked } from './checked-file.ts';
import { ownCode } from './own-code.ts';
import type { RememberedFile } from './sigma-memory.ts';
import type { ReadSigmaRule, SigmaReading } from './sigma-reading.ts';

/** Where something is remembered between starts, and who hears why it is not. */
export interface CacheFile extends Pick<CheckedFile, 'file' | 'onIgnored'> {
  /** Written as soon as something changes, and not when somebody says so. */
  readonly savesAtOnce?: boolean;
}

type Known = ReadonlyMap<string, RememberedFile>;

const checked = (cache: CacheFile): CheckedFile => ({
  ...cache,
  what: 'cache of rules',
  version: `rules-${ownCode()}`,
});

/** A file in the cache: a line of JSON, behind which the conditions of each rule that was good have a line of their own. */
interface CachedFile {
  readonly file: string;
  readonly digest: string;
  readonly asked: RememberedFile['asked'];
  readonly faults: SigmaReading['faults'];
  readonly refused: SigmaReading['refused'];
  /** In the place of conditions there is null. */
  readonly rules: readonly ReadSigmaRule[];
}

/** What is known from the cache, by file: nothing where it is missing, damaged, or made by other code. Never throws. */
export function readSigmaCache(cache: CacheFile): Known {
  const body = readChecked(checked(cache));
  return body === undefined ? new Map() : parseBody(body);
}

function parseBody(body: Buffer): Known {
  const known = new Map<string, RememberedFile>();
  for (let from = 0; from < body.length; ) {
    let end = body.indexOf(lineEnd, from) + 1;
    const { file, digest, asked, faults, refused, rules } = JSON.parse(
      body.toString('utf8', from, end),
    ) as CachedFile;
    for (const { loaded } of rules) {
      if (loaded === undefined) continue;
      const start = end;
      end = body.indexOf(lineEnd, start) + 1;
      // The object is nobody else's yet: copies of thousands would be a third of the work.
      (loaded.rule as { conditions: unknown }).conditions = lazyConditions(body, start, end);
    }
    const reading = { faults, refused, rules, filters: [], correlations: [] };
    known.set(file, { digest, asked, reading, cached: { body, from, end } });
    from = end;
  }
  return known;
}

const lineEnd = 0x0a;

/** Most rules are never tried: their conditions, which are most of the cache, are read when somebody asks for them. */
const lazyConditions = (body: Buffer, start: number, end: number): Rule['conditions'] => ({
  get sigma() {
    return JSON.parse(body.toString('utf8', start, end));
  },
});

/** Filters and correlations say what they do only beside the rules of other files: such files are read each time. */
export const isCacheable = ({ filters, correlations }: SigmaReading): boolean =>
  filters.length === 0 && correlations.length === 0;

function bytesOf(file: string, { digest, asked, reading, cached }: RememberedFile): readonly Buffer[] {
  if (cached !== undefined) return [cached.body.subarray(cached.from, cached.end)];
  if (!isCacheable(reading)) return [];
  const { faults, refused } = reading;
  const conditions: Buffer[] = [];
  const rules = reading.rules.map(({ loaded, ...others }): ReadSigmaRule => {
    if (loaded === undefined || !isSigmaConditions(loaded.rule.conditions)) return others;
    conditions.push(lineOf(loaded.rule.conditions.sigma));
    return { ...others, loaded: { ...loaded, rule: { ...loaded.rule, conditions: null } } };
  });
  const first: CachedFile = { file, digest, asked, faults, refused, rules };
  return [lineOf(first), ...conditions];
}

const lineOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

/** Writes what is known, in steps. Never throws. */
export const writeSigmaCache = (cache: CacheFile, known: Known): Steps<void> =>
  writeChecked(checked(cache), piecesOf(known));

function* piecesOf(known: Known): Generator<Buffer> {
  for (const [file, remembered] of known) yield* bytesOf(file, remembered);
}
