import type { ActionAnswer, ActionRequest, AskedAction } from '../model/incident-action.ts';

/** An answer as it is written, in the transaction that does what was asked. */
export interface AnsweredAction {
  readonly id: number;
  readonly answer: ActionAnswer;
}

/**
 * What persons ask for, beside the service and in it. A request waits until a batch answers it (`BatchCommit.answers`),
 * at most once. Contract suite: test/contracts/action-queue.ts.
 */
export interface ActionQueue {
  /**
   * Adds requests, all or none, and gives their ids in the same order; null where too many wait already
   * (`waitingActionsMax`). They are on the disk when it returns.
   */
  ask(requests: readonly ActionRequest[], nowMs: number): readonly number[] | null;
  /** The first that wait, the oldest first. */
  waiting(limit: number): readonly AskedAction[];
  /** The answers there are, by id. They are kept for a day. */
  answers(ids: readonly number[]): ReadonlyMap<number, ActionAnswer>;
}

/** More than any person asks for while nobody answers. */
export const waitingActionsMax = 10_000;

/** How long an answer can be read. */
export const answersKeptMs = 86_400_000;
