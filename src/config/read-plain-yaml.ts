import {
  boolCoreTag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  loadAll,
  mapTag,
  NOT_RESOLVED,
  nullCoreTag,
} from 'js-yaml';

/** Numbers as people write them: `0x1410`, `00000429` and `1.50` mean the text, since a number would lose how they were written. */
export const exactNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d*[1-9])?$/;

const number = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'-0123456789'],
  resolve: (source) => (exactNumber.test(source) ? Number(source) : NOT_RESOLVED),
  identify: () => false,
});

/** The two libraries call a key that is null by different names. */
const map: typeof mapTag = {
  ...mapTag,
  addPair: (carrier, key, value) => (key === null ? 'a key is null' : mapTag.addPair(carrier, key, value)),
};

/** YAML 1.2's core schema, but for the numbers above. Aliases, which may make a small text large, are left to the other library. */
const options = {
  schema: FAILSAFE_SCHEMA.withTags(map, nullCoreTag, boolCoreTag, number),
  maxAliases: 0,
  maxDepth: 50,
} as const;

/** Where they appear the two libraries may differ: merges, tabs as indentation, byte order marks, line ends of old Macintoshes. */
const disputed = ['<<', '\t', '\ufeff', '\r'];

/** An anchor; an ampersand in a text is none. */
const anchor = /(?:^|[ ,[{-])&\S/m;

/**
 * The values of the documents of a text, by js-yaml, which takes a quarter of the time of the library that tells all faults
 * and their lines. Undefined where that one must be asked: the text is faulty, or the two may differ, as they do of scalars
 * at the root.
 */
export function readPlainYaml(text: string): readonly unknown[] | undefined {
  const normal = text.replaceAll('\r\n', '\n');
  if (disputed.some((sign) => normal.includes(sign))) return undefined;
  if (normal.includes('&') && anchor.test(normal)) return undefined;
  try {
    const values = loadAll(normal, options);
    return values.every((value) => typeof value === 'object') ? values : undefined;
  } catch {
    return undefined;
  }
}
