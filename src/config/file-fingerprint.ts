import { createHash } from 'node:crypto';
import { stat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { ruleFilesAmong } from './rule-paths.ts';

/** Look-ups under way at once: a network file system that hangs leaves half of Node's four threads to others. */
const lookUpsMax = 2;

/**
 * A digest that changes when a rule file under the paths, or one of the other paths itself, is written, replaced, added,
 * removed, renamed, or linked to something else. Of each file only its time of change, size and inode are looked at;
 * links are followed. Never rejects.
 */
export async function fingerprintOf(paths: readonly string[]): Promise<string> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await filesAt(path)));
  const looks: string[] = [];
  let next = 0;
  const lookOn = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) looks[at] = await lookOf(files[at] ?? '');
  };
  await Promise.all(Array.from({ length: lookUpsMax }, lookOn));
  return createHash('sha256').update(looks.join('\n')).digest('hex');
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    return ruleFilesAmong(await readdir(path, { withFileTypes: true, recursive: true }), path);
  } catch {
    // A file, or nothing at all: looked at below.
    return [path];
  }
}

/** By callback: among thousands of files a promise of Node's own costs three times as much. */
const lookOf = (file: string): Promise<string> =>
  new Promise((resolve) => {
    stat(file, { bigint: true }, (error, stats) => {
      resolve(
        error === null
          ? `${file} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.size} ${stats.ino}`
          : `${file} ${error.code ?? 'unreadable'}`,
      );
    });
  });
