import type { Group } from './group.ts';
import type { EventFields, LogEvent } from './log-event.ts';

/** A match: one event that satisfies one rule's conditions. Everything that windows and incidents need to know of it. */
export interface Match {
  readonly ruleId: string;
  readonly group: Group;
  /** Event time, position, weight and fields are the event's. */
  readonly event: LogEvent;
  /** The fields that the window reads, where they are called otherwise in the event (profiles of Sigma sources). */
  readonly windowFields?: EventFields;
  /** Which of the rules that the window names the match is of: places in its `rules`, in order. */
  readonly inputs?: readonly number[];
  /** True where the rule's window is a ratio and the event satisfies its numerator. */
  readonly isNumerator?: true;
}
