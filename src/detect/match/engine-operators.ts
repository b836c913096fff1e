import { Engine } from 'json-rules-engine';

/** One operator of json-rules-engine, with its validator and its decorators. */
interface EngineOperator {
  evaluate(factValue: unknown, compareValue: unknown): unknown;
}

/**
 * json-rules-engine's own map of operators: what has no faster form here runs through it, so that validators,
 * decorators and their order are the library's by construction.
 */
export interface EngineOperators {
  get(name: string): EngineOperator | null;
  addOperator(name: string, operator: (factValue: never, compareValue: never) => unknown): void;
  addOperatorDecorator(
    name: string,
    decorator: (factValue: never, compareValue: never, next: (a: unknown, b: unknown) => unknown) => unknown,
  ): void;
  readonly operators: ReadonlyMap<string, unknown>;
  readonly decorators: ReadonlyMap<string, unknown>;
}

/** A fresh map, with the library's ten operators and six decorators. */
export function createEngineOperators(): EngineOperators {
  // The member is public in the library's code and left out of its type declarations.
  return (new Engine() as unknown as { readonly operators: EngineOperators }).operators;
}
