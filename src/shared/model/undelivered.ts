/** What does not get to where it is to be told, since the last look, of one lane of the outbox. */
export interface Undelivered {
  /** `receiver:NAME/CHANNEL` or `topic:NAME`. */
  readonly lane: string;
  /** Rows that were given up; messages about this very trouble are not counted, for they would go on for ever. */
  readonly givenUp: number;
  /** How long its receiver has taken nothing, milliseconds; null: it does, or for a short while only. */
  readonly downMs: number | null;
  /** Why, by the last attempt. */
  readonly detail: string;
}

/** The rule of tocsin's own incidents about what was given up. */
export const undeliveredRuleId = 'tocsin.undelivered';
