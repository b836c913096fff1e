import { describe, expect, test } from 'vitest';
import { compileYaml, sigmaRule } from './sigma-events.ts';

/** An item of a selection, and values of field `f` that it must and must not match. `absent` stands for no field at all. */
export interface SigmaVector {
  readonly item: string;
  readonly yes: readonly unknown[];
  readonly no: readonly unknown[];
}

/** An event without the field. */
export const absent = Symbol('absent');

const eventOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value === absent ? { other: 1 } : { f: value };

/** Runs the vectors of one modifier, and makes sure that they are ten of each kind at least. */
export function describeVectors(name: string, vectors: readonly SigmaVector[]): void {
  describe(name, () => {
    test('has ten vectors that match and ten that do not', () => {
      expect(vectors.flatMap(({ yes }) => yes).length).toBeGreaterThanOrEqual(10);
      expect(vectors.flatMap(({ no }) => no).length).toBeGreaterThanOrEqual(10);
    });

    test.each(vectors)('$item', ({ item, yes, no }) => {
      const matches = compileYaml(sigmaRule(`sel:\n  ${item}\ncondition: sel`));
      expect(yes.filter((value) => !matches(eventOf(value)))).toEqual([]);
      expect(no.filter((value) => matches(eventOf(value)))).toEqual([]);
    });
  });
}
