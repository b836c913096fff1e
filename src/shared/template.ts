import { didYouMean } from './did-you-mean.ts';
import { compileField, readOwn } from './field-path.ts';
import type { EventFields } from './model/log-event.ts';

/** What a template is filled from: the group's values first, then the event's fields. */
interface TemplateValues {
  readonly group?: Readonly<Record<string, unknown>>;
  /** Null where the event is no longer at hand. */
  readonly fields?: EventFields | null;
}

/** A parsed template: text with `{{ field }}` in it, or `{{ field | default "nobody" }}`, `{{ list | join ", " }}`. */
export interface Template {
  /** The names it asks for, in order, each once. */
  readonly names: readonly string[];
  /** What is wrong with its filters, in words; a place with a fault is shown as a missing value. */
  readonly faults: readonly string[];
  /** The filled text. Values are plain text, cut and cleaned, but not escaped: that is the renderer's, who knows for what. */
  render(values: TemplateValues): string;
}

export interface TemplateOptions {
  /** Characters of one value; a longer one is cut. Default 200: a log line must not fill a chat. */
  readonly valueMax?: number;
  /** What is shown of a value that is empty, or nothing but white space, where no `default` says. Left out: just that. */
  readonly empty?: string;
}

const valueCharactersMax = 200;
/** Elements of a list that `join` shows; how many more there are is said. */
const joinedMax = 100;

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Characters that would change how the rest is shown: controls, line separators, and those that reverse the direction of text. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

type Part = string | ((values: TemplateValues) => string);

/**
 * Parses once; rendering looks names up as own properties only, runs no code, and does not look at the values
 * for further placeholders. A missing value is `-`, or what `default` says. What is no placeholder stays as it is written.
 */
export function parseTemplate(text: string, options: TemplateOptions = {}): Template {
  const parts: Part[] = [];
  const names = new Set<string>();
  const faults: string[] = [];
  let end = 0;
  for (const found of text.matchAll(placeholder)) {
    const written = found[1] ?? '';
    if (written === '') continue;
    const place = parsePlace(written);
    parts.push(text.slice(end, found.index), readPlace(place, options));
    names.add(place.name);
    if (place.fault !== undefined) faults.push(place.fault);
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return {
    names: [...names],
    faults,
    render: (values) => parts.map((part) => (typeof part === 'string' ? part : part(values))).join(''),
  };
}

/** What stands between the braces: a name, and the two things that may be done with its value. */
interface Place {
  readonly name: string;
  /** What is shown instead of a missing or an empty value, or one of nothing but white space. */
  readonly fallback?: string;
  readonly joint?: string;
  readonly fault?: string;
}

const filter = /^(\w+)\s+("(?:[^"\\]|\\.)*")$/;

function parsePlace(written: string): Place {
  const [name = '', ...filters] = splitAtBars(written);
  let place: Place = { name };
  for (const one of filters) {
    const [, verb = '', quoted = ''] = filter.exec(one) ?? [];
    const text = quoted === '' ? undefined : unquoted(quoted);
    if (text !== undefined && verb === 'default') place = { ...place, fallback: text };
    else if (text !== undefined && verb === 'join') place = { ...place, joint: text };
    else return { name, fault: filterFault(one) };
  }
  return place;
}

/** Bars between the parts, not those within quotes. */
const splitAtBars = (written: string): string[] =>
  (written.match(/(?:"(?:[^"\\]|\\.)*"|[^|"]|")+/g) ?? []).map((part) => part.trim());

function unquoted(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

function filterFault(written: string): string {
  const verb = /^\w*/.exec(written)?.[0] ?? '';
  const meant = didYouMean(verb, ['default', 'join']);
  const hint = meant === undefined || meant === verb ? '' : ` (did you mean ${meant}?)`;
  return `"${written}" is no filter${hint}: write | default "text" or | join "text"`;
}

function readPlace(
  { name, fallback, joint, fault }: Place,
  { valueMax = valueCharactersMax, empty }: TemplateOptions,
): (values: TemplateValues) => string {
  if (fault !== undefined) return () => '-';
  const readField = compileField(name);
  return ({ group, fields }) => {
    const value = readOwn(group, name) ?? readField(fields);
    if (isMissing(value)) return fallback ?? '-';
    const isList = Array.isArray(value);
    if (isList && value.length === 0 && fallback !== undefined) return fallback;
    const text = isList && joint !== undefined ? joined(value, joint, valueMax) : cleanValue(value, valueMax);
    return /\S/.test(text) ? text : (fallback ?? empty ?? text);
  };
}

const isMissing = (value: unknown): boolean => value === undefined || value === null;

function joined(values: readonly unknown[], joint: string, max: number): string {
  const shown = values.slice(0, joinedMax).map((value) => (isMissing(value) ? '-' : cleanValue(value, max)));
  const more = values.length > joinedMax ? [`… (+${values.length - joinedMax} more)`] : [];
  return [...shown, ...more].join(joint);
}

/** Most values are: nothing of them is to be put in order. */
const plain = /^[ -~]*$/;

/** A value as text: JSON where it is an object, at most that many characters, nothing unprintable. */
function cleanValue(value: unknown, max: number): string {
  const text = typeof value === 'object' ? (JSON.stringify(value) ?? '-') : String(value);
  if (text.length <= max && plain.test(text)) return text;
  return cutCharacters(text, max)
    .toWellFormed()
    .replace(/[\t\r\n]+/g, ' ')
    .replace(unprintable, '\u{FFFD}');
}

function cutCharacters(text: string, max: number): string {
  if (text.length <= max) return text;
  // A character takes two units at most, so that this much holds all that is kept.
  const characters = [...text.slice(0, 2 * max + 2)];
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : text;
}
