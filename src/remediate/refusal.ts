/** Why a command is not proposed. A closed set: metric label. */
export type RefusalReason =
  | 'unknown-action'
  | 'mode-not-supported'
  /** The template names a field that the incident does not have, or that holds no text or number. */
  | 'value-missing'
  /** The value holds control or hidden characters, a prefix length, or is too long to be what it should be. */
  | 'hostile-value'
  /** Not a target of OpenC2, or not a valid value of it. */
  | 'target-invalid'
  /** A network larger than a command may hit. */
  | 'target-too-wide'
  /** On the list of what must never be hit. */
  | 'never-target';

export interface Refusal {
  readonly incidentId: string;
  readonly ruleId: string;
  /** Which of the rule's remediations, from 0. */
  readonly index: number;
  readonly reason: RefusalReason;
  /** For people: what exactly was wrong. Holds text from logs. */
  readonly detail: string;
}
