import type Database from 'better-sqlite3';
import type { ActionAnswer, ActionRequest, AskedAction } from '../../shared/model/incident-action.ts';
import {
  type ActionQueue,
  type AnsweredAction,
  answersKeptMs,
  waitingActionsMax,
} from '../../shared/ports/action-queue.ts';

/** What persons asked for, as rows. Calls throw SQLite's errors. */
export class ActionTable implements ActionQueue {
  readonly #statements;
  readonly #ask;

  constructor(db: Database.Database) {
    this.#statements = prepare(db);
    this.#ask = db.transaction((requests: readonly ActionRequest[], nowMs: number) =>
      this.#add(requests, nowMs),
    ).immediate;
  }

  ask(requests: readonly ActionRequest[], nowMs: number): readonly number[] | null {
    return this.#ask(requests, nowMs);
  }

  #add(requests: readonly ActionRequest[], nowMs: number): number[] | null {
    const { forget, count, add } = this.#statements;
    forget.run(nowMs - answersKeptMs);
    if ((count.get() ?? 0) + requests.length > waitingActionsMax) return null;
    return requests.map((request) =>
      Number(add.run(request.incidentId, JSON.stringify(request), nowMs).lastInsertRowid),
    );
  }

  waiting(limit: number): readonly AskedAction[] {
    return this.#statements.waiting
      .all(limit)
      .map(({ id, request }) => ({ id, request: JSON.parse(request) as ActionRequest }));
  }

  answers(ids: readonly number[]): ReadonlyMap<number, ActionAnswer> {
    const found = new Map<number, ActionAnswer>();
    for (const id of ids) {
      const answer = this.#statements.answer.get(id);
      if (typeof answer === 'string') found.set(id, JSON.parse(answer) as ActionAnswer);
    }
    return found;
  }

  /** Within the batch's transaction. What has an answer keeps it. */
  write(answered: readonly AnsweredAction[]): void {
    for (const { id, answer } of answered) this.#statements.put.run(JSON.stringify(answer), id);
  }
}

function prepare(db: Database.Database) {
  return {
    forget: db.prepare<[number]>('DELETE FROM incident_actions WHERE answer IS NOT NULL AND asked_ms < ?'),
    count: db.prepare<[], number>('SELECT count(*) FROM incident_actions WHERE answer IS NULL').pluck(),
    add: db.prepare<[string, string, number]>(
      'INSERT INTO incident_actions (incident_id, request, asked_ms) VALUES (?, ?, ?)',
    ),
    waiting: db.prepare<[number], { id: number; request: string }>(
      'SELECT id, request FROM incident_actions WHERE answer IS NULL ORDER BY id LIMIT ?',
    ),
    answer: db.prepare<[number], string | null>('SELECT answer FROM incident_actions WHERE id = ?').pluck(),
    put: db.prepare<[string, number]>(
      'UPDATE incident_actions SET answer = ? WHERE id = ? AND answer IS NULL',
    ),
  };
}
