/**
 * Makes text from logs fit to be shown: what cannot be seen is written out (`\u{202e}`), so that nothing hides,
 * reorders or breaks the text around it. Escaping for Slack or HTML comes after this, never before.
 */

/** How a character is written where the text ends up, after `visible`; its length counts against the bound. */
type Escape = (character: string) => string;

export interface VisibleOptions {
  /** UTF-16 units of the result at most, the remark about what was left out included. At least 40. */
  readonly max: number;
  readonly escape?: Escape;
  /** Keeps line feeds and tabs; without it they are written out, and the text is one line. */
  readonly lines?: boolean;
}

const hidden = new RegExp(
  [
    '[\\p{Cc}\\p{Cs}', // control characters, lone surrogates
    '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f', // soft hyphen and other invisible fillers
    '\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f', // zero width, line separators, bidirectional overrides
    '\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb', // fillers, byte order mark
    '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]', // format characters, tags
  ].join(''),
  'u',
);

const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text with hidden characters written out, escaped, and cut to `max` with a remark `… (+N more)` that says how many
 * characters were left out. Never cuts inside an escape or a surrogate pair.
 */
export function visibleText(text: string, options: VisibleOptions): string {
  const { max, escape: escaped = asIs, lines = false } = options;
  const shown: string[] = [];
  let length = 0;
  let kept = { pieces: 0, units: 0 };
  let read = 0;
  // The remark is at most "… (+9007199254740991 more)": text stops there once it is known not to fit whole.
  const remarkMax = 27;
  for (const character of text) {
    const piece = escaped(lines && /[\n\t]/.test(character) ? character : visible(character));
    if (length + piece.length > max) return cut(text, shown.slice(0, kept.pieces), kept.units);
    shown.push(piece);
    length += piece.length;
    read += character.length;
    if (length + remarkMax <= max) kept = { pieces: shown.length, units: read };
  }
  return shown.join('');
}

const asIs: Escape = (character) => character;

const visible = (character: string): string => {
  if (!hidden.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return shortForms[character] ?? `\\u{${code.toString(16)}}`;
};

const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/g;

function cut(text: string, shown: readonly string[], keptUnits: number): string {
  // Counted by units and pairs, not one by one: a value may have a megabyte, and this runs beside detection.
  const rest = text.slice(keptUnits);
  const left = rest.length - (rest.match(surrogatePair)?.length ?? 0);
  return `${shown.join('')}… (+${left} more)`;
}

/** A value of an event as text: strings as they are, everything else as JSON. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
