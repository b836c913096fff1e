import { type AtomSet, noAtoms } from '../../sigma/index/signature-memo.ts';

/**
 * One way to look at a value: gives what it makes true, as one object for all values that make the same true. What the
 * numbers of a set mean, `codeOf` says.
 */
export interface Facet {
  find(value: unknown): AtomSet;
}

export { noAtoms };

/** What a value says of an atom: that it is true, that it may be, or that even asking might throw. */
export type Saying = 'surely' | 'maybe' | 'throws';

const sayings: readonly Saying[] = ['surely', 'maybe', 'throws'];

/** Atom and saying as one number. */
export const codeOf = (atom: number, saying: Saying): number => atom * 4 + sayings.indexOf(saying);
export const atomOf = (code: number): number => code >> 2;
export const sayingOf = (code: number): Saying => sayings[code & 3] ?? 'throws';
