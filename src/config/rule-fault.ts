import type { z } from 'zod';
import { didYouMean } from '../shared/did-you-mean.ts';

/** What is wrong with a rule file, for its author. */
export interface RuleFault {
  readonly file: string;
  /** JSON path within the file, `$` for the whole of it. */
  readonly path: string;
  /** Line of the file, from 1, where it is known. */
  readonly line?: number;
  readonly message: string;
  /** What was probably meant, or what to do. */
  readonly hint?: string;
  /** The rule's id, where it could be read. */
  readonly ruleId?: string;
}

/** Where, what, and what was probably meant, in one line. */
export function describeFault({ file, line, path, message, hint }: RuleFault): string {
  const place = [file, line === undefined ? '' : `line ${line}`, path === '$' ? '' : path];
  return `${place.filter((part) => part !== '').join(': ')}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** A fault before its file is known; `path` is absolute within the file. */
export type LocalFault = Omit<RuleFault, 'file' | 'line'>;

/** `$` + `[3]`, `.window`, `["odd key"]`. */
export function joinPath(base: string, keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return /^[\w$-]+$/.test(String(key))
      ? `${path}.${String(key)}`
      : `${path}[${JSON.stringify(String(key))}]`;
  }, base);
}

/** The keys of such a path, from its root. */
export function keysOf(path: string): (string | number)[] {
  const parts = path.matchAll(/\.([\w$-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g);
  return [...parts].map(([, name, index, quoted]) => {
    if (index !== undefined) return Number(index);
    return name ?? String(JSON.parse(quoted ?? '""'));
  });
}

/** What the faults of one value are told with: the value itself, where it stands, and which members its schema knows. */
export interface FaultPlace {
  readonly value: unknown;
  readonly base: string;
  /** `value`: as above, for members that depend on another, such as those of a window on its type. */
  readonly knownMembers: (path: readonly PropertyKey[], value: unknown) => readonly string[];
}

type Issue = z.core.$ZodIssue;

/** The validator's issues in the words of a rule's author. */
export function describeIssues(issues: readonly Issue[], place: FaultPlace): LocalFault[] {
  return issues.flatMap((issue) => describeIssue(issue, place));
}

function describeIssue(issue: Issue, place: FaultPlace): LocalFault[] {
  const path = joinPath(place.base, issue.path);
  const written = valueAt(place.value, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownMember(key, issue.path, place));
    case 'invalid_value':
      return [{ path, ...notOneOf(written, issue.values.map(String)) }];
    case 'invalid_union':
      return [{ path, ...describeUnion(issue, written) }];
    case 'invalid_type':
      return [{ path, ...wrongType(issue.expected, written) }];
    case 'too_small':
    case 'too_big':
      return [{ path, message: outOfBounds(issue) }];
    default:
      return [{ path, message: issue.message.replace(/^(Invalid input|Too (?:small|big)): /, '') }];
  }
}

/** A text counts in characters, an array in entries. A bound whose schema has words of its own is told in those. */
function outOfBounds(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  const { code, message, origin, inclusive } = issue;
  if (!message.startsWith('Too ')) return message;
  const unit = { string: ' characters', array: ' entries' }[String(origin)];
  const verb = unit === undefined ? 'be' : 'have';
  if (code === 'too_small')
    return `must ${verb} ${inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit ?? ''}`;
  return `must ${verb} ${inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit ?? ''}`;
}

function wrongType(expected: string, written: unknown): { message: string; hint?: string } {
  if (written === undefined) return { message: 'is missing' };
  const message = `must be ${article(expected)}`;
  const isOne = expected === 'array' && (typeof written === 'string' || typeof written === 'number');
  if (isOne) return { message, hint: `write [${JSON.stringify(written)}]` };
  const isUnquoted = expected === 'string' && typeof written === 'number';
  return isUnquoted ? { message, hint: 'texts stand in quotes, durations with a unit: "10m"' } : { message };
}

/** What people look for in a rule who know other tools. */
const otherWords: Readonly<Record<string, string>> = {
  enabled: 'status',
  level: 'severity',
  priority: 'severity',
  query: 'conditions',
  detection: 'conditions',
  group_by: 'groupBy',
  'group-by': 'groupBy',
  timeframe: 'window',
  threshold: 'window',
  suppress: 'dedup',
  throttle: 'dedup',
  actions: 'notify',
  receivers: 'notify',
};

/** So many members there may be for all of them to be told. */
const toldMax = 8;

function unknownMember(key: string, path: readonly PropertyKey[], place: FaultPlace): LocalFault {
  const known = place.knownMembers(path, place.value);
  const other = Object.hasOwn(otherWords, key) ? otherWords[key] : undefined;
  const meant = other !== undefined && known.includes(other) ? other : didYouMean(key, known);
  const fault = { path: joinPath(place.base, [...path, key]), message: `unknown member "${key}"` };
  if (meant !== undefined) return { ...fault, hint: `did you mean "${meant}"?` };
  const isFew = known.length > 0 && known.length <= toldMax;
  return isFew ? { ...fault, hint: `there are: ${known.join(', ')}` } : fault;
}

function notOneOf(written: unknown, allowed: readonly string[]): { message: string; hint?: string } {
  if (written === undefined) return { message: 'is missing' };
  const message = `must be one of ${allowed.join(', ')}`;
  const meant = typeof written === 'string' ? didYouMean(written, allowed) : undefined;
  return meant === undefined ? { message } : { message, hint: `did you mean "${meant}"?` };
}

function describeUnion(
  issue: Issue & { code: 'invalid_union' },
  written: unknown,
): { message: string; hint?: string } {
  if (issue.discriminator === undefined)
    return { message: written === undefined ? 'is missing' : issue.message };
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  return notOneOf(written, options);
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return current;
}
