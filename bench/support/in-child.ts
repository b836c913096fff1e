import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a file of this folder in a process of its own: none finds what another has left of code and memory. */
export async function inChild<Result>(file: string, args: readonly (string | number)[]): Promise<Result> {
  const child = fork(join(import.meta.dirname, file), args.map(String), { execArgv: [] });
  let result: Result | undefined;
  child.on('message', (message) => {
    result = message as Result;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (result === undefined) throw new Error(`${file} ${args.join(' ')} ended with ${code} and said nothing`);
  return result;
}
