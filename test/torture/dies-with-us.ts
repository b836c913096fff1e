import type { TocsinProcess } from '../support/tocsin-process.ts';

/** Ends the process at the latest when this one exits, so that an interrupted run leaves nobody behind. */
export function diesWithUs(tocsin: TocsinProcess): TocsinProcess {
  const end = (): void => tocsin.signal('SIGKILL');
  process.on('exit', end);
  void tocsin.finished().then(() => process.off('exit', end));
  return tocsin;
}
