/** An item of a selection, and values of field `f` that it must and must not match. `absent` stands for no field at all. */
export interface SigmaVector {
  readonly item: string;
  readonly yes: readonly unknown[];
  readonly no: readonly unknown[];
}

/** Vectors that belong together. */
export interface VectorGroup {
  readonly name: string;
  readonly vectors: readonly SigmaVector[];
}

/** An event without the field. */
export const absent = Symbol('absent');

/** An event with two fields: `f` and `g`. */
class Both {
  readonly f: unknown;
  readonly g: unknown;

  constructor(f: unknown, g: unknown) {
    this.f = f;
    this.g = g;
  }
}

export const both = (f: unknown, g: unknown): Both => new Both(f, g);

/** What placeholders in vectors stand for. */
export const vectorPlaceholders = { admins: ['root', 'adm-*'], one: ['x'], dots: ['a.b'] };

const field = (name: string, value: unknown): Readonly<Record<string, unknown>> =>
  value === absent ? {} : { [name]: value };

export const eventOf = (value: unknown): Readonly<Record<string, unknown>> => ({
  other: 1,
  ...(value instanceof Both ? { ...field('f', value.f), ...field('g', value.g) } : field('f', value)),
});

/** The modifiers that an item names, each once. */
export const modifiersOf = (item: string): readonly string[] => [
  ...new Set((/^[^:]*/.exec(item)?.[0] ?? '').split('|').slice(1)),
];
