/**
 * Thrown where a text is not plain YAML, and the library must be asked: one object, since a stack is of no use there and
 * costs more than reading a rule.
 */
export const notPlain: unknown = Object.freeze({ name: 'NotPlain' });

/** What may stand behind a value on its line: nothing, or a comment. */
const restOfLine = /^ *(?: #.*)?$/;

/** A scalar in quotation marks, and where on the line it ends. */
export interface Quoted {
  readonly value: string;
  readonly end: number;
}

/** A scalar in quotation marks that ends on its line. */
export function readQuoted(line: string, at: number): Quoted {
  return line.charAt(at) === "'" ? readSingle(line, at) : readDouble(line, at);
}

function readSingle(line: string, at: number): Quoted {
  let close = line.indexOf("'", at + 1);
  let isDoubled = false;
  while (close !== -1 && line.charAt(close + 1) === "'") {
    isDoubled = true;
    close = line.indexOf("'", close + 2);
  }
  if (close === -1) throw notPlain;
  const written = line.slice(at + 1, close);
  return { value: isDoubled ? written.replaceAll("''", "'") : written, end: close + 1 };
}

/** Of the escapes only those of the backslash and of the mark itself. */
function readDouble(line: string, at: number): Quoted {
  let close = at + 1;
  let hasEscapes = false;
  while (line.charAt(close) !== '"') {
    if (close >= line.length) throw notPlain;
    if (line.charAt(close) === '\\') {
      if (!/["\\]/.test(line.charAt(close + 1))) throw notPlain;
      hasEscapes = true;
      close += 1;
    }
    close += 1;
  }
  const written = line.slice(at + 1, close);
  return { value: hasEscapes ? written.replace(/\\(.)/g, '$1') : written, end: close + 1 };
}

/** A scalar, quoted or plain, that ends on its line. */
export function readScalar(line: string, at: number): unknown {
  const first = line.charAt(at);
  if (first !== "'" && first !== '"') return readPlain(line, at);
  const { value, end } = readQuoted(line, at);
  if (end < line.length && !restOfLine.test(line.slice(end))) throw notPlain;
  return value;
}

/** Whether a scalar without quotation marks may begin here: not with an indicator. */
export function canBePlain(line: string, at: number): boolean {
  const first = line.charAt(at);
  if (first === '') return false;
  if (first === '-' || first === '?' || first === ':') {
    const next = line.charAt(at + 1);
    return next !== '' && next !== ' ';
  }
  return !/[,[\]{}#&*!|>'"%@` ]/.test(first);
}

/** Without the spaces at its end; the other white space of Unicode is text like any other. */
export function withoutSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x20) end -= 1;
  return text.slice(0, end);
}

function readPlain(line: string, at: number): unknown {
  if (!canBePlain(line, at)) throw notPlain;
  const comment = line.indexOf(' #', at);
  const text = withoutSpaces(line.slice(at, comment === -1 ? line.length : comment));
  if (text.includes(': ') || text.endsWith(':')) throw notPlain;
  return resolvePlain(text);
}

/** Letters and digits that null, truth values and numbers begin with: most texts begin otherwise. */
const mayBeOther = /^[-~nNtTfF\d]/;

/** What a scalar without quotation marks stands for, by the tags of `sigma-yaml.ts`. */
export function resolvePlain(text: string): unknown {
  if (!mayBeOther.test(text)) return text;
  if (/^(?:~|[Nn]ull|NULL)$/.test(text)) return null;
  if (/^(?:[Tt]rue|TRUE)$/.test(text)) return true;
  if (/^(?:[Ff]alse|FALSE)$/.test(text)) return false;
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d*[1-9])?$/.test(text) ? Number(text) : text;
}

/** The text of a block scalar: its lines without their indentation, `|` as they are, `>` folded. */
export function joinBlock(lines: readonly string[], header: string): string {
  const text = header.startsWith('|') ? lines.join('\n') : foldLines(lines);
  return header.charAt(1) === '-' ? text : `${text}\n`;
}

function foldLines(lines: readonly string[]): string {
  let text = '';
  let blank = 0;
  for (const line of lines) {
    // Lines that are indented further are not folded.
    if (line.startsWith(' ')) throw notPlain;
    if (line === '') blank += 1;
    else {
      const isFirst = text === '' || text.endsWith('\n');
      text += `${blank > 0 ? '\n'.repeat(blank) : isFirst ? '' : ' '}${line}`;
      blank = 0;
    }
  }
  return text;
}
