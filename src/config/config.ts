import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, ok, type Result } from '../shared/result.ts';
import { Secret } from '../shared/secret.ts';
import { buildConfig } from './build-config.ts';
import { openBuildContext } from './build-context.ts';
import { type ConfigFault, jsonPath } from './config-fault.ts';
import { configJsonSchema } from './config-json-schema.ts';
import type { Config } from './config-model.ts';
import { configSchema, type WrittenConfig } from './config-schema.ts';
import type { Environment } from './env.ts';
import { findJsonFault } from './json-fault.ts';
import { jsonHint } from './json-hint.ts';
import { asType, type Substituted, substituteEnv } from './substitute-env.ts';
import { type SchemaFault, schemaFaults } from './zod-faults.ts';

export type { ConfigFault } from './config-fault.ts';
export type { Config } from './config-model.ts';

export interface LoadConfigOptions {
  /** The configuration file; without one `tocsin.json` in `cwd` where there is such a file, else the defaults. */
  readonly file?: string;
  readonly env: Environment;
  readonly cwd: string;
  /** Reads a text file; throws where it cannot. For tests. */
  readonly readFile?: (path: string) => string;
}

/**
 * Loads the configuration: file, environment and secrets' files into one frozen value, or every fault in them at once.
 * Never throws for what people write.
 */
export function loadConfig(options: LoadConfigOptions): Result<Config, readonly ConfigFault[]> {
  const readFile = options.readFile ?? ((path: string) => readFileSync(path, 'utf8'));
  const file = fileOf(options);
  const faults: SchemaFault[] = [];
  const result = (config: Config | undefined): Result<Config, readonly ConfigFault[]> =>
    config !== undefined && faults.length === 0
      ? ok(deepFreeze(config))
      : fail(faults.map((fault) => ({ file: file ?? 'defaults', ...fault })));
  const context = openBuildContext({ file, cwd: options.cwd, readFile, faults });
  const text = file === undefined ? '{}' : context.readText(file, []);
  const parsed = text === undefined ? undefined : parse(text, faults);
  if (parsed === undefined) return result(undefined);
  const written = validate(substituteEnv(parsed.value, options.env), faults);
  if (written === undefined) return result(undefined);
  return result(buildConfig(written, { file, env: options.env }, context));
}

function fileOf({ file, cwd }: LoadConfigOptions): string | undefined {
  if (file !== undefined) return resolve(cwd, file);
  const usual = resolve(cwd, 'tocsin.json');
  return existsSync(usual) ? usual : undefined;
}

function parse(text: string, faults: SchemaFault[]): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Not the parser's message: it quotes the file, secrets included.
    const at = findJsonFault(text);
    const where = at === undefined ? '' : ` from line ${at.line}, column ${at.column} on`;
    const hint = at === undefined ? undefined : jsonHint(text, at);
    faults.push({ path: '$', message: `is no JSON${where}`, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }
}

/**
 * Checks the tree against the schema. A variable's text that stands where a number, a boolean or a list belongs is
 * taken for that first: the environment knows only texts.
 */
function validate(substituted: Substituted, faults: SchemaFault[]): WrittenConfig | undefined {
  faults.push(...substituted.faults);
  const first = configSchema.safeParse(substituted.tree, { reportInput: true });
  if (first.success) return first.data;
  let tree = substituted.tree;
  for (const issue of first.error.issues) {
    if (issue.code !== 'invalid_type' || typeof issue.input !== 'string') continue;
    if (!substituted.variables.has(jsonPath(issue.path))) continue;
    const value = asType(issue.input, issue.expected);
    if (value !== undefined) tree = replaced(tree, issue.path, value);
  }
  const second = configSchema.safeParse(tree, { reportInput: true });
  if (second.success) return second.data;
  const told = new Set(faults.map((fault) => fault.path));
  faults.push(...schemaFaults(second.error.issues, configJsonSchema()).filter(({ path }) => !told.has(path)));
  return undefined;
}

/** A copy of the tree with another value at the path. */
function replaced(tree: unknown, path: readonly PropertyKey[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(tree))
    return tree.map((child, index) => (index === key ? replaced(child, rest, value) : child));
  const object = tree as Readonly<Record<PropertyKey, unknown>>;
  return { ...object, [key]: replaced(object[key], rest, value) };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
