import { type Config, type ConfigFault, loadConfig } from '../../src/config/config.ts';
import type { Result } from '../../src/shared/result.ts';

/** Where the configurations of these tests stand. */
export const configFile = '/etc/tocsin/tocsin.json';

/** Loads a configuration from memory; every other file holds `hunter2`, but for those named "missing". */
function loadWritten(
  written: unknown,
  env: Readonly<Record<string, string>> = {},
): Result<Config, readonly ConfigFault[]> {
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  return loadConfig({
    file: configFile,
    env,
    cwd: '/',
    readFile: (path) => {
      if (path === configFile) return text;
      if (path.includes('missing')) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return path.includes('empty') ? '\n' : 'hunter2\n';
    },
  });
}

/** The configuration that was written; throws where it has faults. */
export function configOf(written: unknown, env: Readonly<Record<string, string>> = {}): Config {
  const loaded = loadWritten(written, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 1));
  return loaded.value;
}

/** The faults of what was written; none where it loads. */
export function faultsOf(
  written: unknown,
  env: Readonly<Record<string, string>> = {},
): readonly ConfigFault[] {
  const loaded = loadWritten(written, env);
  return loaded.ok ? [] : loaded.failure;
}

/** Faults as lines: path, words, hint. */
export const said = (list: readonly ConfigFault[]): string[] =>
  list.map(({ path, message, hint }) => `${path} ${message}${hint === undefined ? '' : ` (${hint})`}`);
