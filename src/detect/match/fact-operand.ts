import { compileField, isForbiddenName } from '../../shared/field-path.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { FactOperand } from './condition-node.ts';
import { compileJsonPath } from './json-path.ts';
import type { FactParams, OwnFacts } from './own-facts/own-fact.ts';

/** What is wrong with a reference to a fact, and in which of its members. */
export interface FactFault {
  readonly member: 'fact' | 'path' | 'params';
  readonly message: string;
}

/**
 * A fact as json-rules-engine writes it: `fact` and optionally `path`; `params` are for own facts and mean nothing for the
 * fields of an event. A path applies where the value is an object or array; any other value is taken as it is (the
 * library's rule).
 */
export function parseFact(
  node: Readonly<Record<string, unknown>>,
  ownFacts: OwnFacts = {},
): Result<FactOperand, FactFault> {
  const { fact, path } = node;
  if (typeof fact !== 'string' || fact === '')
    return fail({ member: 'fact', message: 'a fact must be the name of a field' });
  if (isForbiddenName(fact))
    return fail({ member: 'fact', message: '__proto__, constructor and prototype are never followed' });
  if (Object.hasOwn(ownFacts, fact)) return parseOwnFact(fact, node);
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

function parseOwnFact(
  fact: string,
  { path, params }: Readonly<Record<string, unknown>>,
): Result<FactOperand, FactFault> {
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  if (params !== undefined && !isObject)
    return fail({ member: 'params', message: 'params must be an object, which the fact is called with' });
  const inner =
    path === undefined || path === null || path === '' ? undefined : compileJsonPath(String(path));
  if (inner?.ok === false) return fail({ member: 'path', message: inner.failure });
  return ok({
    fact,
    own: { params: isObject ? (params as FactParams) : {} },
    mayThrow: true,
    read: () => {
      throw new TypeError(`"${fact}" is an own fact: it has to be asked first`);
    },
    ...(inner === undefined ? {} : { path: String(path) }),
  });
}
