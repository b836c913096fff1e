import { boolCoreTag, defineScalarTag, FAILSAFE_SCHEMA, loadAll, NOT_RESOLVED, nullCoreTag } from 'js-yaml';

/** Numbers as people write them: `0x1410`, `00000429` and `1.50` mean the text, since a number would lose how they were written. */
export const exactNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d*[1-9])?$/;

const number = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'-0123456789'],
  resolve: (source) => (exactNumber.test(source) ? Number(source) : NOT_RESOLVED),
  identify: () => false,
});

/** YAML 1.2's core schema, but for the numbers above. Aliases, which may make a small text large, are left to the other library. */
const options = {
  schema: FAILSAFE_SCHEMA.withTags(nullCoreTag, boolCoreTag, number),
  maxAliases: 0,
  maxDepth: 50,
} as const;

/**
 * What the two libraries read differently: merges, anchors, explicit keys, keys that are null, scalars at the root, tabs as
 * indentation, byte order marks, ends of lines as old Macintoshes had them.
 */
const disputed = /<<|\r(?!\n)|[\t\ufeff]|[ ,[{]&\S|^[|>]|^[ -]*(?:[&?]|(?:~|null|Null|NULL)? *:(?:\s|$))/m;

/**
 * The values of the documents of a text, by js-yaml, which takes a quarter of the time of the library that tells all faults
 * and their lines. Undefined where that one must be asked: the text is faulty, or the two may differ.
 */
export function readPlainYaml(text: string): readonly unknown[] | undefined {
  if (disputed.test(text)) return undefined;
  try {
    return loadAll(text, options);
  } catch {
    return undefined;
  }
}
