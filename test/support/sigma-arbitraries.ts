import fc from 'fast-check';

/** A detection as it is written, and what it means, told another way than by compiling it. */
export interface RandomDetection {
  readonly detection: Readonly<Record<string, unknown>>;
  readonly holds: (event: RandomEvent) => boolean;
}

export type RandomEvent = Readonly<Record<string, unknown>>;

const fields = ['f', 'g', 'h'] as const;
const letters = fc.constantFrom('a', 'B', 'b', '1', '\\', ' ');
const word = fc.string({ unit: letters, minLength: 1, maxLength: 4 });
const scalar = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: letters, maxLength: 6 }) },
  fc.integer({ min: -1, max: 12 }),
  fc.boolean(),
  fc.constant(null),
);

/** Events over three fields, any of them missing, some of them lists. */
export const randomEvent: fc.Arbitrary<RandomEvent> = fc.record(
  { f: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), g: scalar, h: scalar },
  { requiredKeys: [] },
);

const elements = (event: RandomEvent, field: string): readonly unknown[] =>
  Object.hasOwn(event, field) ? [event[field]].flat() : [];
const texts = (values: readonly unknown[]): string[] => values.filter((value) => value !== null).map(String);
const lower = (text: string): string => text.toLowerCase();

type Holds = RandomDetection['holds'];
interface RandomItem {
  readonly key: string;
  readonly value: unknown;
  readonly holds: Holds;
}

const inField =
  (field: string, test: (text: string) => boolean): Holds =>
  (event) =>
    texts(elements(event, field)).some(test);
const escaped = (text: string): string => text.replace(/\\/g, '\\\\');
const list = (words: readonly string[]): unknown =>
  words.length === 1 ? escaped(words[0]!) : words.map(escaped);

const textItem = (field: string): fc.Arbitrary<RandomItem> =>
  fc
    .record({
      words: fc.array(word, { minLength: 1, maxLength: 6 }),
      anchor: fc.constantFrom('', '|contains', '|startswith', '|endswith'),
      cased: fc.boolean(),
      all: fc.boolean(),
      negated: fc.boolean(),
    })
    .map(({ words, anchor, cased, all, negated }) => {
      const fold = cased ? (text: string) => text : lower;
      const finds = (part: string): Holds =>
        inField(field, (text) => {
          const [a, b] = [fold(text), fold(part)];
          if (anchor === '|contains') return a.includes(b);
          if (anchor === '|startswith') return a.startsWith(b);
          return anchor === '|endswith' ? a.endsWith(b) : a === b;
        });
      const found: Holds = (event) =>
        all ? words.every((part) => finds(part)(event)) : words.some((part) => finds(part)(event));
      const key = `${field}${anchor}${cased ? '|cased' : ''}${all ? '|all' : ''}${negated ? '|neq' : ''}`;
      return { key, value: list(words), holds: (event) => found(event) !== negated };
    });

const otherItem = (field: string): fc.Arbitrary<RandomItem> =>
  fc.oneof(
    fc.boolean().map(
      (there): RandomItem => ({
        key: `${field}|exists`,
        value: there,
        holds: (event) => Object.hasOwn(event, field) === there,
      }),
    ),
    fc.constant<RandomItem>({
      key: field,
      value: null,
      holds: (event) => !Object.hasOwn(event, field) || elements(event, field).includes(null),
    }),
    fc.integer({ min: 0, max: 12 }).map(
      (bound): RandomItem => ({
        key: `${field}|gt`,
        value: bound,
        holds: (event) =>
          elements(event, field).some(
            (value) => typeof value !== 'boolean' && /^-?\d+$/.test(String(value)) && Number(value) > bound,
          ),
      }),
    ),
    fc.integer({ min: 0, max: 12 }).map(
      (number): RandomItem => ({
        key: field,
        value: number,
        holds: inField(field, (text) => text === String(number)),
      }),
    ),
    fc.constantFrom(...fields).map(
      (other): RandomItem => ({
        key: `${field}|fieldref`,
        value: other,
        holds: (event) =>
          texts(elements(event, field)).some((text) =>
            texts(elements(event, other)).map(lower).includes(lower(text)),
          ),
      }),
    ),
    word.map(
      (part): RandomItem => ({
        key: `${field}|re`,
        value: part.replace(/\\/g, '\\\\'),
        holds: inField(field, (text) => text.includes(part)),
      }),
    ),
  );

const item = fc
  .constantFrom(...fields)
  .chain((field) => fc.oneof({ weight: 3, arbitrary: textItem(field) }, otherItem(field)));

interface RandomSelection {
  readonly value: unknown;
  readonly holds: Holds;
}

const map: fc.Arbitrary<RandomSelection> = fc
  .uniqueArray(item, { minLength: 1, maxLength: 3, selector: ({ key }) => key })
  .map((items) => ({
    value: Object.fromEntries(items.map(({ key, value }) => [key, value])),
    holds: (event) => items.every(({ holds }) => holds(event)),
  }));

const maps: fc.Arbitrary<RandomSelection> = fc.array(map, { minLength: 2, maxLength: 3 }).map((each) => ({
  value: each.map(({ value }) => value),
  holds: (event) => each.some(({ holds }) => holds(event)),
}));

const keywords: fc.Arbitrary<RandomSelection> = fc
  .array(word, { minLength: 1, maxLength: 3 })
  .map((words) => ({
    value: words.map(escaped),
    holds: (event) =>
      fields.some((field) =>
        texts(elements(event, field)).some((text) => words.some((part) => lower(text).includes(lower(part)))),
      ),
  }));

const selection = fc.oneof({ weight: 4, arbitrary: map }, maps, keywords);

const conditions: readonly { text: string; holds: (a: boolean, b: boolean, c: boolean) => boolean }[] = [
  { text: 'a', holds: (a) => a },
  { text: 'not a', holds: (a) => !a },
  { text: 'a and b', holds: (a, b) => a && b },
  { text: 'a or b and not c', holds: (a, b, c) => a || (b && !c) },
  { text: '(a or b) and not c', holds: (a, b, c) => (a || b) && !c },
  { text: '1 of them', holds: (a, b, c) => a || b || c },
  { text: 'all of them', holds: (a, b, c) => a && b && c },
  { text: 'a and not 1 of *c', holds: (a, _, c) => a && !c },
];

/** Detections of three selections, with most of the language in them. */
export const randomDetection: fc.Arbitrary<RandomDetection> = fc
  .tuple(selection, selection, selection, fc.constantFrom(...conditions))
  .map(([a, b, c, condition]) => ({
    detection: { a: a.value, b: b.value, c: c.value, condition: condition.text },
    holds: (event) => condition.holds(a.holds(event), b.holds(event), c.holds(event)),
  }));
