import { dirname, resolve } from 'node:path';
import { Secret } from '../shared/secret.ts';
import { jsonPath } from './config-fault.ts';
import type { SchemaFault } from './zod-faults.ts';

export type Keys = readonly PropertyKey[];

/** What building a configuration needs: where paths start, how files are read, and where faults go. */
export interface BuildContext {
  fault(keys: Keys, message: string, hint?: string): void;
  /** An absolute path: a relative one starts at the folder of the configuration file. */
  absolute(path: string): string;
  /** The text of a small file named at `keys`; an unreadable one is a fault and gives undefined. */
  readText(path: string, keys: Keys): string | undefined;
}

export interface BuildContextOptions {
  /** Absolute path of the configuration file; undefined where there is none. */
  readonly file: string | undefined;
  readonly cwd: string;
  readonly readFile: (path: string) => string;
  readonly faults: SchemaFault[];
}

export function openBuildContext({ file, cwd, readFile, faults }: BuildContextOptions): BuildContext {
  const folder = file === undefined ? cwd : dirname(file);
  const absolute = (path: string): string => resolve(folder, path);
  const fault: BuildContext['fault'] = (keys, message, hint) => {
    faults.push({ path: jsonPath(keys), message, ...(hint === undefined ? {} : { hint }) });
  };
  return {
    fault,
    absolute,
    readText: (path, keys) => {
      try {
        return readFile(absolute(path));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
        fault(keys, `cannot read ${absolute(path)} (${code})`);
        return undefined;
      }
    },
  };
}

/** The text of an optional file, such as a PEM. */
export function optionalFile(
  path: string | undefined,
  keys: Keys,
  context: BuildContext,
): string | undefined {
  return path === undefined ? undefined : context.readText(path, keys);
}

/**
 * The secret that `owner` has under `name` as a value or under `nameFile` as a file: one of the two, never both. A
 * fault gives undefined; so does neither, which the caller judges.
 */
export function readSecret(
  owner: Readonly<Record<string, unknown>>,
  name: string,
  at: { readonly keys: Keys; readonly context: BuildContext },
): Secret | undefined {
  const value = owner[name];
  const file = owner[`${name}File`];
  const { keys, context } = at;
  if (typeof value === 'string' && typeof file === 'string') {
    context.fault([...keys, name], `give ${name} or ${name}File, never both`);
    return undefined;
  }
  if (typeof value === 'string') return new Secret(value);
  if (typeof file !== 'string') return undefined;
  const text = context.readText(file, [...keys, `${name}File`])?.replace(/\r?\n$/, '');
  if (text === '') context.fault([...keys, `${name}File`], `${context.absolute(file)} is empty`);
  return text === undefined || text === '' ? undefined : new Secret(text);
}

/** As `readSecret`, where there must be one; gives an empty secret with a fault where there is none. */
export function requireSecret(
  owner: Readonly<Record<string, unknown>>,
  name: string,
  at: { readonly keys: Keys; readonly context: BuildContext },
): Secret {
  if (owner[name] === undefined && owner[`${name}File`] === undefined) {
    at.context.fault([...at.keys, name], 'is missing', `give ${name} or ${name}File`);
  }
  return readSecret(owner, name, at) ?? new Secret('');
}
