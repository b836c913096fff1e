import { visibleText } from '../message/visible-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeCharacter = (character: string): string => entities[character] ?? character;

/** Text for an element's content or a quoted attribute; hidden characters are written out; one line. */
export const htmlText = (text: string, max: number): string =>
  visibleText(text, { max, escape: escapeCharacter });

/** The same, keeping line feeds. */
export const htmlLines = (text: string, max: number): string =>
  visibleText(text, { max, escape: escapeCharacter, lines: true });
