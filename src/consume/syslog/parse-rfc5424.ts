import { digits } from '../time/civil-time.ts';
import type { SyslogLine } from './parse-syslog.ts';

/** Whether RFC 5424's version and a space follow the priority that ends at `at`. */
export const isRfc5424 = (line: string, at: number): boolean =>
  digits(line, at, 1) === 1 && line.charCodeAt(at + 1) === 32;

/** Takes apart `VERSION TIME HOST APP PROCID MSGID STRUCTURED-DATA [MSG]` (RFC 5424, section 6); `-` is null. */
export function parseRfc5424(line: string, from: { at: number; priority: number }): SyslogLine {
  const words: (string | null)[] = [];
  let at = from.at + 2;
  for (let count = 0; count < 5; count += 1) {
    const end = line.indexOf(' ', at);
    const word = line.slice(at, end === -1 ? line.length : end);
    words.push(word === '-' || word === '' ? null : word);
    at = end === -1 ? line.length : end + 1;
  }
  const dataEnd = endOfData(line, at);
  const data = line.slice(at, dataEnd);
  const [time = null, hostname = null, program = null, pid = null, messageId = null] = words;
  return {
    priority: from.priority,
    time,
    hostname,
    program,
    pid,
    messageId,
    structuredData: data === '-' || data === '' ? null : data,
    message: messageAt(line, dataEnd),
  };
}

/** Where the structured data ends: `-`, or `[...][...]` with quoted values in which `\` escapes. */
function endOfData(line: string, at: number): number {
  if (line.charCodeAt(at) === 45) return at + 1;
  let end = at;
  while (line.charCodeAt(end) === 91) {
    const close = endOfElement(line, end + 1);
    if (close === -1) return at;
    end = close + 1;
  }
  return end;
}

function endOfElement(line: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 92 && isQuoted) at += 1;
    else if (code === 34) isQuoted = !isQuoted;
    else if (code === 93 && !isQuoted) return at;
  }
  return -1;
}

/** The message after one space, without the byte order mark that RFC 5424 puts before UTF-8. */
function messageAt(line: string, end: number): string {
  let at = line.charCodeAt(end) === 32 ? end + 1 : end;
  if (line.charCodeAt(at) === 0xfeff) at += 1;
  return line.slice(at);
}
