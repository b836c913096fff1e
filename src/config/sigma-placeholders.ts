import { readFileSync } from 'node:fs';
import type { PlaceholderValues } from '../detect/sigma/parse-rule.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { findRuleFiles, unreadable } from './rule-paths.ts';
import { readYaml } from './sigma-yaml.ts';

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
  try {
    return parsePlaceholders(file, readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`${file}: ${unreadable(error)}`);
  }
}

function parsePlaceholders(file: string, text: string): Result<Placeholders, string> {
  const { documents, faults } = readYaml(text);
  const [fault] = faults;
  if (fault !== undefined) return fail(`${file}: line ${fault.line}: ${fault.message}`);
  const value = documents[0]?.value;
  if (documents.length !== 1 || typeof value !== 'object' || value === null || Array.isArray(value))
    return fail(`${file}: must be one map of names to lists of values`);
  const placeholders: [string, string[]][] = [];
  for (const [name, written] of Object.entries(value)) {
    const values: readonly unknown[] = Array.isArray(written) ? written : [written];
    if (values.length === 0 || !values.every((each) => typeof each === 'string' || typeof each === 'number'))
      return fail(`${file}: ${name}: must be a list of texts`);
    placeholders.push([name.replace(/^%(.*)%$/, '$1'), values.map(String)]);
  }
  return ok(Object.fromEntries(placeholders));
}
