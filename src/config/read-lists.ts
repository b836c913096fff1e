import { createLists, type Lists } from '../detect/match/lists.ts';
import type { ListConfig } from './config-model.ts';
import { readTextFile } from './read-text-file.ts';

/**
 * A list whose file could not be read: it keeps the entries it had, and is empty where it had none. Rules that name an
 * empty list see nothing in it.
 */
export interface ListFault {
  readonly list: string;
  readonly message: string;
}

/** Some ten million addresses; a larger file is not read, since its entries are held in memory. */
const listBytesMax = 256 * 1024 * 1024;

export interface ReadLists {
  readonly lists: Lists;
  /** By name, as they are written: what the placeholders of Sigma's rules stand for. */
  readonly entries: Readonly<Record<string, readonly string[]>>;
  readonly faults: readonly ListFault[];
}

/**
 * Reads the configured lists. A file has one entry a line; empty lines and those that begin with `#` are passed over.
 * `before`: the entries when they were last read, which stay where a file cannot be read now.
 */
export function readLists(
  lists: Readonly<Record<string, ListConfig>>,
  before: ReadLists['entries'] = {},
): ReadLists {
  const faults: ListFault[] = [];
  const read = Object.entries(lists).map(([name, list]): [string, readonly string[]] => {
    if (!('file' in list)) return [name, list.values];
    const text = readTextFile(list.file, listBytesMax);
    if (text.ok) return [name, entriesOf(text.value)];
    const kept = Object.hasOwn(before, name) ? (before[name] ?? []) : [];
    const what = kept.length === 0 ? 'it is empty' : 'it keeps what it held';
    faults.push({ list: name, message: `${list.file}: ${text.failure}; ${what} until then` });
    return [name, kept];
  });
  const entries = Object.fromEntries(read);
  return { lists: createLists(entries), entries, faults };
}

const entriesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
