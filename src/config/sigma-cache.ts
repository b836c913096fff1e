import { isSigmaConditions } from '../detect/sigma/sigma-rule.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Steps } from '../shared/steps.ts';
import { type CheckedFile, readChecked, writeChecked } from './checked-file.ts';
import { ownCode } from './own-code.ts';
import type { LoadedRule } from './rule-read.ts';
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
  readonly rules: readonly CachedRule[];
}

type CachedRule = Omit<ReadSigmaRule, 'loaded'> & {
  readonly loaded?: Omit<LoadedRule, 'rule'> & { readonly rule: Omit<Rule, 'conditions'> };
};

/** What is known from the cache, by file: nothing where it is missing, damaged, or made by other code. Never throws. */
export function readSigmaCache(cache: CacheFile): Known {
  const body = readChecked(checked(cache));
  return body === undefined ? new Map() : parseBody(body);
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

/** Writes what is known, in steps. Never throws. */
export const writeSigmaCache = (cache: CacheFile, known: Known): Steps<void> =>
  writeChecked(checked(cache), piecesOf(known));

function* piecesOf(known: Known): Generator<Buffer> {
  for (const [file, remembered] of known) yield* bytesOf(file, remembered);
}
