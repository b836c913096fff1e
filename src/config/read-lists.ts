import { readFileSync } from 'node:fs';
import { createLists, type Lists } from '../detect/match/lists.ts';
import type { ListConfig } from './config-model.ts';

/** A list whose file could not be read: the list is empty, and rules that name it see nothing in it. */
export interface ListFault {
  readonly list: string;
  readonly message: string;
}

/** Reads the configured lists. A file has one entry a line; empty lines and those that begin with `#` are passed over. */
export function readLists(lists: Readonly<Record<string, ListConfig>>): { lists: Lists; faults: readonly ListFault[] } {
  const faults: ListFault[] = [];
  const entries = Object.entries(lists).map(([name, list]): [string, readonly string[]] => {
    if (!('file' in list)) return [name, list.values];
    try {
      return [name, entriesOf(readFileSync(list.file, 'utf8'))];
    } catch (error) {
      faults.push({ list: name, message: `cannot read ${list.file}: ${(error as Error).message}` });
      return [name, []];
    }
  });
  return { lists: createLists(Object.fromEntries(entries)), faults };
}

const entriesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
