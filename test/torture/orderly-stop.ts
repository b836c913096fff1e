import { setTimeout as sleep } from 'node:timers/promises';
import type { TocsinProcess } from '../support/tocsin-process.ts';

/** Whether it ends within that time, by itself or not. */
export const endsWithin = (tocsin: Pick<TocsinProcess, 'finished'>, limitMs: number): Promise<boolean> =>
  Promise.race([tocsin.finished().then(() => true), sleep(limitMs, false)]);

/**
 * Asks it to stop. Throws where it ends otherwise than well, and where it does not end in time: then it is killed, and the
 * fault says in which phase it hung and what it had said.
 */
export async function orderly(
  tocsin: Pick<TocsinProcess, 'end' | 'finished' | 'signal'>,
  { limitMs, phase }: { readonly limitMs: number; phase(): string },
): Promise<'orderly stop'> {
  tocsin.signal('SIGTERM');
  if (!(await endsWithin(tocsin, limitMs))) {
    const hung = phase();
    const { err } = await tocsin.end('SIGKILL');
    throw new Error(`an orderly stop did not end within ${limitMs} ms: it hung at ${hung}:\n${err}`);
  }
  const { code, err } = await tocsin.finished();
  if (code === 0) return 'orderly stop';
  throw new Error(`an orderly stop ended with code ${code}:\n${err}`);
}
