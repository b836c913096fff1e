import { compileField, readOwn } from './field-path.ts';
import type { EventFields } from './model/log-event.ts';

/** What a template is filled from: the group's values first, then the event's fields. */
interface TemplateValues {
  readonly group?: Readonly<Record<string, unknown>>;
  /** Null where the event is no longer at hand. */
  readonly fields?: EventFields | null;
}

/** A parsed template: text with `{{ field }}` in it. */
export interface Template {
  /** The names it asks for, in order, each once. */
  readonly names: readonly string[];
  /** The filled text. Values are plain text, cut and cleaned, but not escaped: that is the renderer's, who knows for what. */
  render(values: TemplateValues): string;
}

/** A value longer than this is cut: a log line must not fill a chat. */
const valueCharactersMax = 200;

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Characters that would change how the rest is shown: controls, line separators, and those that reverse the direction of text. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

type Part = string | ((values: TemplateValues) => string);

/**
 * Parses once; rendering looks names up as own properties only, runs no code, and does not look at the values
 * for further placeholders. A missing value is `-`. What is no placeholder stays as it is written.
 */
export function parseTemplate(text: string): Template {
  const parts: Part[] = [];
  const names = new Set<string>();
  let end = 0;
  for (const found of text.matchAll(placeholder)) {
    const name = found[1] ?? '';
    if (name === '') continue;
    parts.push(text.slice(end, found.index), readValue(name));
    names.add(name);
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return {
    names: [...names],
    render: (values) => parts.map((part) => (typeof part === 'string' ? part : part(values))).join(''),
  };
}

function readValue(name: string): (values: TemplateValues) => string {
  const readField = compileField(name);
  return ({ group, fields }) => cleanValue(readOwn(group, name) ?? readField(fields));
}

/** A value as text: `-` where it is missing, JSON where it is an object, at most 200 characters, nothing unprintable. */
function cleanValue(value: unknown): string {
  if (value === undefined || value === null) return '-';
  const text = typeof value === 'object' ? (JSON.stringify(value) ?? '-') : String(value);
  // A character takes two units at most, so that this much holds all that is kept.
  const characters = [...text.slice(0, 2 * valueCharactersMax + 2)];
  const isCut = characters.length > valueCharactersMax;
  const kept = isCut ? `${characters.slice(0, valueCharactersMax).join('')}…` : text;
  return kept
    .toWellFormed()
    .replace(/[\t\r\n]+/g, ' ')
    .replace(unprintable, '\u{FFFD}');
}
