import type { EventFields } from '../../shared/model/log-event.ts';
import type { FactParams } from './own-facts/own-fact.ts';

/** What is wrong with a condition tree. `path` is a JSON path within the tree: `$.all[1].operator`. */
export interface ConditionFault {
  readonly path: string;
  readonly message: string;
  /** What was probably meant, or what to do. */
  readonly hint?: string;
}

/** A field of the event, or an own fact, and optionally a JSONPath inside its value. */
export interface FactOperand {
  readonly fact: string;
  readonly path?: string;
  /** What an own fact is called with; undefined for a field of the event. An own fact cannot be read, only asked. */
  readonly own?: { readonly params: FactParams };
  readonly read: (fields: EventFields) => unknown;
  readonly mayThrow: boolean;
}

/** The right side of a leaf: a value as written, or another fact. */
export type ValueOperand =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'fact'; readonly operand: FactOperand };

/** `not:ignoreCase:equal` taken apart. */
export interface OperatorStack {
  readonly decorators: readonly string[];
  readonly base: string;
}

/** A comparison ready to run: json-rules-engine's operator, or ours, with decorators applied. */
export interface PreparedOperator {
  /** The result as the operator gives it: an own operator may return what is not a boolean. */
  readonly test: (factValue: unknown, compareValue: unknown) => unknown;
  /** False only where no input whatever makes it throw. */
  readonly mayThrow: boolean;
  /** False where an own operator might return something else. */
  readonly isBoolean: boolean;
  /** Decorators, outermost first, and the operator under them; undefined where an own operator took its name. */
  readonly stack?: OperatorStack;
}

export interface LeafNode {
  readonly kind: 'leaf';
  readonly at: string;
  readonly priority: number;
  readonly left: FactOperand;
  readonly operatorName: string;
  readonly operator: PreparedOperator;
  readonly right: ValueOperand;
}

interface GroupNode {
  readonly kind: 'all' | 'any';
  readonly at: string;
  readonly priority: number;
  readonly children: readonly ConditionNode[];
}

interface NotNode {
  readonly kind: 'not';
  readonly at: string;
  readonly priority: number;
  readonly child: ConditionNode;
}

/** A named condition, in the place where it was referred to. */
interface ReferenceNode {
  readonly kind: 'reference';
  readonly at: string;
  readonly priority: number;
  readonly name: string;
  readonly target: ConditionNode;
}

/** A condition tree after it was checked: every name resolved, every limit kept. */
export type ConditionNode = LeafNode | GroupNode | NotNode | ReferenceNode;
