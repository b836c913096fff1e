import { unlinkedText } from '../message/unlinked-text.ts';
import { visibleText } from '../message/visible-text.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const escapeCharacter = (character: string): string => entities[character] ?? character;

/** A backtick cannot be escaped in a code span; the modifier letter looks the same and ends nothing. */
const escapeCode = (character: string): string => (character === '`' ? 'ˋ' : escapeCharacter(character));

/** Text for any Slack text object: the three characters that Slack asks to be escaped, hidden ones written out. */
export const slackText = (text: string, max: number): string =>
  visibleText(text, { max, escape: escapeCharacter });

/** The same, keeping line feeds. */
export const slackLines = (text: string, max: number): string =>
  visibleText(text, { max, escape: escapeCharacter, lines: true });

/** A code span: nothing within it is formatted, mentioned or linked. */
export const slackCode = (text: string, max: number): string =>
  `\`${visibleText(text === '' ? ' ' : text, { max: max - 2, escape: escapeCode })}\``;

/** The same for a message without blocks, which cannot say that addresses are no links: in code, too, Slack may make them. */
export const slackTextCode = (text: string, max: number): string => slackCode(unlinkedText(text), max);

/** One line for the inside of a code block, or for a label: it holds nothing that begins or ends a code span. */
export const slackLine = (text: string, max: number): string =>
  visibleText(text, { max, escape: escapeCode });
