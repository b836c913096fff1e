import type { IncidentMatch } from './incident-match.ts';

/** For a time nobody is told of the incidents it takes. They are opened and counted all the same. */
export interface Silence {
  readonly id: string;
  /** Never empty: a silence of everything is a maintenance window. */
  readonly match: IncidentMatch;
  /** ISO-8601 UTC with milliseconds, by the wall clock; in force in [from, until). */
  readonly from: string;
  readonly until: string;
  readonly author: string;
  /** Why. Never empty. */
  readonly comment: string;
}
