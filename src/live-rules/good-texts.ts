import { hash } from 'node:crypto';
import { type CheckedFile, readChecked, readStamp, writeChecked } from '../config/checked-file.ts';
import type { RuleFault } from '../config/rule-fault.ts';
import { readRuleText } from '../config/rule-files.ts';
import type { CacheFile } from '../config/sigma-cache.ts';
import type { Steps } from '../shared/steps.ts';
import { isWithin } from './keep-last-good.ts';

/** A text from which rules run. */
export interface GoodText {
  readonly file: string;
  /** SHA-256 of the text. */
  readonly digest: string;
  /** Those of its rules that do. */
  readonly ids: readonly string[];
  /** Its filters and correlations say what rules of other files mean. */
  readonly isLinking: boolean;
}

export interface RecalledText extends GoodText {
  readonly text: string;
}

interface StoredText extends GoodText {
  readonly bytes: Buffer;
}

/** Older versions of a file than so many are forgotten: each is one that some rule of it runs on. */
const versionsMax = 8;

/**
 * The texts of the rules that run, so that the last good version of a rule that is faulty when the service starts again is
 * known then. They are texts, and not what was made of them, since they are to be read by a newer version too.
 */
export class GoodTexts {
  readonly #file: CheckedFile;
  #isDamaged = false;

  constructor(cache: CacheFile) {
    this.#file = { ...cache, what: 'file of the last good rules', version: 'good-rules-1' };
  }

  /** The texts from which rules ran before this process did, of the files that faults speak of. */
  recall(faults: readonly Pick<RuleFault, 'file'>[]): readonly RecalledText[] {
    const places = [...new Set(faults.map(({ file }) => file))];
    return this.#stored()
      .filter(({ file }) => places.some((place) => isWithin(file, place)))
      .map(({ bytes, ...rest }) => ({ ...rest, text: bytes.toString('utf8') }));
  }

  /**
   * Writes which texts rules run from now, if those are others than before. A text that is not stored yet is read from its
   * file, and left out where the file has changed meanwhile: then it is about to be read again. Never throws.
   */
  *save(now: readonly GoodText[]): Steps<void> {
    const stamp = hash(
      'sha256',
      JSON.stringify(now.map(({ file, digest, ids, isLinking }) => [file, digest, ids, isLinking])),
    );
    if (!this.#isDamaged && readStamp(this.#file) === stamp) return;
    const stored = new Map(this.#stored().map((each) => [keyOf(each), each.bytes]));
    this.#isDamaged = false;
    yield* writeChecked(this.#file, piecesOf(now, stored), stamp);
  }

  #stored(): readonly StoredText[] {
    const body = readChecked({
      ...this.#file,
      onIgnored: (reason) => {
        this.#isDamaged = true;
        this.#file.onIgnored(reason);
      },
    });
    return body === undefined ? [] : storedIn(body);
  }
}

const keyOf = ({ file, digest }: GoodText): string => `${digest} ${file}`;

/** Before each text stands a line that says what it is, and how many bytes follow. */
type Head = GoodText & { readonly length: number };

function storedIn(body: Buffer): readonly StoredText[] {
  const stored: StoredText[] = [];
  for (let from = 0; from < body.length; ) {
    const start = body.indexOf('\n', from) + 1;
    const { length, ...text } = JSON.parse(body.toString('utf8', from, start)) as Head;
    stored.push({ ...text, bytes: body.subarray(start, start + length) });
    from = start + length;
  }
  return stored;
}

function* piecesOf(now: readonly GoodText[], stored: ReadonlyMap<string, Buffer>): Generator<Uint8Array> {
  const versions = new Map<string, number>();
  for (const text of now) {
    const version = (versions.get(text.file) ?? 0) + 1;
    versions.set(text.file, version);
    const bytes = version > versionsMax ? undefined : (stored.get(keyOf(text)) ?? readAgain(text));
    if (bytes === undefined) continue;
    const head: Head = { ...text, length: bytes.length };
    yield Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
  }
}

function readAgain({ file, digest }: GoodText): Buffer | undefined {
  const text = readRuleText(file);
  return text.ok && hash('sha256', text.value) === digest ? Buffer.from(text.value) : undefined;
}
