import { jsonPath } from './config-fault.ts';
import type { Environment } from './env.ts';
import type { SchemaFault } from './zod-faults.ts';

/** A tree in which the variables of the environment were filled in. */
export interface Substituted {
  readonly tree: unknown;
  readonly faults: readonly SchemaFault[];
  /** JSON paths of the values that are a variable and nothing else: they may stand for a number, a boolean, a list. */
  readonly variables: ReadonlySet<string>;
}

const variable = /\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const onlyVariable = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** Puts the environment's values in the place of `${NAME}` in every text of a parsed JSON tree; `$${NAME}` stays `${NAME}`. */
export function substituteEnv(root: unknown, env: Environment): Substituted {
  const faults: SchemaFault[] = [];
  const variables = new Set<string>();
  const fill = (text: string, path: readonly PropertyKey[]): string => {
    if (onlyVariable.test(text)) variables.add(jsonPath(path));
    return text.replace(variable, (written: string, name: string) => {
      if (written.startsWith('$$')) return written.slice(1);
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value === undefined) {
        faults.push({
          path: jsonPath(path),
          message: `names the variable ${name}, which the environment does not have`,
          hint: `set ${name}, or write $\${${name}} for the text itself`,
        });
      }
      return value ?? '';
    });
  };
  const walk = (node: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof node === 'string') return fill(node, path);
    if (Array.isArray(node)) return node.map((child, index) => walk(child, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, [...path, key])]));
  };
  return { tree: walk(root, []), faults, variables };
}

/** What a variable's text may stand for where another type is wanted; undefined where it cannot be that. */
export function asType(text: string, expected: string): unknown {
  if (expected === 'number' || expected === 'int') {
    const number = Number(text);
    return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
  }
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (expected !== 'array') return undefined;
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
