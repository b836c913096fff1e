import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** An operator of the user's own: the value of the fact, and the rule's value. */
export type OwnOperator = (factValue: unknown, compareValue: unknown) => boolean;

/** The functions a module exports, by name: each is an operator of that name. Throws what importing it throws. */
export async function loadOperators(
  module: string,
  cwd: string,
): Promise<Readonly<Record<string, OwnOperator>>> {
  const exported = (await import(pathToFileURL(resolve(cwd, module)).href)) as Readonly<
    Record<string, unknown>
  >;
  const functions = Object.entries(exported).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(functions) as Readonly<Record<string, OwnOperator>>;
}
