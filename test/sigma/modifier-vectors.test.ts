import { describe, expect, test } from 'vitest';
import { modifierNames } from '../../src/detect/sigma/modifiers/modifier-table.ts';
import { compileYaml, sigmaRule } from '../support/sigma-events.ts';
import { eventOf, modifiersOf, type SigmaVector, vectorPlaceholders } from '../support/sigma-vectors.ts';
import { comparisonVectors } from '../support/vectors/comparison-vectors.ts';
import { encodingVectors } from '../support/vectors/encoding-vectors.ts';
import { fieldVectors } from '../support/vectors/field-vectors.ts';
import { patternVectors } from '../support/vectors/pattern-vectors.ts';
import { textVectors } from '../support/vectors/text-vectors.ts';

const groups = [textVectors, encodingVectors, patternVectors, comparisonVectors, fieldVectors].flat();
const all = groups.flatMap(({ vectors }) => vectors);

describe.each(groups)('$name', ({ vectors }) => {
  test.each(vectors)('$item', ({ item, yes, no }) => {
    const matches = compileYaml(sigmaRule(`sel:\n  ${item}\ncondition: sel`), {
      placeholders: vectorPlaceholders,
    });
    expect(yes.filter((value) => !matches(eventOf(value)))).toEqual([]);
    expect(no.filter((value) => matches(eventOf(value)))).toEqual([]);
  });
});

/** Every modifier that a rule may write, and how many values are tried with it. */
const counted = modifierNames.map((name) => {
  const own = all.filter(({ item }) => modifiersOf(item).includes(name));
  const count = (of: keyof Pick<SigmaVector, 'yes' | 'no'>): number => own.flatMap((each) => each[of]).length;
  return { name, yes: count('yes'), no: count('no') };
});

test.each(counted)('$name has ten vectors that match and ten that do not: $yes and $no', ({ yes, no }) => {
  expect(yes).toBeGreaterThanOrEqual(10);
  expect(no).toBeGreaterThanOrEqual(10);
});

test('vectors name no modifier that there is not', () => {
  const named = new Set(all.flatMap(({ item }) => modifiersOf(item)));
  expect([...named].sort()).toEqual([...modifierNames].sort());
});
