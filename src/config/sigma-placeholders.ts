import type { PlaceholderValues } from '../detect/sigma/parse-rule.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { readTextFile } from './read-text-file.ts';
import { findRuleFiles } from './rule-paths.ts';
import { readYaml } from './sigma-yaml.ts';

/** Larger files are refused, as of rules. */
const bytesMax = 10 * 1024 * 1024;

/** The values of placeholders, by name. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** What a placeholder stands for; undefined where nobody said. */
export const placeholderValues =
  (placeholders: Placeholders): PlaceholderValues =>
  (name) =>
    Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;

/**
 * Reads placeholder values from a file, YAML or JSON: `Administrators: [alice, 'adm-*']`, or from all such files of a
 * folder. Values are read as those of rules: `*` and `?` in them are wildcards. Fails with one sentence that names the
 * file.
 */
export function readPlaceholders(path: string): Result<Placeholders, string> {
  const { files, faults } = findRuleFiles([path]);
  const [fault] = faults;
  if (fault !== undefined) return fail(`${fault.file}: ${fault.message}`);
  const all: Placeholders[] = [];
  for (const file of files) {
    const read = readFile(file);
    if (!read.ok) return read;
    all.push(read.value);
  }
  return ok(Object.assign({}, ...all));
}

function readFile(file: string): Result<Placeholders, string> {
  const text = readTextFile(file, bytesMax);
  return text.ok ? parsePlaceholders(file, text.value) : fail(`${file}: ${text.failure}`);
}

function parsePlaceholders(file: string, text: string): Result<Placeholders, string> {
  const { documents, faults } = readYaml(text);
  const [fault] = faults;
  if (fault !== undefined) return fail(`${file}: line ${fault.line}: ${fault.message}`);
  const value = documents[0]?.value;
  if (documents.length !== 1 || !(value instanceof Map))
    return fail(`${file}: must be one map of names to lists of values`);
  const placeholders: [string, string[]][] = [];
  for (const [name, written] of value) {
    const values: readonly unknown[] = Array.isArray(written) ? written : [written];
    if (values.length === 0 || !values.every((each) => typeof each === 'string' || typeof each === 'number'))
      return fail(`${file}: ${name}: must be a list of texts`);
    placeholders.push([name.replace(/^%(.*)%$/, '$1'), values.map(String)]);
  }
  return ok(Object.fromEntries(placeholders));
}
