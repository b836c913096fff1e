import { canonicalJson } from '../shared/canonical-json.ts';
import { compileField, type ReadField } from '../shared/field-path.ts';
import type { Group } from '../shared/model/group.ts';
import type { EventFields } from '../shared/model/log-event.ts';

/** The group of an event; null where a field is missing and the rule leaves such events out. */
export type ReadGroup = (fields: EventFields) => Group | null;

const wholeGroup: Group = Object.freeze({ key: '[]', values: Object.freeze({}) });

/** Reads a rule's `groupBy` values from events. A field that is missing, or null, is null in the group. */
export function compileGroup(
  groupBy: readonly string[],
  missingGroup: 'null' | 'skip',
  readerOf: (name: string) => ReadField = compileField,
): ReadGroup {
  if (groupBy.length === 0) return () => wholeGroup;
  const readers = groupBy.map((name) => ({ name, read: readerOf(name) }));
  return (fields) => {
    const values: [string, unknown][] = [];
    for (const { name, read } of readers) {
      const value = read(fields) ?? null;
      if (value === null && missingGroup === 'skip') return null;
      values.push([name, value]);
    }
    return { key: canonicalJson(values.map(([, value]) => value)), values: Object.fromEntries(values) };
  };
}

/** The group of a key: its values stand there. */
export function groupOfKey(key: string, groupBy: readonly string[]): Group {
  const values = JSON.parse(key) as readonly unknown[];
  return {
    key,
    values: Object.fromEntries(groupBy.map((field, at) => [field, values[at] ?? null] as const)),
  };
}
