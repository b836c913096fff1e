import { compileField, isForbiddenName } from '../../shared/field-path.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { FactOperand } from './condition-node.ts';
import { compileJsonPath } from './json-path.ts';

/** What is wrong with a reference to a fact, and in which of its members. */
export interface FactFault {
  readonly member: 'fact' | 'path';
  readonly message: string;
}

/**
 * A fact as json-rules-engine writes it: `fact` and optionally `path`; `params` mean nothing for the fields of an event.
 * A path applies where the value is an object or array; any other value is taken as it is (the library's rule).
 */
export function parseFact(node: Readonly<Record<string, unknown>>): Result<FactOperand, FactFault> {
  const { fact, path } = node;
  if (typeof fact !== 'string' || fact === '')
    return fail({ member: 'fact', message: 'a fact must be the name of a field' });
  if (isForbiddenName(fact))
    return fail({ member: 'fact', message: '__proto__, constructor and prototype are never followed' });
  const field = compileField(fact);
  if (path === undefined || path === null || path === '') return ok({ fact, read: field, mayThrow: false });
  if (typeof path !== 'string')
    return fail({ member: 'path', message: 'a path must be a JSONPath, as text' });
  const inner = compileJsonPath(path);
  if (!inner.ok) return fail({ member: 'path', message: inner.failure });
  const { read, mayThrow } = inner.value;
  return ok({
    fact,
    path,
    mayThrow,
    read: (fields) => {
      const value = field(fields);
      return typeof value === 'object' && value !== null ? read(value) : value;
    },
  });
}
