import { plainValue } from '../../shared/plain-value.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { parseMetadata, type SigmaDocument, texts } from './parse-metadata.ts';
import { parseOwn } from './parse-own.ts';
import type { PlaceholderValues } from './parse-rule.ts';
import { createFaultList, type FaultList, hintOf, type SigmaFault } from './sigma-fault.ts';
import type { SigmaCorrelation } from './sigma-rule.ts';

/** The types of the specification 2.1, and the median, which its tools added. */
export const correlationTypes: readonly string[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
];

/** What may stand under `correlation`. */
export const correlationMembers: readonly string[] = [
  'type',
  'rules',
  'group-by',
  'timespan',
  'condition',
  'aliases',
  'generate',
];

/** Months and years are averages of the Gregorian calendar (pySigma). */
const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_629_746_000,
  y: 31_556_952_000,
};

/** A correlation, with all its faults at once. Whether its rules exist is not known here. */
export function parseSigmaCorrelation(
  document: SigmaDocument,
  placeholder: PlaceholderValues,
): Result<SigmaCorrelation, readonly SigmaFault[]> {
  const faults = createFaultList();
  const metadata = parseMetadata(document, faults);
  const written = document.get('correlation');
  if (!(written instanceof Map)) {
    faults.add(['correlation'], 'must be a map of type, rules, group-by, timespan and condition');
    return fail(faults.faults);
  }
  const body: SigmaDocument = written;
  for (const name of body.keys())
    if (!correlationMembers.includes(name))
      faults.add(['correlation', name], `unknown member "${name}"`, hintOf(name, correlationMembers));
  refuseOthers(document, faults);
  const type = typeOf(body, faults);
  const timespanMs = timespanOf(body, faults);
  const condition = conditionOf(body, type, faults);
  const rules = inCorrelation(faults, (list) => texts(body, 'rules', list));
  const groupBy = inCorrelation(faults, (list) => texts(body, 'group-by', list));
  if (rules.length === 0 && typeof condition !== 'string')
    faults.add(['correlation', 'rules'], 'is missing', 'name rules by id or name');
  const aliases = aliasesOf(body, faults);
  const generate = document.get('generate') ?? body.get('generate') ?? false;
  if (typeof generate !== 'boolean') faults.add(['generate'], 'must be true or false');
  const own = parseOwn(document, {}, { faults, placeholder });
  if (type === undefined || timespanMs === undefined || faults.faults.length > 0) return fail(faults.faults);
  return ok({
    ...metadata,
    type,
    rules,
    groupBy,
    timespanMs,
    ...(condition === undefined ? {} : { condition }),
    aliases,
    generate: generate === true,
    ...(own === undefined ? {} : { own }),
  });
}

/** A document is one thing; of two nothing is passed over in silence. */
function refuseOthers(document: SigmaDocument, faults: FaultList): void {
  for (const name of ['detection', 'filter'])
    if (document.get(name) !== undefined)
      faults.add([name], 'has no place in a correlation', 'write it as a document of its own');
}

/** Puts `correlation` before the paths of the faults that are found. */
function inCorrelation<T>(faults: FaultList, read: (list: FaultList) => T): T {
  return read({
    ...faults,
    add: (path, message, hint) => faults.add(['correlation', ...path], message, hint),
  });
}

function typeOf(body: SigmaDocument, faults: FaultList): string | undefined {
  const type = body.get('type');
  const at = ['correlation', 'type'];
  if (type === undefined) return faults.add(at, 'is missing', `there are: ${correlationTypes.join(', ')}`);
  if (typeof type === 'string' && correlationTypes.includes(type)) return type;
  return faults.add(
    at,
    `correlation type "${String(type)}" is not known`,
    hintOf(String(type), correlationTypes) ?? `there are: ${correlationTypes.join(', ')}`,
  );
}

function timespanOf(body: SigmaDocument, faults: FaultList): number | undefined {
  const written = body.get('timespan');
  const at = ['correlation', 'timespan'];
  if (written === undefined) return faults.add(at, 'is missing', 'write a number and one of s, m, h, d: 5m');
  const [, amount = '', unit = ''] = /^(\d+)([smhdwMy])$/.exec(String(written)) ?? [];
  const ms = Number(amount) * (unitMs[unit] ?? 0);
  return ms > 0
    ? ms
    : faults.add(at, `"${String(written)}" is no timespan`, 'write a number and one of s, m, h, d: 5m');
}

type Members = Readonly<Record<string, unknown>>;

/** The types for which these members of a condition are. */
const needs: Readonly<Record<string, { readonly types: RegExp; readonly means: string }>> = {
  field: { types: /^value_/, means: 'field' },
  percentile: { types: /^value_percentile$/, means: 'percentile, 0 to 100' },
};

const comparisons = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];

function conditionOf(
  body: SigmaDocument,
  type: string | undefined,
  faults: FaultList,
): SigmaCorrelation['condition'] | undefined {
  const written = body.get('condition');
  const at = ['correlation', 'condition'];
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (written === undefined) {
    if (!isTemporal) faults.add(at, 'is missing', 'write a comparison: gte: 10');
    return undefined;
  }
  if (typeof written === 'string') {
    if (isTemporal) return written;
    return faults.add(
      at,
      'an expression over rules is for the temporal types only',
      'write a comparison: gte: 10',
    );
  }
  if (!(written instanceof Map)) return faults.add(at, 'must be a map: gte: 10');
  return checkedCondition(plainValue(written) as Members, type, faults);
}

function checkedCondition(
  condition: Members,
  type: string | undefined,
  faults: FaultList,
): Members | undefined {
  const known = [...comparisons, 'field', 'percentile'];
  const before = faults.faults.length;
  const at = ['correlation', 'condition'];
  for (const [name, value] of Object.entries(condition)) {
    if (!known.includes(name)) faults.add([...at, name], `unknown member "${name}"`, hintOf(name, known));
    else if (name !== 'field' && typeof value !== 'number') faults.add([...at, name], 'must be a number');
  }
  const count = Object.keys(condition).filter((name) => comparisons.includes(name)).length;
  if (count === 0) faults.add(at, 'needs a comparison: gte: 10');
  if (count > 2) faults.add(at, 'takes one comparison, or two that form a range');
  if (type !== undefined) checkNeeds(condition, type, faults);
  return faults.faults.length === before ? condition : undefined;
}

/** What is measured is said for the types that measure, and for no other. */
function checkNeeds(condition: Members, type: string, faults: FaultList): void {
  const at = ['correlation', 'condition'];
  for (const [name, { types, means }] of Object.entries(needs)) {
    const isThere = Object.hasOwn(condition, name);
    if (isThere && !types.test(type)) faults.add([...at, name], `"${type}" takes no ${name}`);
    if (!isThere && types.test(type)) faults.add(at, `"${type}" needs a ${means}`);
  }
}

function aliasesOf(body: SigmaDocument, faults: FaultList): SigmaCorrelation['aliases'] {
  const written = plainValue(body.get('aliases'));
  if (written === undefined) return {};
  const at = ['correlation', 'aliases'];
  const isMap = (value: unknown): value is Members =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(written)) faults.add(at, 'must be a map of aliases');
  else {
    const aliases = Object.entries(written);
    for (const [alias, fields] of aliases)
      if (!isMap(fields) || !Object.values(fields).every((field) => typeof field === 'string'))
        faults.add([...at, alias], 'must be a map of rules to fields');
    return Object.fromEntries(aliases) as SigmaCorrelation['aliases'];
  }
  return {};
}
