/**
 * Everything that steers a terminal or hides text: control characters (also those beyond ASCII), line separators,
 * and the marks that change the direction of writing.
 */
const steering = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text in which nothing steers a terminal: such characters become `\x1b` or `\u202e`, visibly. */
export const printable = (text: string): string => text.replace(steering, escaped);

/**
 * A line of JSON in which nothing steers a terminal; it means what it meant. JSON itself escapes ASCII's control
 * characters, so what stands in it raw stands in a text, where `\u009b` is the same character. The line's end stays.
 */
export const printableJson = (line: string): string =>
  line.replace(steering, (character) =>
    character === '\n' ? '\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
