import { hash } from 'node:crypto';
import type { PlaceholderValues } from '../detect/sigma/parse-rule.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import { inOneGo, type Steps } from '../shared/steps.ts';
import { type CacheFile, isCacheable, readSigmaCache, writeSigmaCache } from './sigma-cache.ts';
import { readSigmaFile, type SigmaFile, type SigmaReading } from './sigma-reading.ts';

/** What a file meant when it was read, and what that depends on besides the code. */
export interface RememberedFile {
  /** Of its text. */
  readonly digest: string;
  /** The placeholders that it asked for, and a digest of what each stood for; null where nobody said. */
  readonly asked: readonly (readonly [string, string | null])[];
  readonly reading: SigmaReading;
  /** Where it stands in the cache; undefined where it does not. */
  readonly cached?: { readonly body: Buffer; readonly from: number; readonly end: number };
}

/**
 * What files in Sigma meant when they were last read, by file: one that is as it was need not be read again. It follows the
 * files of the last load, and is a cache on the disk besides where one is given.
 */
export class SigmaMemory {
  readonly #cache: CacheFile | undefined;
  #known: ReadonlyMap<string, RememberedFile> = new Map();
  #isSaved = true;

  /** Takes what the cache holds, if it was made by this code; otherwise it begins with nothing. Never throws. */
  constructor(cache?: CacheFile) {
    this.#cache = cache;
    if (cache !== undefined) this.#known = readSigmaCache(cache);
  }

  /** To be asked for every file of a load, and ended after the last. */
  begin(placeholder: PlaceholderValues): SigmaRecall {
    return new SigmaRecall({
      known: this.#known,
      placeholder,
      end: (now) => {
        if (!isSameCache(now, this.#known)) this.#isSaved = false;
        this.#known = now;
        if (this.#cache?.savesAtOnce === true) this.save();
      },
    });
  }

  /** Writes the cache where files have changed since. Never throws. */
  save(): void {
    inOneGo(this.saveInSteps());
  }

  *saveInSteps(): Steps<void> {
    if (this.#isSaved || this.#cache === undefined) return;
    this.#isSaved = true;
    yield* writeSigmaCache(this.#cache, this.#known);
  }
}

interface Recalling {
  readonly known: ReadonlyMap<string, RememberedFile>;
  readonly placeholder: PlaceholderValues;
  /** Takes what is known now. */
  readonly end: (now: ReadonlyMap<string, RememberedFile>) => void;
}

type Known = ReadonlyMap<string, RememberedFile>;

/** Whether the cache would hold the same of both. */
function isSameCache(now: Known, before: Known): boolean {
  const cached = [...now].filter(([, { reading }]) => isCacheable(reading));
  const isSame = cached.every(([file, remembered]) => before.get(file) === remembered);
  return (
    isSame && cached.length === [...before.values()].filter(({ reading }) => isCacheable(reading)).length
  );
}

/** One load of all files, by what is remembered of them. */
class SigmaRecall {
  readonly #recalling: Recalling;
  readonly #now = new Map<string, RememberedFile>();
  readonly #digests = new Map<string, string | null>();

  constructor(recalling: Recalling) {
    this.#recalling = recalling;
  }

  /** `readSigmaFile`, or what came of it the last time, which is the same. What it gives must be called in the same order. */
  read(file: SigmaFile): () => SigmaReading {
    const digest = file.digest ?? hash('sha256', file.text);
    const known = this.#recalling.known.get(file.file);
    const isGood =
      known !== undefined &&
      known.digest === digest &&
      known.asked.every(([name, values]) => this.#digestOf(name) === values);
    const remember = isGood ? () => known : this.#readAnew(file, digest);
    return () => {
      const remembered = remember();
      this.#now.set(file.file, remembered);
      return remembered.reading;
    };
  }

  end(): void {
    this.#recalling.end(this.#now);
  }

  #readAnew(file: SigmaFile, digest: string): () => RememberedFile {
    const asked = new Map<string, string | null>();
    const reading = readSigmaFile(file, (name) => {
      asked.set(name, this.#digestOf(name));
      return this.#recalling.placeholder(name);
    });
    return () => ({ digest, asked: [...asked], reading: reading() });
  }

  #digestOf(name: string): string | null {
    const known = this.#digests.get(name);
    if (known !== undefined) return known;
    const values = this.#recalling.placeholder(name);
    const digest = values === undefined ? null : hash('sha256', canonicalJson(values));
    this.#digests.set(name, digest);
    return digest;
  }
}
