import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type ScalarTag,
  visit,
} from 'yaml';
import { exactNumber, lineAt, readPlainYaml, type YamlPath } from './read-plain-yaml.ts';

/** One document of a YAML file. */
export interface YamlDocument {
  /** From 1, as it stands in the file. */
  readonly number: number;
  /** Maps are Maps, of texts. */
  readonly value: unknown;
  /** The line (from 1) of the deepest part of the path that is in the document. */
  readonly lineOf: (path: YamlPath) => number;
}

/** What is wrong with the YAML itself. */
export interface YamlFault {
  readonly document: number;
  readonly line: number;
  readonly message: string;
}

export interface ReadYaml {
  readonly documents: readonly YamlDocument[];
  readonly faults: readonly YamlFault[];
}

const number: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: exactNumber,
  resolve: Number,
};

/** YAML 1.2's core schema, but for the numbers above. A key that stands twice in a map is a fault. */
const options = {
  schema: 'failsafe',
  customTags: ['null', 'bool', number],
  merge: true,
  prettyErrors: false,
  logLevel: 'silent',
  uniqueKeys: true,
} as const;

/** Aliases may repeat what they stand for this often: more is an attack on the memory. */
const aliasesMax = 100;

/**
 * Reads all documents of a YAML text. Never throws; empty documents are left out. The library that tells faults is slow, and
 * is asked only where there is one.
 */
export function readYaml(text: string): ReadYaml {
  const plain = readPlainYaml(text);
  if (plain === undefined) return readAnyYaml(text);
  // Read once more where there is a fault to tell: what knows the lines is several times as large as the text.
  const lineOf = (number: number, path: YamlPath): number =>
    readPlainYaml(text)?.[number - 1]?.lineOf(path) ??
    readAnyYaml(text)
      .documents.find((document) => document.number === number)
      ?.lineOf(path) ??
    1;
  const documents = plain.map(({ value }, index) => ({
    number: index + 1,
    value,
    lineOf: (path: YamlPath) => lineOf(index + 1, path),
  }));
  return { documents: documents.filter(({ value }) => value !== null), faults: [] };
}

/** The same through the library that knows places, whatever is in the text. */
export function readAnyYaml(text: string): ReadYaml {
  const all = parseAll(text);
  if (typeof all === 'string') return { documents: [], faults: [{ document: 1, line: 1, message: all }] };
  const documents: YamlDocument[] = [];
  const faults: YamlFault[] = [];
  for (const [index, document] of all.entries()) {
    const number = index + 1;
    const problems = problemsOf(text, document);
    faults.push(...problems.map((problem) => ({ document: number, ...problem })));
    if (problems.length > 0) continue;
    const value = toValue(document);
    if (!value.ok)
      faults.push({ document: number, line: lineAt(text, value.offset), message: value.message });
    else if (value.value !== null)
      documents.push({
        number,
        value: value.value,
        lineOf: (path) => lineAt(text, offsetOf(document, path)),
      });
  }
  return { documents, faults };
}

/** The parser recurses: a text that nests without end exhausts the stack, which is told as any other fault. */
function parseAll(text: string): readonly Document[] | string {
  try {
    const parsed = parseAllDocuments(text, { ...options, customTags: [...options.customTags] });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    return error instanceof RangeError ? tooDeep : String(error);
  }
}

const tooDeep = 'is nested too deep';

/** Where the library runs out of stack it says so in its own terms. */
const inWords = (message: string): string => (/call stack/i.test(message) ? tooDeep : message);

/** More faults than this in one document say nothing new. */
const problemsMax = 100;

/**
 * One fault a line: what follows on it mostly follows from the first. Of a text that nests too deep all others follow.
 */
function problemsOf(text: string, { errors, warnings }: Document): Omit<YamlFault, 'document'>[] {
  const found = [...errors, ...warnings].slice(0, problemsMax).map(({ pos, message }) => ({
    line: lineAt(text, pos[0]),
    message: inWords(message),
  }));
  const deep = found.find(({ message }) => message === tooDeep);
  if (deep !== undefined) return [deep];
  return found.filter(({ line }, index) => found.findIndex((each) => each.line === line) === index);
}

type YamlValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly offset: number };

function toValue(document: Document): YamlValue {
  try {
    return { ok: true, value: withMaps(document.toJS({ maxAliasCount: aliasesMax }), new Map()) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message, offset: strayAlias(document, message) ?? document.range?.[0] ?? 0 };
  }
}

/** Maps in the place of objects; what stands in several places, or in itself, does so still. */
function withMaps(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    known.set(value, list);
    for (const each of value) list.push(withMaps(each, known));
    return list;
  }
  const map = new Map<string, unknown>();
  known.set(value, map);
  for (const [key, each] of Object.entries(value)) map.set(key, withMaps(each, known));
  return map;
}

/** Where the alias stands whose anchor is not set before it: the first of its name. */
function strayAlias(document: Document, message: string): number | undefined {
  const name = /^Unresolved alias.*: (.*)$/su.exec(message)?.[1];
  let offset: number | undefined;
  visit(document, {
    Alias: (_, { source, range }) => {
      if (source !== name) return undefined;
      offset = range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

function offsetOf(document: Document, path: YamlPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = rangeStart(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}
