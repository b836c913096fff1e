import type { OperatorFault, OperatorKind, OperatorUse, OwnOperator } from './operator-kind.ts';

/** Numbers are compared as they are written in decimal; everything else is no text and never matches. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

const compareText =
  (holds: (text: string, part: string) => boolean): OwnOperator =>
  (factValue, compareValue) => {
    const text = asText(factValue);
    const part = asText(compareValue);
    return text !== undefined && part !== undefined && holds(text, part);
  };

/** Text operators, exact in case (`ignoreCase:` is a decorator). The compared value is one text; for several, `someValue:`. */
export const textOperators: OperatorKind = {
  operators: {
    startsWith: compareText((text, part) => text.startsWith(part)),
    endsWith: compareText((text, part) => text.endsWith(part)),
    containsText: compareText((text, part) => text.includes(part)),
  },
  takesFixedValue: false,
  prepare: checkText,
};

function checkText({ name, value, hasEachValue }: OperatorUse): OperatorFault | undefined {
  const parts: readonly unknown[] = hasEachValue && Array.isArray(value) ? value : [value];
  if (parts.every((part) => asText(part) !== undefined)) return undefined;
  if (!Array.isArray(value)) return { message: `"${name}" takes a text` };
  return { message: `"${name}" takes one text`, hint: `for any of several write "someValue:${name}"` };
}

/** Lower case for a text or for the texts of an array; anything else as it is. */
export function foldCase(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase();
  return Array.isArray(value)
    ? value.map((item) => (typeof item === 'string' ? item.toLowerCase() : item))
    : value;
}
