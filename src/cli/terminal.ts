import type { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import type { Severity } from '../shared/model/severity.ts';

/** A command's two streams and what they can show. */
export interface Terminal {
  readonly out: Writable;
  readonly err: Writable;
  /** Standard output is a person's screen: colours and live lines make sense. */
  readonly isScreen: boolean;
  readonly colours: ReturnType<typeof createColors>;
}

/** Colours only on a screen, and never where NO_COLOR is set (no-color.org). */
export function openTerminal(streams: {
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  noColor: boolean;
}): Terminal {
  const isScreen = streams.out.isTTY === true;
  return {
    out: streams.out,
    err: streams.err,
    isScreen,
    colours: createColors(isScreen && !streams.noColor),
  };
}

// Control characters (C0, DEL, C1), line separators, the ones that turn the direction of writing, those without width,
// and halves of characters: a log value must not move the cursor, set a title or hide text on an engineer's terminal.
const unsafe = /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** A value from a log, safe to print: unsafe characters become visible escapes, and it is cut to `maxLength`. */
export function printable(value: unknown, maxLength = 300): string {
  const safe = escaped(typeof value === 'string' ? value : (JSON.stringify(value) ?? '-'));
  return safe.length <= maxLength ? safe : `${wholeBeginning(safe, maxLength - 1)}…`;
}

const escaped = (text: string): string =>
  text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value as one line of JSON: the same when it is parsed, and safe to print. */
export const jsonLine = (value: unknown): string => escaped(JSON.stringify(value));

/** Never half of a character. */
function wholeBeginning(text: string, units: number): string {
  const last = text.charCodeAt(units - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? units - 1 : units);
}

/** One line to standard output. */
export function print(terminal: Terminal, line: string): void {
  terminal.out.write(`${line}\n`);
}

/**
 * A message to the person at the command line, on standard error. It may hold names and texts that others chose: of
 * characters that steer a terminal only its own line ends are written.
 */
export function complain(terminal: Terminal, message: string): void {
  complainPainted(terminal, message.split('\n').map(escaped).join('\n'));
}

/** A message in colours, whose parts are printable already. */
export function complainPainted(terminal: Terminal, message: string): void {
  terminal.err.write(`${message}\n`);
}

/** The severity in its colour, padded so that columns line up. */
export function paintSeverity(terminal: Terminal, severity: Severity): string {
  const { colours } = terminal;
  const paint = {
    informational: colours.dim,
    low: colours.cyan,
    medium: colours.yellow,
    high: colours.red,
    critical: (text: string) => colours.bold(colours.red(text)),
  }[severity];
  return paint(severity.padEnd(13));
}

/** Rows as columns of equal width, two spaces apart; the last column is as long as it is. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, visibleLength(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - visibleLength(cell)),
      )
      .join('  '),
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with ESC.
const colourCode = /\u001b\[\d+m/g;

const visibleLength = (cell: string): number => cell.replace(colourCode, '').length;
