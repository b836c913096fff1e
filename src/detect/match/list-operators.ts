import { didYouMean } from '../../shared/did-you-mean.ts';
import type { Lists } from './lists.ts';
import type { OperatorFault, OperatorKind } from './operator-kind.ts';
import { asText } from './text-operators.ts';

/** `inList`: the fact is in the list so named in the configuration. The name is checked at load where lists are given. */
export function createListOperators(lists: Lists, areKnown: boolean): OperatorKind {
  return {
    operators: {
      inList: (factValue, name) => {
        const text = asText(factValue);
        return text !== undefined && typeof name === 'string' && lists.has(name, text);
      },
      'inList ignoring case': (factValue, name) => {
        const text = asText(factValue);
        return (
          text !== undefined && typeof name === 'string' && (lists.hasIgnoringCase?.(name, text) ?? false)
        );
      },
    },
    takesFixedValue: true,
    prepare: ({ name, value }) => {
      if (name !== 'inList' && lists.hasIgnoringCase === undefined)
        return { message: 'these lists cannot be searched without regard to case' };
      return checkNames(value, areKnown ? lists.names?.() : undefined);
    },
  };
}

function checkNames(value: unknown, known: readonly string[] | undefined): OperatorFault | undefined {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const name of names) {
    if (typeof name !== 'string') return { message: '"inList" takes the name of a list' };
    if (known === undefined || known.includes(name)) continue;
    const meant = didYouMean(name, known);
    const hint =
      meant === undefined
        ? 'lists are named in the configuration, under "lists"'
        : `did you mean "${meant}"?`;
    return { message: `there is no list "${name}"`, hint };
  }
  return undefined;
}
