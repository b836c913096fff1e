import type { Result } from '../../../shared/result.ts';
import type { SigmaValue } from '../sigma-value.ts';

/** What a modifier may know of the item it stands in. */
export interface ModifierContext {
  readonly field: string | undefined;
  /** The modifiers before it, in order. */
  readonly applied: readonly string[];
  /** The values of a placeholder; undefined where there are none. */
  readonly placeholder: (name: string) => readonly string[] | undefined;
}

/** Changes one value; fails with a sentence for the rule's author. */
export type ModifyValue = (value: SigmaValue, context: ModifierContext) => Result<SigmaValue, string>;

/** For people: what kind of value was found where another was needed. */
export function describeKind(value: SigmaValue): string {
  switch (value.kind) {
    case 'text':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'regex':
      return 'a regular expression';
    case 'field':
      return 'a field reference';
    case 'time':
      return 'a part of a date';
    case 'comparison':
      return 'a comparison of numbers';
    case 'network':
      return 'a network';
    case 'exists':
      return 'the presence of a field';
    case 'anyOf':
      return 'several values';
  }
}
