/** Texts that every match of a regular expression has in it; undefined: none is known. */
export type TextTree =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly children: readonly TextTree[] }
  | undefined;

/** Whether a text is worth looking for: many short ones are in nearly every value. */
type IsWorth = (text: string) => boolean;
const isLong: IsWorth = (text) => text.length >= 2;

/** Deeper groups are not looked into. */
const depthMax = 32;

/** A construct that is not read here: then nothing is said of the whole expression. */
class Unread extends Error {}

/**
 * What a text must contain for an RE2 pattern (https://github.com/google/re2/wiki/Syntax) to match it: of the texts in a
 * row all, of alternatives one each. It says less than it could, never more: whatever is not surely a literal
 * ends one. Without regard to case `k` and `s` are none, since other characters fold to them.
 */
export function requiredTexts(pattern: string, ignoreCase: boolean, isWorth = isLong): TextTree {
  try {
    const reader = new PatternReader(pattern, isWorth);
    const tree = reader.alternatives({ ignoreCase, depth: 0 });
    return reader.isAtEnd ? tree : undefined;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

interface Mode {
  readonly ignoreCase: boolean;
  readonly depth: number;
}

/** One thing in a row: a literal character, a group with what it requires, or anything else. */
type Item =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'tree'; readonly tree: TextTree }
  /** Takes no room (`^`, `\b`): what stands on its two sides is still in a row. */
  | { readonly kind: 'place' }
  | { readonly kind: 'flags'; readonly ignoreCase: boolean };

type Repeat = 'once' | 'often' | 'maybe';

/** What things in a row require: the texts in it, and what its groups require. */
class Row {
  readonly #required: Exclude<TextTree, undefined>[] = [];
  readonly #isWorth: IsWorth;
  #run = '';

  constructor(isWorth: IsWorth) {
    this.#isWorth = isWorth;
  }

  add(item: Exclude<Item, { kind: 'flags' }>, repeat: Repeat, ignoreCase: boolean): void {
    if (item.kind === 'place' && repeat === 'once') return;
    if (item.kind !== 'character' || !isLiteral(item.character, ignoreCase)) {
      this.end();
      if (item.kind === 'tree' && item.tree !== undefined && repeat !== 'maybe')
        this.#required.push(item.tree);
      return;
    }
    if (repeat !== 'maybe') this.#run += item.character;
    if (repeat !== 'once') this.end();
  }

  /** Ends the text at hand. */
  end(): void {
    if (this.#run !== '' && this.#isWorth(this.#run)) this.#required.push({ kind: 'text', text: this.#run });
    this.#run = '';
  }

  get required(): TextTree {
    const [first] = this.#required;
    return this.#required.length < 2 ? first : { kind: 'and', children: this.#required };
  }
}

class PatternReader {
  /** By code points: a repeat belongs to a whole one. */
  readonly #characters: readonly string[];
  readonly #isWorth: IsWorth;
  #at = 0;

  constructor(pattern: string, isWorth: IsWorth) {
    this.#characters = [...pattern];
    this.#isWorth = isWorth;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  alternatives(mode: Mode): TextTree {
    if (mode.depth > depthMax) throw new Unread();
    let current = mode;
    const rows: TextTree[] = [];
    do {
      const row = this.#row(current);
      current = row.mode;
      rows.push(row.tree);
    } while (this.#take('|'));
    const [only] = rows;
    if (rows.length === 1) return only;
    return rows.includes(undefined) ? undefined : { kind: 'or', children: rows };
  }

  #row(mode: Mode): { readonly tree: TextTree; readonly mode: Mode } {
    let current = mode;
    const row = new Row(this.#isWorth);
    while (!this.isAtEnd && this.#peek() !== '|' && this.#peek() !== ')') {
      const item = this.#item(current);
      if (item.kind === 'flags') current = this.#changed(current, item.ignoreCase);
      else row.add(item, this.#repeat(), current.ignoreCase);
    }
    row.end();
    return { tree: row.required, mode: current };
  }

  #changed(mode: Mode, ignoreCase: boolean): Mode {
    // What a repeat of flags repeats is RE2's secret.
    if (this.#repeat() !== 'once') throw new Unread();
    return { ...mode, ignoreCase };
  }

  #item(mode: Mode): Item {
    if (this.#repeat() !== 'once') throw new Unread();
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(mode);
      case '[':
        return this.#class();
      case '.':
        return anything;
      case '^':
      case '$':
        return { kind: 'place' };
      case '\\':
        return this.#escape();
      default:
        return { kind: 'character', character };
    }
  }

  #group(mode: Mode): Item {
    const inner = this.#take('?') ? this.#groupMode(mode) : mode;
    if ('flags' in inner) return { kind: 'flags', ignoreCase: inner.flags };
    const tree = this.alternatives({ ...inner, depth: mode.depth + 1 });
    if (!this.#take(')')) throw new Unread();
    return { kind: 'tree', tree };
  }

  /** After `(?`: a name, or flags, which hold in the group or, where none begins, from here on. */
  #groupMode(mode: Mode): Mode | { readonly flags: boolean } {
    const rest = this.#characters.slice(this.#at, this.#at + 200).join('');
    const name = /^P?<\w+>/.exec(rest)?.[0];
    if (name !== undefined) {
      this.#at += name.length;
      return mode;
    }
    const found = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (found === null) throw new Unread();
    const [all, set = '', cleared = '', end] = found;
    this.#at += all.length;
    const ignoreCase = (mode.ignoreCase || set.includes('i')) && !cleared.includes('i');
    return end === ')' ? { flags: ignoreCase } : { ...mode, ignoreCase };
  }

  /** A class of one plain character (`[.]`) is that character. */
  #class(): Item {
    const from = this.#at;
    this.#take('^');
    this.#take(']');
    while (this.#peek() !== ']') {
      const character = this.#next();
      if (character === '\\') this.#next();
      else if (character === '[' && this.#peek() === ':') this.#skipNamedClass();
    }
    const inside = this.#characters.slice(from, this.#at);
    this.#next();
    const [character = ''] = inside;
    return inside.length === 1 && !'^\\]['.includes(character) ? { kind: 'character', character } : anything;
  }

  #skipNamedClass(): void {
    const rest = this.#characters.slice(this.#at, this.#at + 20).join('');
    this.#at += /^:\^?\w+:\]/.exec(rest)?.[0].length ?? 0;
  }

  #escape(): Item {
    const character = this.#next();
    const control = controls[character];
    if (control !== undefined) return { kind: 'character', character: control };
    if ('bBAz'.includes(character)) return { kind: 'place' };
    if ('dDsSwW'.includes(character)) return anything;
    if (/^[!-/:-@[-`{-~]$/.test(character)) return { kind: 'character', character };
    // Octal and hexadecimal numbers, Unicode classes, quotations: rare.
    throw new Unread();
  }

  #repeat(): Repeat {
    const sign = this.#peek();
    if (sign === '{') return this.#bounds();
    if (sign !== '*' && sign !== '+' && sign !== '?') return 'once';
    this.#at += 1;
    this.#take('?');
    return sign === '+' ? 'often' : 'maybe';
  }

  #bounds(): Repeat {
    const rest = this.#characters.slice(this.#at, this.#at + 20).join('');
    const bounds = /^\{(\d+)(?:,\d*)?\}/.exec(rest);
    if (bounds === null) return 'once';
    this.#at += bounds[0].length;
    this.#take('?');
    return Number(bounds[1]) > 0 ? 'often' : 'maybe';
  }

  #peek(): string {
    return this.#characters[this.#at] ?? '';
  }

  #next(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw new Unread();
    this.#at += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }
}

const anything: Item = { kind: 'tree', tree: undefined };

const controls: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
};

const isLiteral = (character: string, ignoreCase: boolean): boolean =>
  !ignoreCase || (character < '\x80' && !/^[ks]$/i.test(character));
