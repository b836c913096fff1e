import picocolors from 'picocolors';
import { printable } from './printable.ts';

type Colours = ReturnType<typeof picocolors.createColors>;

/** Makes lines for a person, in colours where they are shown and wanted (`NO_COLOR`). */
export function createPrettyLine(isScreen: boolean): (json: string) => string {
  const paint = picocolors.createColors(isScreen && picocolors.isColorSupported);
  const levels: Readonly<Record<number, string>> = {
    20: paint.dim('debug'),
    30: paint.green('info '),
    40: paint.yellow('warn '),
    50: paint.red('error'),
  };
  return (json) => prettyLine(json, { paint, levels });
}

/**
 * A line of pino's JSON as one line for a person: time of day, level, message, fields. All of it comes from one line
 * of JSON and goes to a terminal, so control characters are made visible.
 */
function prettyLine(
  json: string,
  { paint, levels }: { paint: Colours; levels: Readonly<Record<number, string>> },
): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const clock = paint.dim(String(time).slice(11, 19));
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${paint.dim(`${printable(name)}=`)}${shown(value)}`,
  );
  return `${[clock, levels[Number(level)] ?? String(level), printable(String(msg)), ...pairs].join(' ')}\n`;
}

/** A text as it is where it is one word, everything else as JSON; an error's stack on the same line. */
function shown(value: unknown): string {
  if (typeof value === 'string' && value !== '' && !/[\s"=]/.test(value)) return printable(value);
  return printable(JSON.stringify(value) ?? 'undefined');
}
