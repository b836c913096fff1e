/** The tuple of a rule's `groupBy` values. A rule without `groupBy` has one group, with no values. */
export interface Group {
  /** Canonical JSON of the values in the order of `groupBy`: `["203.0.113.7"]`; `[]` without `groupBy`. */
  readonly key: string;
  /** Field name to value, in the order of `groupBy`: `{"source.ip":"203.0.113.7"}`. A missing field is null. */
  readonly values: Readonly<Record<string, unknown>>;
}
