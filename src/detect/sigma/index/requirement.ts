/** How a text stands in a value: as the whole of it, at its beginning, at its end, or anywhere. */
export type AtomKind = 'exact' | 'prefix' | 'suffix' | 'part';

/** What an event must have for a rule to match it: necessary, not sufficient. There are no negations in it. */
export type Requirement =
  /** An atom, by its number. */
  | number
  | { readonly kind: 'and' | 'or'; readonly children: readonly Requirement[] }
  /** Nothing is known to be necessary, and this is why. */
  | NoRequirement;

interface NoRequirement {
  readonly kind: 'none';
  readonly reason: string;
}

export const isNone = (requirement: Requirement): requirement is NoRequirement =>
  typeof requirement !== 'number' && requirement.kind === 'none';

export const noRequirement = (reason: string): Requirement => ({ kind: 'none', reason });

/** All are necessary: those of which nothing is known add nothing. */
export function allOf(children: readonly Requirement[]): Requirement {
  const known = children.filter((child) => !isNone(child));
  const [only] = known;
  if (only !== undefined) return known.length === 1 ? only : { kind: 'and', children: known };
  return children[0] ?? noRequirement('it asks for nothing');
}

/** One of them is necessary; where nothing is known of one, nothing is known of all. None of none can be. */
export function anyOf(children: readonly Requirement[]): Requirement {
  const [only] = children;
  if (only !== undefined && children.length === 1) return only;
  return children.find(isNone) ?? { kind: 'or', children };
}

/** No event has it. */
export const never: Requirement = { kind: 'or', children: [] };
