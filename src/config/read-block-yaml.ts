import { plainMeaning } from './read-plain-yaml.ts';

/** Characters that may mean something to YAML, or that it does not allow: tabs, other controls, line separators. */
const strange = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** A key and its colon; without quotes it begins with no indicator. */
const keyAndColon = /(?:'[^'\n]{0,200}'|[^\s\-?:,[\]{}#&*!|>'"%@`][^\n:#]{0,200}):(?=[ \n])/y;

/** A text that JSON reads as YAML does: as far as they have the same escapes. */
const doubleQuoted = /"(?:[^"\\\n]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"/y;

/** What no text without quotes begins with. */
const indicators = new Set([...`?:,[]{}#&*!|>%@\``].map((sign) => sign.charCodeAt(0)));

const depthMax = 20;

const newLine = 0x0a;
const space = 0x20;
const doubleQuote = 0x22;
const hashSign = 0x23;
const quote = 0x27;
const dash = 0x2d;
const bar = 0x7c;

/**
 * The value of a text that is one map or list in block style, whose scalars end in their line or are lines behind `|`: what
 * nearly all Sigma rules are, in a fraction of the time that `readPlainYaml` takes. Undefined for all else, be it good or not.
 */
export function readBlockYaml(text: string): object | undefined {
  const isPlain = text.endsWith('\n') && !strange.test(text) && text.isWellFormed();
  return isPlain ? new BlockReader(text).document() : undefined;
}

