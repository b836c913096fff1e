import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sharedData } from '../../test/support/shared-data.ts';

const folder = join(sharedData, 'zeek');

/** Why the corpus cannot be had, in words; undefined when it can. */
export const zeekLacks = (): string | undefined =>
  existsSync(folder) ? undefined : '../shared/data/zeek (the corpus of Zeek events) is not here';

/** All lines of all files in the order of their time `ts`, as one sensor would have shipped them. */
export function zeekLines(): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json.gz'));
  const lines = files.flatMap((name) =>
    gunzipSync(readFileSync(join(folder, name)))
      .toString()
      .split('\n')
      .filter(Boolean),
  );
  return lines
    .map((line) => ({ line, time: (JSON.parse(line) as { ts: string }).ts }))
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ line }) => line);
}
