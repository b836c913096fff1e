import { setTimeout as sleep } from 'node:timers/promises';
import { actAlone } from '../app/act-alone.ts';
import type { Config } from '../config/config.ts';
import { PinoLog } from '../runtime/pino-log.ts';
import type { ActionAnswer, ActionRequest } from '../shared/model/incident-action.ts';
import { WorldError } from '../shared/world-error.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { isWriterLocked } from '../store/sqlite/writer-lock.ts';

const lookMs = 25;

/** What became of requests, in their order; undefined: it waits, and is done when a service runs. */
export type Answers = readonly (ActionAnswer | undefined)[];

export interface Asking {
  readonly config: Config;
  /** Opened beside the service. */
  readonly store: SqliteStore;
  /** How long to wait for an answer, milliseconds. */
  readonly waitMs: number;
  /** Hears why nobody could do it now. */
  complain(message: string): void;
}

/**
 * Puts requests into the queue and waits for their answers: those of the service that runs; or, where none does, those
 * of this process, which then does the same work. Null: too many wait already.
 */
export async function askFor(requests: readonly ActionRequest[], asking: Asking): Promise<Answers | null> {
  const { store, config, waitMs, complain } = asking;
  const ids = store.actions.ask(requests, Date.now());
  if (ids === null) return null;
  const untilMs = Date.now() + waitMs;
  let mayAct = true;
  for (;;) {
    const answers = store.actions.answers(ids);
    if (answers.size === ids.length || Date.now() >= untilMs) return ids.map((id) => answers.get(id));
    if (mayAct && !isWriterLocked(config.state.file)) mayAct = await actedAlone(config, complain);
    else await sleep(lookMs);
  }
}

/** Whether to try again: a service that came up in between does it. */
async function actedAlone(config: Config, complain: Asking['complain']): Promise<boolean> {
  try {
    await actAlone(config, { log: new PinoLog({ level: 'silent', stream: process.stderr }) });
    return true;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    if (error.code === 'state-in-use') return true;
    complain(`cannot be done now: ${error.message}`);
    return false;
  }
}
