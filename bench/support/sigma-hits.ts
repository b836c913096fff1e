import { createHash } from 'node:crypto';

/** How often each rule hits each event. Events that are equal in every field are one, and hit as often as they stand there. */
export type Hits = ReadonlyMap<string, number>;

/** An event whatever the order of its keys, and a rule. */
export const hitKey = (event: unknown, ruleId: string): string =>
  `${createHash('sha1')
    .update(JSON.stringify(sorted(event)))
    .digest('base64url')} ${ruleId}`;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}

/** The pairs of event and rule in which two differ: those that only one of them has, or more often. */
export function differences(ours: Hits, theirs: Hits): readonly string[] {
  const keys = new Set([...ours.keys(), ...theirs.keys()]);
  return [...keys].filter((key) => (ours.get(key) ?? 0) !== (theirs.get(key) ?? 0));
}

export const countHits = (hits: Hits): number => [...hits.values()].reduce((sum, count) => sum + count, 0);
