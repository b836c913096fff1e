import type { TextPart, TextValue, Wildcard } from './sigma-value.ts';

export const anyRun: Wildcard = { wildcard: '*' };
const oneCharacter: Wildcard = { wildcard: '?' };

/** Where there is none of these in a text, it means what is written. */
const special = /[*?]|\\\\/;

/**
 * Reads a value as Sigma writes texts: `*` and `?` are wildcards, and a backslash takes the meaning from `*`, `?` and
 * `\` alone; before anything else, and at the end, it is a backslash (specification 2.1, "Escaping").
 */
export function parseText(written: string): readonly TextPart[] {
  if (!special.test(written)) return written === '' ? [] : [written];
  const parts: TextPart[] = [];
  let literal = '';
  let from = 0;
  for (let at = 0; at < written.length; at += 1) {
    const character = written.charAt(at);
    if (character === '\\' && /[*?\\]/.test(written.charAt(at + 1))) {
      literal += written.slice(from, at);
      at += 1;
      from = at;
    } else if (character === '*' || character === '?') {
      parts.push(literal + written.slice(from, at), character === '*' ? anyRun : oneCharacter);
      literal = '';
      from = at + 1;
    }
  }
  parts.push(literal + written.slice(from));
  return joinParts(parts);
}

/** The parts in a row: neighbouring literals are one, and so are neighbouring `*`. */
export function joinParts(parts: readonly TextPart[]): readonly TextPart[] {
  const joined: TextPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '' && !(isAnyRun(part) && isAnyRun(last))) joined.push(part);
  }
  // What grew has room for more, which thousands of values would keep for nothing.
  return joined.slice();
}

export const isAnyRun = (part: TextPart | undefined): boolean =>
  typeof part === 'object' && part.wildcard === '*';

/** The text where there is no wildcard in it, else undefined. */
export function plainText(parts: readonly TextPart[]): string | undefined {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'string') return only;
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

/** A value that matches exactly this text, whatever characters are in it. */
export const literalText = (text: string): TextValue => ({
  cased: false,
  kind: 'text',
  parts: text === '' ? [] : [text],
});
