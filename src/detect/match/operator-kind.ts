/** An own operator: pure, synchronous. It decides from the fact's value and the value compared with. */
export type OwnOperator = (factValue: unknown, compareValue: unknown) => unknown;

/** Own operators by name. They may replace any operator, also the library's. */
export type OwnOperators = Readonly<Record<string, OwnOperator>>;

export interface OperatorFault {
  readonly message: string;
  readonly hint?: string;
}

/** What one family of operators brings: its functions, and a check at load of the value to be compared with. */
export interface OperatorKind {
  readonly operators: OwnOperators;
  /** True: the value is prepared at load, so that it can be neither another fact nor swapped with the fact. */
  readonly takesFixedValue: boolean;
  /** Checks a value as written, and prepares it (compiles a pattern, parses a network). Undefined: nothing wrong. */
  readonly prepare?: (use: OperatorUse) => OperatorFault | undefined;
}

/** One use of an operator in a rule. */
export interface OperatorUse {
  readonly name: string;
  readonly value: unknown;
  /** Under `someValue:` or `everyValue:`, where the value is an array whose items are compared. */
  readonly hasEachValue: boolean;
}
