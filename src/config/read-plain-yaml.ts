import {
  canBePlain,
  joinBlock,
  notPlain,
  readQuoted,
  readScalar,
  resolvePlain,
  withoutSpaces,
} from './plain-yaml-scalars.ts';

/** Lines of a document, and the one that is read. */
interface Cursor {
  readonly lines: readonly string[];
  readonly end: number;
  at: number;
  depth: number;
  /** Where it is noted on which lines things stand; undefined where nobody asks. */
  readonly marks: YamlMarks | undefined;
}

/** By map or list: the line (from 1) of each of its members, by key or place. */
export type YamlMarks = Map<unknown, Map<string, number>>;

/** Maps and lists nest so deep at most here. */
const depthMax = 40;

/** Longer keys are left to the library, which refuses them above 1,024 characters. */
const keyLengthMax = 500;

/** Tabs, other control characters, and line ends that only some take for such. */
const strange = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]/;

/**
 * The values of the documents of a text in the plain part of YAML that nearly all rules are written in: block maps and
 * lists, scalars on one line, `|` and `>`. Undefined where there is anything else in it, right or wrong: then the library
 * must be asked. `marks` is filled with the lines, if it is given. What is read here is what the library reads, in a twentieth of its time.
 */
export function readPlainYaml(text: string, marks?: YamlMarks): readonly unknown[] | undefined {
  const normal = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  if (strange.test(normal)) return undefined;
  try {
    const lines = normal.split('\n');
    return sectionsOf(lines).map(({ from, to }) =>
      readDocument({ lines, at: from, end: to, depth: 0, marks }),
    );
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

interface Section {
  readonly from: number;
  readonly to: number;
}

/** The lines between `---`. What stands before the first of them is no document if it holds comments alone. */
function sectionsOf(lines: readonly string[]): Section[] {
  const sections: Section[] = [];
  let from = 0;
  for (const [at, line] of lines.entries()) {
    const first = line.charAt(0);
    if (first === '%' || line.startsWith('...')) throw notPlain;
    if (first !== '-' || !line.startsWith('---')) continue;
    if (line !== '---') throw notPlain;
    if (from > 0 || hasContent(lines, at)) sections.push({ from, to: at });
    from = at + 1;
  }
  sections.push({ from, to: lines.length });
  return sections;
}

function hasContent(lines: readonly string[], end: number): boolean {
  return nextIndent({ lines, at: 0, end, depth: 0, marks: undefined }) !== -1;
}

function readDocument(cursor: Cursor): unknown {
  if (nextIndent(cursor) !== 0) throw notPlain;
  const value = readBlock(cursor, 0);
  if (nextIndent(cursor) !== -1) throw notPlain;
  return value;
}

function indentOf(line: string): number {
  let at = 0;
  while (line.charCodeAt(at) === 0x20) at += 1;
  return at;
}

/** Steps over empty lines and comments; the indentation of the line after them, -1 at the end. */
function nextIndent(cursor: Cursor): number {
  for (; cursor.at < cursor.end; cursor.at += 1) {
    const line = cursor.lines[cursor.at] ?? '';
    const indent = indentOf(line);
    if (indent < line.length && line.charAt(indent) !== '#') return indent;
  }
  return -1;
}

const lineOf = ({ lines, at }: Cursor): string => lines[at] ?? '';

const isItem = (line: string, at: number): boolean => line.charAt(at) === '-' && line.charAt(at + 1) === ' ';

/** A list or a map that begins on this line, at this place. */
function readBlock(cursor: Cursor, indent: number): unknown {
  cursor.depth += 1;
  if (cursor.depth > depthMax) throw notPlain;
  const value = isItem(lineOf(cursor), indent) ? readList(cursor, indent) : readMap(cursor, indent);
  cursor.depth -= 1;
  return value;
}

function readList(cursor: Cursor, indent: number): unknown[] {
  const list: unknown[] = [];
  let next = indent;
  while (next === indent && isItem(lineOf(cursor), indent)) {
    const line = lineOf(cursor);
    mark(cursor, list, String(list.length));
    const at = afterSpaces(line, indent + 1);
    // A map may begin behind the dash: its members then stand below its first one.
    if (at < line.length && !isItem(line, at) && findKey(line, at) !== undefined)
      list.push(readBlock(cursor, at));
    else list.push(readOnLine(cursor, at, indent));
    next = nextIndent(cursor);
  }
  if (next > indent) throw notPlain;
  return list;
}

function mark({ marks, at }: Cursor, container: unknown, key: string): void {
  if (marks === undefined) return;
  const members = marks.get(container) ?? new Map<string, number>();
  marks.set(container, members.set(key, at + 1));
}

function readMap(cursor: Cursor, indent: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  let next = indent;
  while (next === indent) {
    const found = findKey(lineOf(cursor), indent);
    if (found === undefined || isUnusual(found.key) || Object.hasOwn(map, found.key)) throw notPlain;
    mark(cursor, map, found.key);
    map[found.key] = readValue(cursor, found.end, indent);
    next = nextIndent(cursor);
  }
  if (next > indent) throw notPlain;
  return map;
}

/** Keys with a meaning of their own, and those that may be no text or no own property. */
const isUnusual = (key: string): boolean => key === '<<' || key === '__proto__' || key.length > keyLengthMax;

interface Key {
  readonly key: string;
  /** Behind the colon. */
  readonly end: number;
}

/** The key that begins here, if it is one: with a colon behind it, and a space or the end of the line behind that. */
function findKey(line: string, at: number): Key | undefined {
  const first = line.charAt(at);
  if (first === "'" || first === '"') {
    const { value, end } = readQuoted(line, at);
    return line.charAt(end) === ':' && isBlank(line, end + 1) ? { key: value, end: end + 1 } : undefined;
  }
  if (!canBePlain(line, at)) return undefined;
  let colon = line.indexOf(':', at);
  while (colon !== -1 && !isBlank(line, colon + 1)) colon = line.indexOf(':', colon + 1);
  if (colon === -1) return undefined;
  const key = line.slice(at, colon);
  const comment = key.indexOf(' #');
  if (comment !== -1) return undefined;
  if (key.endsWith(' ') || resolvePlain(key) !== key) throw notPlain;
  return { key, end: colon + 1 };
}

const isBlank = (line: string, at: number): boolean => at >= line.length || line.charAt(at) === ' ';

function afterSpaces(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 0x20) at += 1;
  return at;
}

/** What stands behind a key: on its line, or below it. */
function readValue(cursor: Cursor, from: number, indent: number): unknown {
  const line = lineOf(cursor);
  const at = afterSpaces(line, from);
  if (at < line.length && line.charAt(at) !== '#') return readOnLine(cursor, at, indent);
  cursor.at += 1;
  const next = nextIndent(cursor);
  if (next > indent || (next === indent && isItem(lineOf(cursor), next))) return readBlock(cursor, next);
  return null;
}

/** A scalar that begins at this place, and where it is no block ends on this line. */
function readOnLine(cursor: Cursor, at: number, indent: number): unknown {
  const line = lineOf(cursor);
  const first = line.charAt(at);
  cursor.at += 1;
  if (first !== '|' && first !== '>') return readScalar(line, at);
  const header = withoutSpaces(line.slice(at));
  if (header.length > 2 || (header.length === 2 && !header.endsWith('-'))) throw notPlain;
  return joinBlock(readBlockLines(cursor, indent), header);
}

/** The lines of a block scalar without their indentation, which is that of the first, and without empty ones at the end. */
function readBlockLines(cursor: Cursor, indent: number): readonly string[] {
  const found: string[] = [];
  let own = 0;
  let filled = 0;
  for (; cursor.at < cursor.end; cursor.at += 1) {
    const line = lineOf(cursor);
    const spaces = indentOf(line);
    if (spaces === line.length) {
      // Spaces alone count where they are more than the indentation.
      if (spaces > own) throw notPlain;
      found.push('');
      continue;
    }
    own ||= spaces;
    if (spaces < own || own <= indent) break;
    filled = found.push(line.slice(own));
  }
  // What follows must not be indented, and an empty block is rare.
  if (filled === 0 || nextIndent(cursor) > indent) throw notPlain;
  return found.slice(0, filled);
}
