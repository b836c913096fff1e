import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { openSqliteStore, type SqliteStoreOptions } from '../store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { CommandContext } from './command-context.ts';
import { exitCode } from './exit-code.ts';
import { configOrComplain } from './load-config.ts';

/** `reader`: to look; `beside`: to change what a running service notices; `beside-or-first`: also where there is no state yet. */
type StoreUser = 'reader' | 'beside' | 'beside-or-first';

/**
 * Does a command's work on the state that its configuration names, and closes it again. A configuration with faults is
 * complained about, and gives that code. Throws WorldError as `openSqliteStore` does.
 */
export function withStore<T>(
  context: CommandContext,
  { config: path, as }: { config: string | undefined; as: StoreUser },
  work: (store: SqliteStore, config: Config) => T,
): T | typeof exitCode.usage {
  const config = configOrComplain(context, path);
  if (config === undefined) return exitCode.usage;
  const store = openSqliteStore(optionsFor(config.state.file, as));
  try {
    return work(store, config);
  } finally {
    store.close();
  }
}

function optionsFor(file: string, as: StoreUser): SqliteStoreOptions {
  if (as === 'reader') return { file, readOnly: true };
  return as === 'beside' || existsSync(file) ? { file, beside: true } : { file };
}
