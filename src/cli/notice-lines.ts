import type { Notice } from '../shared/model/notice.ts';
import { columns, printable, type Terminal } from './terminal.ts';

/** Who was told of an incident, who was not, and why: a section of its page. */
export function noticeLines({ colours }: Terminal, notices: readonly Notice[]): string[] {
  if (notices.length === 0) return [];
  const rows = notices.map(({ at, receiver, told, reason, detail }) => [
    at,
    receiver === '' ? 'nobody' : printable(receiver, 64),
    told ? `told: ${reason}` : colours.dim(`not told: ${reason}`),
    printable(detail, 400),
  ]);
  return ['', colours.dim('told'), ...columns(rows).map((line) => `  ${line.trimEnd()}`)];
}
