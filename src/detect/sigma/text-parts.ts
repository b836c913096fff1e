import type { TextPart, TextValue, Wildcard } from './sigma-value.ts';

export const anyRun: Wildcard = { wildcard: '*' };
const oneCharacter: Wildcard = { wildcard: '?' };

/**
 * Reads a value as Sigma writes texts: `*` and `?` are wildcards, and a backslash takes the meaning from `*`, `?` and
 * `\` alone; before anything else, and at the end, it is a backslash (specification 2.1, "Escaping").
 */
export function parseText(written: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let literal = '';
  for (let at = 0; at < written.length; at += 1) {
    const character = written.charAt(at);
    if (character === '\\' && /[*?\\]/.test(written.charAt(at + 1))) {
      at += 1;
      literal += written.charAt(at);
    } else if (character === '*' || character === '?') {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(character === '*' ? anyRun : oneCharacter);
    } else literal += character;
  }
  if (literal !== '') parts.push(literal);
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
  return joined;
}

export const isAnyRun = (part: TextPart | undefined): boolean =>
  typeof part === 'object' && part.wildcard === '*';

/** The text where there is no wildcard in it, else undefined. */
export function plainText(parts: readonly TextPart[]): string | undefined {
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

/** A value that matches exactly this text, whatever characters are in it. */
export const literalText = (text: string): TextValue => ({
  kind: 'text',
  parts: text === '' ? [] : [text],
  cased: false,
});
