import type { Severity } from './severity.ts';

export type OneOrMany<T> = T | readonly T[];

/**
 * What an incident must be for a route, a silence or an inhibition to take it: every member given must hold, one of
 * several values suffices. In texts but severities `*` stands for any characters, and nothing else is special.
 */
export interface IncidentMatch {
  readonly severity?: OneOrMany<Severity>;
  /** This severity or a higher one. */
  readonly minSeverity?: Severity;
  /** Rule ids. */
  readonly rule?: OneOrMany<string>;
  /** One of these tags. */
  readonly tags?: OneOrMany<string>;
  /** Names of the log sources that its evidence came from: one of them. */
  readonly source?: OneOrMany<string>;
  /** Group field to value; values compare as text, those that are none as JSON. */
  readonly group?: Readonly<Record<string, OneOrMany<string>>>;
}
