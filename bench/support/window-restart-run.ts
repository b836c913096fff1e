import { fork } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { fillState, newStage, withStateFile } from './window-state.ts';

// A child process: how long a restart takes, and what it needs. Argument: live keys. It fills a state file and has a
// child of its own read it (second argument: the file). Sends the parent what was measured, and ends.

export interface WindowRestart {
  /** CPU time, and time, from opening the file until the first match could be taken. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** Resident memory then. */
  readonly megabytes: number;
  readonly storedMegabytes: number;
}

const [keysText = '', file] = process.argv.slice(2);
if (file === undefined) await fillAndRestart();
else report(restartFrom(file));

function restartFrom(state: string): WindowRestart {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const store = openSqliteStore({ file: state });
  const stage = newStage();
  stage.restore(store.load().windows);
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - startedMs;
  const megabytes = process.memoryUsage().rss / 1e6;
  store.close();
  return {
    cpuMs: (user + system) / 1_000,
    elapsedMs,
    megabytes,
    storedMegabytes: statSync(state).size / 1e6,
  };
}

/** The one that filled the file holds all keys itself: another process must read it. */
async function fillAndRestart(): Promise<void> {
  await withStateFile(async (state) => {
    fillState(state, Number(keysText));
    const child = fork(import.meta.filename, [keysText, state], { execArgv: [] });
    child.on('message', (message) => report(message as WindowRestart));
    await once(child, 'exit');
  });
}

function report(restart: WindowRestart): void {
  process.send?.(restart);
  process.disconnect();
}
