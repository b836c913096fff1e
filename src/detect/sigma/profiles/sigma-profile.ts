/** How the events of one kind of source name what Sigma has a name for. */
export interface SigmaProfile {
  /** The names a field of Sigma may have in the events, the likeliest first; never none. */
  readonly fieldNames: (field: string) => readonly string[];
}

/** Names by a table; what is not in it goes by `others`, and at last by its own name. */
export function mappedFields(
  table: Readonly<Record<string, string | readonly string[]>>,
  others: (field: string) => readonly string[] = () => [],
): SigmaProfile {
  return {
    fieldNames: (field) => {
      const known = Object.hasOwn(table, field) ? table[field] : undefined;
      const names = known === undefined ? others(field) : [known].flat();
      return [...new Set([...names, field])];
    },
  };
}
