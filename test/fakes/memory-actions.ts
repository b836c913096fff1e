import type { ActionAnswer, AskedAction } from '../../src/shared/model/incident-action.ts';
import {
  type ActionQueue,
  type AnsweredAction,
  answersKeptMs,
  waitingActionsMax,
} from '../../src/shared/ports/action-queue.ts';

/** What persons asked for, without a disk. */
export class MemoryActions implements ActionQueue {
  #asked: (AskedAction & { readonly askedMs: number; answer: ActionAnswer | null })[] = [];
  #lastId = 0;

  ask(requests: Parameters<ActionQueue['ask']>[0], nowMs: number): readonly number[] | null {
    this.#asked = this.#asked.filter(
      ({ answer, askedMs }) => answer === null || askedMs >= nowMs - answersKeptMs,
    );
    if (this.#waiting().length + requests.length > waitingActionsMax) return null;
    return requests.map((request) => {
      this.#lastId += 1;
      this.#asked.push({ id: this.#lastId, request, askedMs: nowMs, answer: null });
      return this.#lastId;
    });
  }

  #waiting() {
    return this.#asked.filter(({ answer }) => answer === null);
  }

  waiting(limit: number): readonly AskedAction[] {
    return this.#waiting()
      .slice(0, limit)
      .map(({ id, request }) => ({ id, request }));
  }

  answers(ids: readonly number[]): ReadonlyMap<number, ActionAnswer> {
    return new Map(
      this.#asked.flatMap(({ id, answer }) => (ids.includes(id) && answer !== null ? [[id, answer]] : [])),
    );
  }

  write(answered: readonly AnsweredAction[]): void {
    for (const { id, answer } of answered) {
      const asked = this.#asked.find((one) => one.id === id);
      if (asked !== undefined) asked.answer ??= answer;
    }
  }
}