/** Goes from line to line: it stands at the first sign of one that is no comment, or behind the last. Undefined: left to others. */
class BlockReader {
  readonly #source: string;
  #at = 0;
  /** Of the line; -1 behind the last. */
  #indent = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  document(): object | undefined {
    this.#goTo(0);
    const value = this.#indent === -1 ? undefined : this.#collection();
    return this.#indent === -1 ? value : undefined;
  }

  /** To the first line that says something, from the beginning of a line on. */
  #goTo(start: number): void {
    const source = this.#source;
    for (let from = start; from < source.length; ) {
      const at = this.#afterSpaces(from);
      const first = source.charCodeAt(at);
      if (first !== newLine && first !== hashSign) {
        this.#at = at;
        this.#indent = at - from;
        return;
      }
      from = source.indexOf('\n', at) + 1;
    }
    this.#indent = -1;
  }

  #afterSpaces(from: number): number {
    let at = from;
    while (this.#source.charCodeAt(at) === space) at += 1;
    return at;
  }

  #collection(): object | undefined {
    if (this.#depth === depthMax) return undefined;
    this.#depth += 1;
    const value = this.#isItem() ? this.#list() : this.#map();
    this.#depth -= 1;
    return value;
  }

  #isItem(): boolean {
    return this.#source.charCodeAt(this.#at) === dash && this.#source.charCodeAt(this.#at + 1) === space;
  }

  #list(): readonly unknown[] | undefined {
    const indent = this.#indent;
    const list: unknown[] = [];
    while (this.#indent === indent && this.#isItem()) {
      const from = this.#afterSpaces(this.#at + 1);
      let value: unknown;
      if (this.#colonAt(from) === -1) value = this.#scalar(from, indent);
      else {
        this.#indent += from - this.#at;
        this.#at = from;
        value = this.#collection();
      }
      // What goes on deeper than it began is a text of several lines, or a fault.
      if (value === undefined || this.#indent > indent) return undefined;
      list.push(value);
    }
    return list;
  }

  #map(): Readonly<Record<string, unknown>> | undefined {
    const indent = this.#indent;
    const map: Record<string, unknown> = {};
    while (this.#indent === indent) {
      const colon = this.#colonAt(this.#at);
      const key = colon === -1 ? undefined : this.#keyBefore(colon);
      if (typeof key !== 'string' || key === '<<' || key === '__proto__' || Object.hasOwn(map, key))
        return undefined;
      const value = this.#member(this.#afterSpaces(colon + 1), indent);
      if (value === undefined || this.#indent > indent) return undefined;
      map[key] = value;
    }
    return map;
  }

  /** The colon of the key that stands there; -1: there is none. */
  #colonAt(from: number): number {
    keyAndColon.lastIndex = from;
    return keyAndColon.test(this.#source) ? keyAndColon.lastIndex - 1 : -1;
  }

  #keyBefore(colon: number): unknown {
    const key = this.#source.slice(this.#at, colon);
    if (key.charCodeAt(0) === quote) return key.slice(1, -1);
    return key.endsWith(' ') ? undefined : plainMeaning(key);
  }

  /** What stands behind the colon of a key. */
  #member(from: number, indent: number): unknown {
    const first = this.#source.charCodeAt(from);
    if (first !== newLine && first !== hashSign) return this.#scalar(from, indent);
    this.#goTo(this.#source.indexOf('\n', from) + 1);
    const hasValue = this.#indent > indent || (this.#indent === indent && this.#isItem());
    return hasValue ? this.#collection() : null;
  }

  /** `indent`: of the collection it is in. */
  #scalar(from: number, indent: number): unknown {
    const first = this.#source.charCodeAt(from);
    if (first === quote) return this.#quoted(from);
    if (first === doubleQuote) return this.#doubleQuoted(from);
    return first === bar ? this.#lines(from, indent) : this.#plain(from, first);
  }

  #plain(from: number, first: number): unknown {
    if (indicators.has(first)) return undefined;
    const end = this.#source.indexOf('\n', from);
    const line = this.#source.slice(from, end);
    const comment = line.indexOf(' #');
    const text = withoutSpaces(comment === -1 ? line : line.slice(0, comment));
    if (text.includes(': ') || text.endsWith(':') || text === '-' || text.startsWith('- ')) return undefined;
    this.#goTo(end + 1);
    return plainMeaning(text);
  }

  #quoted(from: number): string | undefined {
    const source = this.#source;
    let end = source.indexOf("'", from + 1);
    const isDoubled = end !== -1 && source.charCodeAt(end + 1) === quote;
    while (end !== -1 && source.charCodeAt(end + 1) === quote) end = source.indexOf("'", end + 2);
    const text = source.slice(from + 1, end);
    if (end === -1 || text.includes('\n') || !this.#endsLine(end + 1)) return undefined;
    return isDoubled ? text.replaceAll("''", "'") : text;
  }

  #doubleQuoted(from: number): unknown {
    doubleQuoted.lastIndex = from;
    if (!doubleQuoted.test(this.#source)) return undefined;
    const end = doubleQuoted.lastIndex;
    return this.#endsLine(end) ? JSON.parse(this.#source.slice(from, end)) : undefined;
  }

  /** Whether nothing follows in the line but a comment: then it is left. */
  #endsLine(from: number): boolean {
    const at = this.#afterSpaces(from);
    const next = this.#source.charCodeAt(at);
    if (next !== newLine && (next !== hashSign || at === from)) return false;
    this.#goTo(this.#source.indexOf('\n', at) + 1);
    return true;
  }

  /** Lines as they are, with one end behind the last. Those of spaces alone are left to others. */
  #lines(from: number, indent: number): string | undefined {
    const source = this.#source;
    const start = from + 2;
    const margin = this.#afterSpaces(start) - start;
    if (source.charCodeAt(from + 1) !== newLine || margin <= indent) return undefined;
    let end = start;
    for (let at = start; at < source.length; ) {
      const content = this.#afterSpaces(at);
      const isBlank = source.charCodeAt(content) === newLine;
      if (isBlank && content > at) return undefined;
      if (!isBlank && content - at < margin) break;
      at = source.indexOf('\n', content) + 1;
      if (!isBlank) end = at;
    }
    this.#goTo(end);
    const lines = source.slice(start - 1, end);
    return lines.replaceAll(`\n${' '.repeat(margin)}`, '\n').slice(1);
  }
}

function withoutSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === space) end -= 1;
  return text.slice(0, end);
}
