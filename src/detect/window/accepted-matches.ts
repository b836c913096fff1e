import type { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { SlabMatch } from './match-slab.ts';
import type { PlaceTable } from './place-table.ts';

/** What a match is not told of, in the lowest bits of its first number; the place of its partition stands above them. */
const hasWeight = 1;
const hasIndex = 2;
const hasGroup = 4;
const placeStep = 8;

type Changing<T> = { -readonly [Part in keyof T]: T[Part] };

const nowhere = { topic: '', partition: 0, offset: 0, index: 0 };

/**
 * Collects matches as bytes: what must be stored of a batch, or of the tails of a shard. Of each it writes how far its time is
 * from that of the one before, and its offset from the next of its partition, so that most take four to six bytes.
 * Bound: one batch, or the tails of one shard.
 */
export class AcceptedMatches {
  readonly #writer = new ByteWriter(256);
  readonly #places: PlaceTable;
  /** The places of these matches, by the numbers they are written with; and those numbers, by the table's. */
  #written: number[] = [];
  #numbers: number[] = [];
  /** By place: the offset that would follow the last. */
  #offsets: number[] = [];
  #values: unknown[] = [];
  #hasValues = false;
  #count = 0;
  #group = -1;
  #timeMs = 0;

  constructor(places: PlaceTable) {
    this.#places = places;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** `group` is the place of the match's group among the keys that are written. */
  add(group: number, { timeMs, position, weight, values }: SlabMatch): void {
    const writer = this.#writer;
    const known = this.#places.idOf(position.topic, position.partition);
    const place = this.#numbers[known] ?? this.#number(known);
    const next = this.#group + 1;
    writer.count(
      place * placeStep +
        (weight === 1 ? 0 : hasWeight) +
        (position.index === 0 ? 0 : hasIndex) +
        (group === next ? 0 : hasGroup),
    );
    writer.difference(timeMs - this.#timeMs);
    writer.difference(position.offset - (this.#offsets[place] ?? 0));
    if (weight !== 1) writer.number(weight);
    if (position.index !== 0) writer.count(position.index);
    if (group !== next) writer.difference(group - next);
    this.#group = group;
    this.#timeMs = timeMs;
    this.#offsets[place] = position.offset + 1;
    this.#count += 1;
    if (values === undefined && !this.#hasValues) return;
    // Lists are as long as the matches only from the first value on.
    while (this.#values.length < this.#count - 1) this.#values.push(null);
    this.#values.push(values ?? null);
    this.#hasValues = true;
  }

  /** Writes them, and begins anew. */
  writeTo(to: ByteWriter): void {
    to.count(this.#count);
    to.count(this.#written.length);
    for (const place of this.#written) {
      const [topic, partition] = this.#places.placeOf(place);
      to.text(topic);
      to.count(partition);
    }
    to.text(this.#hasValues ? JSON.stringify(this.#values) : '');
    to.raw(this.#writer.written());
    this.#clear();
  }

  #clear(): void {
    this.#writer.clear();
    this.#count = 0;
    this.#group = -1;
    this.#timeMs = 0;
    this.#offsets = [];
    if (this.#hasValues) this.#values = [];
    this.#hasValues = false;
    this.#written = [];
    this.#numbers = [];
  }

  #number(place: number): number {
    const number = this.#written.push(place) - 1;
    this.#numbers[place] = number;
    return number;
  }
}

/**
 * Gives each match as `writeTo` wrote it, and the place of its group among the keys. The match is another's after the call:
 * who keeps it copies it.
 */
export function eachAccepted(from: ByteReader, visit: (group: number, match: SlabMatch) => void): void {
  const count = from.count();
  const places = Array.from({ length: from.count() }, () => ({
    nextOffset: 0,
    position: { topic: from.text(), partition: from.count(), offset: 0, index: 0 },
  }));
  const json = from.text();
  const values = json === '' ? undefined : (JSON.parse(json) as readonly unknown[]);
  const match: Changing<SlabMatch> = { timeMs: 0, position: nowhere, weight: 1, values: undefined };
  let group = -1;
  for (let at = 0; at < count; at += 1) {
    const head = from.count();
    const place = places[Math.floor(head / placeStep)];
    if (place === undefined) throw new Error('window state that names no partition');
    const { position } = place;
    match.timeMs += from.difference();
    match.position = position;
    position.offset = place.nextOffset + from.difference();
    place.nextOffset = position.offset + 1;
    match.weight = (head & hasWeight) === 0 ? 1 : from.number();
    position.index = (head & hasIndex) === 0 ? 0 : from.count();
    match.values = values?.[at] ?? undefined;
    group += 1 + ((head & hasGroup) === 0 ? 0 : from.difference());
    visit(group, match);
  }
}
