/** `*` stands for any run of characters, also none; `?` for exactly one. */
export interface Wildcard {
  readonly wildcard: '*' | '?';
}

/** A text with wildcards in it, taken apart: literals as they are meant, escapes resolved. */
export type TextPart = string | Wildcard;

/** A text to compare with the whole of a field: without regard to case unless `cased`. */
export interface TextValue {
  readonly kind: 'text';
  readonly parts: readonly TextPart[];
  readonly cased: boolean;
  /** Each character stands for one byte (after `wide` and its kin). */
  readonly isBytes?: true;
}

export type NumberComparison = 'lt' | 'lte' | 'gt' | 'gte';

export const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;

export type TimePart = (typeof timeParts)[number];

/** A regular expression (RE2), searched for anywhere in the field. */
export interface RegexValue {
  readonly kind: 'regex';
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/** Another field of the same event. */
export interface FieldValue {
  readonly kind: 'field';
  readonly field: string;
  readonly match: 'equals' | 'contains' | 'startswith' | 'endswith';
  readonly cased: boolean;
}

/** A part of a date as it is written, in no other zone than its own. */
export interface TimeValue {
  readonly kind: 'time';
  readonly part: TimePart;
  readonly comparison: NumberComparison | 'eq';
  readonly bound: number;
}

/** What a field is compared with, after all modifiers. Plain data: it is hashed, cached, and indexed. */
export type SigmaValue =
  | TextValue
  | RegexValue
  | FieldValue
  | TimeValue
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Null, or no such field. */
  | { readonly kind: 'null' }
  | { readonly kind: 'comparison'; readonly comparison: NumberComparison; readonly bound: number }
  /** A network as text, checked: `10.0.0.0/8`. */
  | { readonly kind: 'network'; readonly network: string }
  /** Whether there is such a field, whatever it holds. */
  | { readonly kind: 'exists'; readonly expected: boolean }
  /** One written value that stands for several (`windash`, `base64offset`, a placeholder's list). */
  | { readonly kind: 'anyOf'; readonly values: readonly SigmaValue[] };
