import type { z } from 'zod';
import { didYouMean } from '../shared/did-you-mean.ts';
import { jsonPath } from './config-fault.ts';

/** A fault without the file it stands in. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

type JsonSchema = Readonly<Record<string, unknown>>;
type Issue = z.core.$ZodIssue;

/**
 * zod's issues in words for people: one fault for each unknown key, with what was probably meant. `schema` is the
 * JSON Schema of what was parsed; it knows which keys there are. Parse with `reportInput: true`.
 */
export function schemaFaults(issues: readonly Issue[], schema: JsonSchema): SchemaFault[] {
  return issues.flatMap((issue) => faultsOf(issue, schema));
}

function faultsOf(issue: Issue, schema: JsonSchema): SchemaFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, schema));
  if (issue.code === 'invalid_union') return [unionFault(issue)];
  if (issue.code === 'invalid_key') return [fault(issue.path, issue.issues[0]?.message ?? issue.message)];
  return [fault(issue.path, messageOf(issue), hintOf(issue))];
}

function fault(path: readonly PropertyKey[], message: string, hint?: string): SchemaFault {
  return { path: jsonPath(path), message, ...(hint === undefined ? {} : { hint }) };
}

function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'is missing' : `must be ${named(issue.expected)}`;
  }
  if (issue.code === 'invalid_value') return `must be ${listed(issue.values)}`;
  if (issue.code === 'too_small' && issue.origin === 'number') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.origin === 'number') return `must be at most ${issue.maximum}`;
  return issue.message;
}

function hintOf(issue: Issue): string | undefined {
  if (issue.code === 'custom') {
    const hint = issue.params?.['hint'];
    return typeof hint === 'string' ? hint : undefined;
  }
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return undefined;
  return meant(issue.input, issue.values.map(String));
}

function meant(written: string, candidates: readonly string[]): string | undefined {
  const found = didYouMean(written, candidates);
  return found === undefined ? undefined : `did you mean "${found}"?`;
}

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const named = (type: string): string => names[type] ?? type;

const listed = (values: readonly unknown[]): string =>
  `${values.length === 1 ? '' : 'one of '}${values.map((value) => JSON.stringify(value)).join(', ')}`;

function unknownKey(path: readonly PropertyKey[], key: string, schema: JsonSchema): SchemaFault {
  const known = keysAt(schema, path);
  const hint =
    meant(key, known) ??
    (known.length > 0 && known.length <= 20 ? `there are ${known.join(', ')}` : undefined);
  return fault([...path, key], 'is no key that is known here', hint);
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

function unionFault(issue: UnionIssue): SchemaFault {
  if (issue.errors.length === 0) return kindFault(issue);
  const firsts = issue.errors.map((issues) => issues[0]).filter((first) => first !== undefined);
  const isOfType = (first: Issue): boolean => first.code === 'invalid_type' && first.path.length === 0;
  const furthest = firsts.find((first) => !isOfType(first));
  if (furthest !== undefined) return branchFault(issue.path, furthest);
  const types = firsts.map((first) => (first.code === 'invalid_type' ? named(first.expected) : ''));
  return fault(issue.path, `must be ${[...new Set(types)].join(' or ')}`);
}

/** Of a union whose branches are told apart by a key: the key is missing or says nothing that is known. */
function kindFault(issue: UnionIssue): SchemaFault {
  const options: readonly unknown[] = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  const key = String(issue.path.at(-1));
  const written = isObject(issue.input) ? issue.input[key] : undefined;
  if (written === undefined) return fault(issue.path, 'is missing', `write ${listed(options)}`);
  return fault(issue.path, `must be ${listed(options)}`, meant(String(written), options.map(String)));
}

/** Of a union: what is wrong in the branch that came furthest. */
function branchFault(path: readonly PropertyKey[], issue: Issue): SchemaFault {
  const at = [...path, ...issue.path];
  if (issue.code !== 'unrecognized_keys') return fault(at, messageOf(issue), hintOf(issue));
  return fault([...at, issue.keys[0] ?? ''], 'is no key that is known here');
}

/** The keys that the schema allows at a path, of all branches of unions. */
function keysAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let nodes = branchesOf(schema, schema);
  for (const key of path) {
    nodes = nodes.flatMap((node) => childrenOf(node, key)).flatMap((node) => branchesOf(node, schema));
  }
  return [
    ...new Set(nodes.flatMap((node) => Object.keys(isObject(node['properties']) ? node['properties'] : {}))),
  ];
}

function childrenOf(node: JsonSchema, key: PropertyKey): JsonSchema[] {
  if (typeof key === 'number') return isObject(node['items']) ? [node['items']] : [];
  const properties = node['properties'];
  const child = isObject(properties) && Object.hasOwn(properties, key) ? properties[String(key)] : undefined;
  return [child ?? node['additionalProperties']].filter(isObject);
}

/** The node itself, what it refers to, and the branches of its unions. */
function branchesOf(node: JsonSchema, root: JsonSchema): JsonSchema[] {
  const reference = node['$ref'];
  if (typeof reference === 'string') {
    const definitions = root['$defs'];
    const found = isObject(definitions) ? definitions[reference.slice('#/$defs/'.length)] : undefined;
    return isObject(found) ? branchesOf(found, root) : [];
  }
  const branches = [node['anyOf'], node['oneOf']].filter(Array.isArray).flat().filter(isObject);
  return [node, ...branches.flatMap((branch) => branchesOf(branch, root))];
}

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
