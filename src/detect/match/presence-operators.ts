import type { OperatorKind } from './operator-kind.ts';

/** Whether a field is there, and whether two fields hold the same. */
export const presenceOperators: OperatorKind = {
  operators: {
    /** `true`: the field is there, whatever its value (null too); `false`: it is not. */
    exists: (factValue, compareValue) => (factValue !== undefined) === compareValue,
    /** Both fields are there and `===`; the right side arrives as the other field's value. */
    fieldEqual: (factValue, compareValue) => factValue !== undefined && factValue === compareValue,
  },
  takesFixedValue: false,
  prepare: ({ name, value }) => {
    if (name === 'exists')
      return typeof value === 'boolean' ? undefined : { message: '"exists" takes true or false' };
    return { message: '"fieldEqual" takes the name of a field' };
  },
};
