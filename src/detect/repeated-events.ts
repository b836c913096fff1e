import { canonicalJson } from '../shared/canonical-json.ts';
import { compileField, type ReadField } from '../shared/field-path.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import { type SourceConfig, sourceDefaults } from '../shared/model/source-config.ts';
import type { EventIdWrites, StoredEventIds } from '../shared/ports/store.ts';
import { type HashedId, IdSet } from './id-set.ts';
import { hash53 } from './window/value-text.ts';

/** Ids of one source that are known at most. */
const eventIdsMax = 1_000_000;

/** Events of a source, by what happened to their ids. */
export interface RepeatCount {
  readonly source: string;
  /** Events that had been there, and were passed over. */
  readonly repeated: number;
  /** Ids that were forgotten before their time was over: there were too many. */
  readonly forgotten: number;
}

/**
 * Which events had been there already: shippers send again what they do not know to have arrived. Of events of a source
 * with the same id the first that is read counts, whatever partition it comes from. An id is known for `repeatsWithin` of
 * event time at least, and for three times that at most. Ids are 106 bits of hash.
 *
 * Bound: 1,000,000 ids a source, 64 MB at most. At the bound the older half is forgotten early, which is counted.
 */
export class RepeatedEvents {
  readonly #bySource = new Map<string, SourceIds>();
  /** What is stored of sources that have no ids any more. */
  #stale: EventIdWrites['dropped'] = [];

  constructor(sources: readonly SourceConfig[], idsMax = eventIdsMax) {
    for (const source of sources)
      if (source.eventId !== undefined) this.#bySource.set(source.name, new SourceIds(source, idsMax));
  }

  /** Whether the event had been there; if not, it has been from now on. An event without an id never had. */
  isRepeat(event: LogEvent): boolean {
    return this.#bySource.get(event.source)?.isRepeat(event) === true;
  }

  /** What must be stored of the events since the last call; undefined where nothing must. */
  takeWrites(): EventIdWrites | undefined {
    const added: EventIdWrites['added'][number][] = [];
    const dropped = [...this.#stale];
    this.#stale = [];
    for (const ids of this.#bySource.values()) {
      added.push(...ids.takeAdded());
      dropped.push(...ids.takeDropped());
    }
    return added.length === 0 && dropped.length === 0 ? undefined : { added, dropped };
  }

  /** Of the events since the last call; sources of which nothing is to be said are left out. */
  takeCounts(): readonly RepeatCount[] {
    return [...this.#bySource.values()]
      .map((ids) => ids.takeCount())
      .filter(({ repeated, forgotten }) => repeated + forgotten > 0);
  }

  /** Before the first event: goes on from what was stored. */
  restore(stored: readonly StoredEventIds[]): void {
    for (const block of stored) {
      const ids = this.#bySource.get(block.source);
      if (ids !== undefined) ids.restore(block);
      else this.#stale = [...this.#stale, { source: block.source, before: block.generation + 1 }];
    }
  }
}

/** Ids that came while event time went on by `repeatsWithin`. */
interface Generation {
  readonly generation: number;
  /** The greatest event time when it began. */
  readonly startedMs: number;
  readonly ids: IdSet;
}

class SourceIds {
  readonly #source: string;
  readonly #idOf: (event: LogEvent) => HashedId | undefined;
  readonly #withinMs: number;
  readonly #idsMax: number;
  #before: Generation | undefined;
  #now: Generation | undefined;
  #added: { readonly of: Generation; readonly ids: number[] }[] = [];
  #droppedBefore: number | undefined;
  #repeated = 0;
  #forgotten = 0;

  constructor({ name, eventId = [], repeatsWithinMs, latenessMs }: SourceConfig, idsMax: number) {
    this.#source = name;
    this.#idOf = compileId([eventId].flat());
    // What is in time for a window must not count twice in it.
    this.#withinMs = Math.max(repeatsWithinMs ?? sourceDefaults.repeatsWithinMs, latenessMs);
    this.#idsMax = idsMax;
  }

  isRepeat(event: LogEvent): boolean {
    const id = this.#idOf(event);
    if (id === undefined) return false;
    this.#forgetUntil(event.timeMs);
    if (this.#now?.ids.has(id) === true || this.#before?.ids.has(id) === true) {
      this.#repeated += 1;
      return true;
    }
    this.#add(id, event.timeMs);
    return false;
  }

  takeAdded(): EventIdWrites['added'] {
    const added = this.#added.map(({ of, ids }) => ({
      source: this.#source,
      generation: of.generation,
      startedMs: of.startedMs,
      ids: Float64Array.from(ids),
    }));
    this.#added = [];
    return added;
  }

  takeDropped(): EventIdWrites['dropped'] {
    if (this.#droppedBefore === undefined) return [];
    const dropped = [{ source: this.#source, before: this.#droppedBefore }];
    this.#droppedBefore = undefined;
    return dropped;
  }

  takeCount(): RepeatCount {
    const count = { source: this.#source, repeated: this.#repeated, forgotten: this.#forgotten };
    this.#repeated = 0;
    this.#forgotten = 0;
    return count;
  }

  /** Blocks come in the order of their generations. */
  restore({ generation, startedMs, ids }: StoredEventIds): void {
    if (this.#now?.generation !== generation) {
      this.#before = this.#now;
      this.#now = { generation, startedMs, ids: new IdSet() };
    }
    for (let at = 0; at < ids.length; at += 2) this.#now.ids.add([ids[at] as number, ids[at + 1] as number]);
  }

  #add(id: HashedId, timeMs: number): void {
    let now = this.#now;
    if (now === undefined) now = this.#begin(timeMs);
    else if (now.ids.size >= this.#idsMax / 2) {
      this.#forgotten += this.#before?.ids.size ?? 0;
      now = this.#begin(timeMs);
    }
    now.ids.add(id);
    const last = this.#added.at(-1);
    if (last?.of === now) last.ids.push(...id);
    else this.#added.push({ of: now, ids: [...id] });
  }

  /** The time of a generation may be over, or that of the one before it too. */
  #forgetUntil(timeMs: number): void {
    const overMs = timeMs - this.#withinMs;
    if (this.#now === undefined || overMs < this.#now.startedMs) return;
    const isAllOver = overMs - this.#withinMs >= this.#now.startedMs;
    this.#begin(timeMs);
    if (!isAllOver) return;
    this.#before = undefined;
    this.#droppedBefore = this.#now.generation;
  }

  #begin(timeMs: number): Generation {
    const before = this.#now;
    const generation = (before?.generation ?? 0) + 1;
    const startedMs = Math.max(timeMs, before?.startedMs ?? Number.NEGATIVE_INFINITY);
    this.#before = before;
    this.#now = { generation, startedMs, ids: new IdSet() };
    this.#droppedBefore = generation - 1;
    return this.#now;
  }
}

/** The id of an event: the value of its field, or of several together; none where one is missing. */
function compileId(fields: readonly string[]): (event: LogEvent) => HashedId | undefined {
  const readers: readonly ReadField[] = fields.map(compileField);
  return (event) => {
    const values = readers.map((read) => read(event.fields));
    if (values.some((value) => value === undefined || value === null || value === '')) return undefined;
    const text = canonicalJson(values);
    return [hash53(text, 1), hash53(text, 2)];
  };
}
