import { fail, ok } from '../../../shared/result.ts';
import type { TextValue } from '../sigma-value.ts';
import { literalText, plainText } from '../text-parts.ts';
import { encodeBase64, utf8Bytes, utf16Bytes } from './base64.ts';
import { describeKind, type ModifyValue } from './modifier.ts';

/** UTF-16 in little or big end order; `utf16` writes the byte order mark FF FE before it. Each byte becomes a character. */
export const wide =
  (name: 'wide' | 'utf16le' | 'utf16be' | 'utf16'): ModifyValue =>
  (value) => {
    if (value.kind !== 'text') return fail(`"${name}" takes a text, not ${describeKind(value)}`);
    if (value.isBytes === true) return fail(`"${name}" cannot follow another UTF-16 modifier`);
    const order = name === 'utf16be' ? 'big' : 'little';
    const encoded = value.parts.map((part) =>
      typeof part === 'string'
        ? utf16Bytes(part, order)
            .map((byte) => String.fromCharCode(byte))
            .join('')
        : part,
    );
    const parts = name === 'utf16' ? markFirst(encoded) : encoded;
    // Members in the order of their names, as in the hash of a rule.
    return ok({ cased: value.cased, isBytes: true, kind: 'text', parts });
  };

/** The mark stands before the first character, not before a wildcard. */
function markFirst(parts: TextValue['parts']): TextValue['parts'] {
  const first = parts.findIndex((part) => typeof part === 'string');
  return parts.map((part, index) =>
    index === first && typeof part === 'string' ? `\u00ff\u00fe${part}` : part,
  );
}

/** Base64 of the text as UTF-8, or of the bytes where a UTF-16 modifier came before. */
export const base64: ModifyValue = (value) => {
  const bytes = value.kind === 'text' ? bytesOf(value) : undefined;
  if (value.kind !== 'text') return fail(`"base64" takes a text, not ${describeKind(value)}`);
  if (bytes === undefined) return fail('"base64" takes a text without wildcards');
  return ok({ ...literalText(encodeBase64(bytes)), cased: value.cased });
};

/**
 * What stays the same of the Base64 of a text that begins 0, 1 or 2 bytes into a group of three:
 * `foobar` is `Zm9vYmFy`, `Zvb2Jhc` or `mb29iYX` (pySigma, SigmaBase64OffsetModifier).
 */
export const base64offset: ModifyValue = (value) => {
  const bytes = value.kind === 'text' ? bytesOf(value) : undefined;
  if (value.kind !== 'text') return fail(`"base64offset" takes a text, not ${describeKind(value)}`);
  if (bytes === undefined) return fail('"base64offset" takes a text without wildcards');
  if (bytes.length < 2)
    return fail('"base64offset" takes a text of two bytes at least: less leaves nothing to find');
  const values = [0, 1, 2].map((offset) => {
    const padded = [...new Array<number>(offset).fill(0x20), ...bytes];
    const cut = encodeBase64(padded).slice([0, 2, 3][offset], [undefined, -3, -2][padded.length % 3]);
    return { ...literalText(cut), cased: value.cased };
  });
  return ok({ kind: 'anyOf', values });
};

function bytesOf(value: TextValue): number[] | undefined {
  const text = plainText(value.parts);
  if (text === undefined) return undefined;
  return value.isBytes === true
    ? Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
    : utf8Bytes(text);
}
