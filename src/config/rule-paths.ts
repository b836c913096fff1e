import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFault } from './rule-fault.ts';

/** More files than this are no rules folder; the rest is reported as one fault. */
const filesMax = 50_000;

const ruleFile = /\.(?:json|ya?ml)$/i;

export interface RulePaths {
  readonly files: readonly string[];
  readonly faults: readonly RuleFault[];
}

/**
 * The rule files under the paths, in the order given and by name within a folder. Folders are read whole; in them only
 * `.json`, `.yml` and `.yaml` count, and what begins with a dot does not. Links to folders are not followed.
 */
export function findRuleFiles(paths: readonly string[]): RulePaths {
  const files = new Set<string>();
  const faults: RuleFault[] = [];
  for (const path of paths) {
    try {
      const found = statSync(path).isDirectory() ? readFolder(path) : [path];
      if (found.length === 0)
        faults.push({ file: path, path: '$', message: 'there is no rule file in this folder' });
      for (const file of found) files.add(file);
    } catch (error) {
      faults.push({ file: path, path: '$', message: unreadable(error) });
    }
  }
  const all = [...files];
  if (all.length <= filesMax) return { files: all, faults };
  const message = `more than ${filesMax} rule files; those after this one are not read`;
  return {
    files: all.slice(0, filesMax),
    faults: [...faults, { file: all[filesMax - 1] ?? '', path: '$', message }],
  };
}

/** Folder by folder: that Node reads them all at once costs several times as much. */
function readFolder(folder: string): string[] {
  const files: string[] = [];
  const folders = [join(folder)];
  for (const at of folders) readInto(at, files, folders);
  return files.sort();
}

function readInto(at: string, files: string[], folders: string[]): void {
  const within = at.endsWith('/') ? at : `${at}/`;
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) folders.push(within + entry.name);
    else if (ruleFile.test(entry.name)) files.push(within + entry.name);
  }
}

/** The rule files among all that a folder holds, at any depth. */
export function ruleFilesAmong(entries: readonly Dirent[], folder: string): string[] {
  return entries
    .filter((entry) => !entry.isDirectory() && ruleFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !file
          .slice(folder.length)
          .split('/')
          .some((part) => part.startsWith('.')),
    )
    .sort();
}

/** What the system said, in one line, without a stack. */
export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EACCES') return 'may not be read (permissions)';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
