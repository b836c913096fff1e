import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

let known: string | undefined;

/**
 * A digest of the code that reads rules and of the versions of its packages: a version number alone would not tell a change
 * of source. Code does not change while it runs, so it is taken once.
 */
export function ownCode(): string {
  known ??= digestOfCode();
  return known;
}

function digestOfCode(): string {
  const root = join(import.meta.dirname, '..');
  const digest = createHash('sha256').update(readFileSync(join(root, '..', 'package.json')));
  for (const folder of ['config', 'detect', 'shared'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/(?<!\.test|\.d)\.[jt]s$/.test(name)) digest.update(readFileSync(join(root, folder, name)));
  return digest.digest('hex');
}
