import { JSONPath } from 'jsonpath-plus';
import { readOwn } from '../../shared/field-path.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Reads inside a fact's value; `mayThrow` where the library does the work (it recurses as deep as the value). */
export interface CompiledPath {
  readonly read: (value: object) => unknown;
  readonly mayThrow: boolean;
}

const step = String.raw`\.[A-Za-z_][A-Za-z0-9_-]*|\[\d+\]|\['[A-Za-z_][A-Za-z0-9_-]*'\]`;
const definite = new RegExp(`^\\$(?:${step})+$`);
const steps = /[A-Za-z0-9_-]+/g;
const forbiddenSteps = /(?<![\w-])(?:__proto__|constructor|prototype)(?![\w-])/;

/** Longer paths are refused: nobody writes them by hand. */
const lengthMax = 1_000;

/**
 * A JSONPath with json-rules-engine's meaning (`wrap: false`: no match gives undefined, a definite path its value, an
 * indefinite one an array), resolved without evaluation. Fails, in words, on filters, scripts, `@other()`, and
 * on names that are never followed.
 */
export function compileJsonPath(path: string): Result<CompiledPath, string> {
  const refusal = refuse(path);
  if (refusal !== undefined) return fail(refusal);
  if (definite.test(path)) return ok({ read: definiteReader(path), mayThrow: false });
  const query = JSONPath({ path, wrap: false, eval: false, autostart: false, json: {} });
  return ok({ read: (value) => query.evaluate({ ...fixed, path, json: value }), mayThrow: true });
}

const fixed = { callback: undefined, otherTypeCallback: undefined } as const;

function refuse(path: string): string | undefined {
  if (path.length > lengthMax) return `the path is longer than ${lengthMax} characters`;
  if (forbiddenSteps.test(path)) return '__proto__, constructor and prototype are never followed';
  if (/\?\s*\(|\(\s*@|\[\s*[?(]/.test(path)) return 'filter and script expressions are not evaluated';
  if (path.includes('@other()')) return '@other() is not supported';
  const parts: readonly string[] = JSONPath.toPathArray(path);
  if (parts.some((part) => /^\s*[?(]/.test(part))) return 'filter and script expressions are not evaluated';
  if (parts.some((part) => /^@(?!\w+\(\)$)/.test(part))) return `the path has an unknown type selector`;
  return undefined;
}

/** `$.a.b[0]` without the library: the same own-property steps (also into strings, as the library takes them). */
function definiteReader(path: string): (value: object) => unknown {
  const keys = path.slice(1).match(steps) ?? [];
  return (value) => {
    let current: unknown = value;
    for (const key of keys) {
      current = typeof current === 'string' ? readText(current, key) : readOwn(current, key);
      if (current === undefined) return undefined;
    }
    return current;
  };
}

function readText(text: string, key: string): unknown {
  return text !== '' && Object.hasOwn(Object(text), key) ? Reflect.get(Object(text), key) : undefined;
}
