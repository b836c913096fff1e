/** How a text stands in a value: as the whole of it, at its beginning, at its end, or anywhere. */
export type AtomKind = 'exact' | 'prefix' | 'suffix' | 'part';

/** Something that can be seen of one value of an event. */
export type Atom =
  /** One of the paths holds a value with the text in it, compared folded. */
  | { readonly kind: AtomKind; readonly paths: readonly string[]; readonly text: string }
  /** One of the paths holds something other than null, an empty array too. */
  | { readonly kind: 'present'; readonly paths: readonly string[] }
  /** Any value of the event, at any depth, has the text in it, compared folded. */
  | { readonly kind: 'keyword'; readonly at: AtomKind; readonly text: string };

/** What an event must have for a rule to match it: necessary, not sufficient. There are no negations in it. */
export type Requirement =
  | { readonly kind: 'atom'; readonly atom: Atom }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Requirement[] }
  /** Nothing is known to be necessary, and this is why. */
  | { readonly kind: 'none'; readonly reason: string };

export const atomOf = (atom: Atom): Requirement => ({ kind: 'atom', atom });

export const noRequirement = (reason: string): Requirement => ({ kind: 'none', reason });

/** All are necessary: those of which nothing is known add nothing. */
export function allOf(children: readonly Requirement[]): Requirement {
  const known = children.filter((child) => child.kind !== 'none');
  const [only] = known;
  if (only !== undefined) return known.length === 1 ? only : { kind: 'and', children: known };
  return children[0] ?? noRequirement('it asks for nothing');
}

/** One of them is necessary; where nothing is known of one, nothing is known of all. None of none can be. */
export function anyOf(children: readonly Requirement[]): Requirement {
  const [only] = children;
  if (only !== undefined && children.length === 1) return only;
  return children.find((child) => child.kind === 'none') ?? { kind: 'or', children };
}

/** No event has it. */
export const never: Requirement = { kind: 'or', children: [] };
