import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';

/** Numbers as people write them: `0x1410`, `00000429` and `1.50` mean the text, since a number would lose how they were written. */
export const exactNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d*[1-9])?$/;

/** YAML 1.2's core schema, but for the numbers above: what stands without quotes and is no text, by its first letter. */
const mayMean = /^(?:[-\d~nNtTfF]|$)/;
const words = new Map<string, null | boolean>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** Where they appear the two libraries may differ: byte order marks, line ends of old Macintoshes. */
const disputed = ['\ufeff', '\r'];

/** A tab, which may be meant as indentation, where the line is more than a comment. */
const disputedTab = /^(?! *#).*\t/m;

/** Merges, and keys that an object, which is what the other library makes first, has in another order, or not at all. */
const oddKey = /^(?:\d+|__proto__|<<)$/;

const depthMax = 50;

/** Keys and places in lists, from the document's root. */
export type YamlPath = readonly (string | number)[];

/** A document that the two libraries read alike. */
export interface PlainDocument {
  /** Maps are Maps, of texts. */
  readonly value: unknown;
  /** The line (from 1) of the deepest part of the path that is in the document; undefined where that is an empty item. */
  readonly lineOf: (path: YamlPath) => number | undefined;
}

/**
 * The documents of a text, from the events of js-yaml's parser, which takes a quarter of the time of the library that tells
 * all faults. Undefined where that one must be asked: the text is faulty, or the two may differ, as they do of scalars at
 * the root.
 */
export function readPlainYaml(text: string): readonly PlainDocument[] | undefined {
  const source = text.replaceAll('\r\n', '\n');
  if (disputed.some((sign) => source.includes(sign))) return undefined;
  if (source.includes('\t') && disputedTab.test(source)) return undefined;
  try {
    const documents = new PlainReader(source, parseEvents(source, { maxDepth: depthMax })).documents();
    return documents.every(({ value }) => typeof value === 'object') ? documents : undefined;
  } catch {
    return undefined;
  }
}

/** Walks through the events of a text once. Throws at what the libraries may read in two ways. */
class PlainReader {
  readonly #source: string;
  readonly #events: readonly Event[];
  #at = 0;

  constructor(source: string, events: readonly Event[]) {
    this.#source = source;
    this.#events = events;
  }

  documents(): readonly PlainDocument[] {
    const documents: PlainDocument[] = [];
    while (this.#at < this.#events.length) {
      const event = this.#next();
      if (event.type !== EVENT_ID.DOCUMENT || event.directives.length > 0) throw disputedEvent();
      const from = this.#at;
      const value = this.#value();
      if (this.#next().type !== EVENT_ID.POP) throw disputedEvent();
      documents.push({
        value,
        lineOf: (path) => {
          const offset = this.#offsetOf(from, path);
          return offset === -1 ? undefined : lineAt(this.#source, offset);
        },
      });
    }
    return documents;
  }

  #next(): Event {
    const event = this.#events[this.#at];
    if (event === undefined) throw disputedEvent();
    this.#at += 1;
    return event;
  }

  #value(): unknown {
    const event = this.#next();
    if (event.type === EVENT_ID.SCALAR) {
      if (event.tagStart !== -1 || event.anchorStart !== -1) throw disputedEvent();
      const written = getScalarValue(this.#source, event);
      return event.style === SCALAR_STYLE.PLAIN && mayMean.test(written) ? meaningOf(written) : written;
    }
    const isMap = event.type === EVENT_ID.MAPPING;
    if (!isMap && event.type !== EVENT_ID.SEQUENCE) throw disputedEvent();
    if (event.tagStart !== -1 || event.anchorStart !== -1) throw disputedEvent();
    return isMap ? this.#map() : this.#list();
  }

  /** No object: thousands of rules have other members each, and an engine knows objects by their members. */
  #map(): ReadonlyMap<string, unknown> {
    const map = new Map<string, unknown>();
    while (!this.#ends()) {
      const key = this.#value();
      if (key === null || typeof key === 'object') throw disputedEvent();
      const name = String(key);
      if (map.has(name) || oddKey.test(name)) throw disputedEvent();
      map.set(name, this.#value());
    }
    return map;
  }

  #list(): readonly unknown[] {
    const list: unknown[] = [];
    while (!this.#ends()) list.push(this.#value());
    return list;
  }

  /** Whether the map or list ends here; it is left then. */
  #ends(): boolean {
    const ends = this.#events[this.#at]?.type === EVENT_ID.POP;
    if (ends) this.#at += 1;
    return ends;
  }

  /** Where the deepest part of the path stands that is below the node whose event is the one at `from`; -1: nobody knows. */
  #offsetOf(from: number, path: YamlPath): number {
    let node = from;
    let offset = this.#startOf(node);
    for (const key of path) {
      const { type } = this.#events[node] ?? {};
      const child =
        type === EVENT_ID.MAPPING
          ? this.#memberAt(node, String(key))
          : type === EVENT_ID.SEQUENCE
            ? this.#itemAt(node, Number(key))
            : undefined;
      if (child === undefined) return offset;
      offset = this.#startOf(child);
      node = type === EVENT_ID.MAPPING ? child + 1 : child;
    }
    return offset;
  }

  /** The event of the key. */
  #memberAt(map: number, name: string): number | undefined {
    for (let at = map + 1; this.#events[at]?.type !== EVENT_ID.POP; at = this.#after(at + 1)) {
      this.#at = at;
      if (String(this.#value()) === name) return at;
    }
    return undefined;
  }

  #itemAt(list: number, index: number): number | undefined {
    let at = list + 1;
    for (let place = 0; this.#events[at]?.type !== EVENT_ID.POP; place += 1) {
      if (place === index) return at;
      at = this.#after(at);
    }
    return undefined;
  }

  /** The event behind the node whose event is the one at `from`. */
  #after(from: number): number {
    this.#at = from;
    this.#value();
    return this.#at;
  }

  #startOf(node: number): number {
    const event = this.#events[node];
    if (event === undefined || !('tagStart' in event)) return 0;
    if (event.type !== EVENT_ID.SCALAR) return event.start;
    const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
    // The text of a block begins in the line behind its sign.
    return isBlock && event.valueStart > 0 ? event.valueStart - 1 : event.valueStart;
  }
}

const disputedEvent = (): Error => new Error('left to the library that tells faults');

function meaningOf(written: string): unknown {
  const word = words.get(written);
  if (word !== undefined) return word;
  return exactNumber.test(written) ? Number(written) : written;
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
