import { AcceptedMatches } from './accepted-matches.ts';
import { ByteWriter } from './byte-writer.ts';
import { PlaceTable } from './place-table.ts';
import { version, writeHeading, writeState, writeTexts } from './window-bytes.ts';

/** Numbers of one match: group, time (less the base), offset, place, index, weight. */
const stride = 6;

interface TextMatches {
  readonly keys: readonly string[];
  readonly places: readonly (readonly [topic: string, partition: number])[];
  readonly baseMs: number;
  readonly numbers: readonly number[];
  readonly values?: readonly unknown[];
}

interface TextRule {
  readonly id: string;
  readonly hash: string;
  readonly settledMs: number | null;
  readonly firstMs?: number | null;
  readonly beganMs?: number;
  /** Of shards. */
  readonly settled?: readonly (readonly [key: string, state: unknown])[];
  readonly tails?: TextMatches;
  /** Of deltas. */
  readonly accepted?: readonly TextMatches[] | TextMatches | null;
  readonly evicted?: readonly string[];
}

interface Text {
  readonly version: number;
  readonly lastMs: number | null;
  readonly dropped?: readonly string[];
  readonly rules: readonly TextRule[];
}

/** A shard or a delta of version 1, which was JSON, as bytes of the present version. */
export function bytesOfText(json: string): Uint8Array {
  const text = JSON.parse(json) as Text;
  if (text.version !== 1)
    throw new Error(`window state of version ${text.version}; this program reads ${version} and older`);
  const to = new ByteWriter(json.length);
  to.count(version);
  to.number(text.lastMs ?? Number.NEGATIVE_INFINITY);
  if (text.dropped !== undefined) writeTexts(to, text.dropped);
  to.count(text.rules.length);
  for (const rule of text.rules) {
    writeHeading(to, {
      id: rule.id,
      hash: rule.hash,
      settledMs: rule.settledMs ?? Number.NEGATIVE_INFINITY,
      firstMs: rule.firstMs ?? Number.POSITIVE_INFINITY,
      beganMs: rule.beganMs ?? Number.POSITIVE_INFINITY,
    });
    const body = new ByteWriter(json.length);
    if (rule.tails === undefined) writeChange(body, rule);
    else writeGroups(body, rule.settled ?? [], rule.tails);
    to.piece(body.written());
  }
  return to.taken();
}

function writeChange(to: ByteWriter, { accepted, evicted }: TextRule): void {
  const pieces = [accepted ?? []].flat();
  to.count(pieces.length);
  for (const piece of pieces) {
    writeTexts(to, piece.keys);
    matchesOf(piece, (place) => place).writeTo(to);
  }
  writeTexts(to, evicted ?? []);
}

/** A group with a settled state and a tail was written twice. */
function writeGroups(to: ByteWriter, settled: NonNullable<TextRule['settled']>, tails: TextMatches): void {
  const places = new Map(settled.map(([key], place) => [key, place]));
  const others = tails.keys.filter((key) => !places.has(key));
  for (const key of others) places.set(key, places.size);
  to.count(places.size);
  for (const [key, state] of settled) {
    to.text(key);
    writeState(to, state);
  }
  for (const key of others) {
    to.text(key);
    writeState(to, undefined);
  }
  matchesOf(tails, (place) => places.get(tails.keys[place] ?? '') ?? 0).writeTo(to);
}

function matchesOf(
  { places, baseMs, numbers, values }: TextMatches,
  placeOf: (key: number) => number,
): AcceptedMatches {
  const matches = new AcceptedMatches(new PlaceTable());
  for (let at = 0; at < numbers.length; at += stride) {
    const [key = 0, timeMs = 0, offset = 0, place = 0, index = 0, weight = 1] = numbers.slice(
      at,
      at + stride,
    );
    const [topic, partition] = places[place] ?? ['', 0];
    const value = values?.[at / stride] ?? undefined;
    matches.add(placeOf(key), {
      timeMs: baseMs + timeMs,
      position: { topic, partition, offset, index },
      weight,
      ...(value === undefined ? {} : { values: value }),
    });
  }
  return matches;
}
