import { digits } from '../time/civil-time.ts';
import { monthOf } from '../time/parse-syslog-time.ts';
import { isRfc5424, parseRfc5424 } from './parse-rfc5424.ts';

/** A syslog line, taken apart. What the line does not have is null. */
export interface SyslogLine {
  /** facility * 8 + severity. */
  readonly priority: number | null;
  /** The time as written. */
  readonly time: string | null;
  readonly hostname: string | null;
  readonly program: string | null;
  readonly pid: string | null;
  readonly messageId: string | null;
  /** RFC 5424's structured data, as written. */
  readonly structuredData: string | null;
  readonly message: string;
}

/**
 * Takes a syslog line apart: RFC 5424, RFC 3164 with and without its priority, and rsyslog's file format (an ISO-8601
 * time in the place of RFC 3164's). A line that is none of these is a message without a header. One pass, no regular
 * expressions over the message: it is as long as an attacker likes.
 */
export function parseSyslog(text: string): SyslogLine {
  const line = trimEnd(text);
  const priority = priorityOf(line);
  const at = priority === null ? 0 : line.indexOf('>') + 1;
  if (priority !== null && isRfc5424(line, at)) return parseRfc5424(line, { at, priority });
  const timeEnd = endOfTime(line, at);
  if (timeEnd === at) return { ...noHeader, priority, message: line.slice(at) };
  return { ...afterTime(line, timeEnd + 1), priority, time: line.slice(at, timeEnd) };
}

const noHeader = {
  time: null,
  hostname: null,
  program: null,
  pid: null,
  messageId: null,
  structuredData: null,
} as const;

/** Without the line break (and the NUL of some senders) at its end. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end -= 1;
  if (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** `<34>` at the beginning: 0 to 191. */
function priorityOf(line: string): number | null {
  if (line.charCodeAt(0) !== 60) return null;
  const end = line.indexOf('>');
  if (end < 2 || end > 4) return null;
  const priority = digits(line, 1, end - 1);
  return priority >= 0 && priority <= 191 ? priority : null;
}

/** Where the time that begins at `at` ends; `at` itself where there is none. A space follows it. */
function endOfTime(line: string, at: number): number {
  if (monthOf(line.slice(at, at + 4)) > 0 && line.charCodeAt(at + 6) === 32) {
    const hasYear = digits(line, at + 7, 4) >= 0 && line.charCodeAt(at + 11) === 32;
    const end = line.indexOf(' ', at + (hasYear ? 12 : 7));
    return end > 0 && line.charCodeAt(end - 3) === 58 ? end : fractionEnd(line, at, end);
  }
  const end = line.indexOf(' ', at);
  const isIso =
    end - at >= 19 && end - at <= 40 && digits(line, at, 4) >= 0 && line.charCodeAt(at + 10) === 84;
  return isIso ? end : at;
}

/** `06:55:46.123` also ends a time: its second colon stands three places before the point. */
function fractionEnd(line: string, at: number, end: number): number {
  const point = end > 0 ? line.lastIndexOf('.', end) : -1;
  return point > at && end - point <= 10 && line.charCodeAt(point - 3) === 58 ? end : at;
}

/** `HOST PROGRAM[PID]: MESSAGE`, the host missing where its place holds a program already. */
function afterTime(line: string, at: number): Omit<SyslogLine, 'priority' | 'time'> {
  const first = programAt(line, at);
  if (first !== null) return { ...noHeader, ...first };
  const hostEnd = line.indexOf(' ', at);
  if (hostEnd === -1) return { ...noHeader, message: line.slice(at) };
  const hostname = line.slice(at, hostEnd);
  const second = programAt(line, hostEnd + 1);
  return { ...noHeader, hostname, ...(second ?? { message: line.slice(hostEnd + 1) }) };
}

/** RFC 3164 allows 32 characters, real programs need more; a longer one is the beginning of a message. */
const programLengthMax = 128;

/** `PROGRAM: MESSAGE` or `PROGRAM[PID]: MESSAGE`; null where the text at `at` begins otherwise. */
function programAt(
  line: string,
  at: number,
): { readonly program: string; readonly pid: string | null; readonly message: string } | null {
  const limit = Math.min(line.length, at + programLengthMax);
  let end = at;
  while (end < limit && !endsProgram(line.charCodeAt(end))) end += 1;
  if (end === at) return null;
  const program = line.slice(at, end);
  if (line.charCodeAt(end) === 58)
    return endsTag(line, end) ? { program, pid: null, message: after(line, end) } : null;
  if (line.charCodeAt(end) !== 91) return null;
  const close = line.slice(end, end + 24).indexOf(']');
  const colon = end + close + 1;
  if (close === -1 || line.charCodeAt(colon) !== 58) return null;
  return { program, pid: line.slice(end + 1, end + close), message: after(line, colon) };
}

/** A space, a colon or an opening bracket. */
const endsProgram = (code: number): boolean => code === 32 || code === 58 || code === 91;

/** The colon of a tag is followed by a space or by nothing; those of an IPv6 host are not. */
const endsTag = (line: string, colon: number): boolean =>
  colon + 1 === line.length || line.charCodeAt(colon + 1) === 32;

/** The message after the tag's colon: without the one space between, so that sudo's own indentation stays. */
const after = (line: string, colon: number): string =>
  line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
