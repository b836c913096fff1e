import { type Severity, severities } from '../../shared/model/severity.ts';
import { type FaultList, hintOf } from './sigma-fault.ts';
import { type SigmaLogSource, type SigmaMetadata, sigmaStatuses } from './sigma-rule.ts';

/** A document of a Sigma file: a map. */
export type SigmaDocument = ReadonlyMap<string, unknown>;

/** The members that describe a rule, common to rules, correlations and filters. Members Sigma does not know are its authors' own. */
export function parseMetadata(document: SigmaDocument, faults: FaultList): SigmaMetadata {
  const title = text(document, 'title', faults);
  if (document.get('title') === undefined || title?.trim() === '')
    faults.add(['title'], 'is missing', misspelt(document, 'title'));
  const id = text(document, 'id', faults);
  const name = text(document, 'name', faults);
  const author = text(document, 'author', faults);
  const status = oneOf(document, { name: 'status', allowed: sigmaStatuses }, faults);
  const taxonomy = document.get('taxonomy');
  if (taxonomy !== undefined && taxonomy !== 'sigma')
    faults.add(['taxonomy'], `taxonomy "${String(taxonomy)}" is not supported`, 'there is "sigma"');
  return {
    title: title ?? '',
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(author === undefined ? {} : { author }),
    ...(status === undefined ? {} : { status }),
    description: text(document, 'description', faults) ?? '',
    severity: severityOf(document, faults),
    tags: texts(document, 'tags', faults),
    references: texts(document, 'references', faults),
    falsePositives: texts(document, 'falsepositives', faults),
  };
}

function severityOf(document: SigmaDocument, faults: FaultList): Severity {
  return oneOf(document, { name: 'level', allowed: severities }, faults) ?? 'medium';
}

/** Which events a rule is for; at least one of the three must be said. */
export function parseLogSource(document: SigmaDocument, faults: FaultList): SigmaLogSource {
  const written = document.get('logsource');
  if (written === undefined) faults.add(['logsource'], 'is missing', misspelt(document, 'logsource'));
  else if (!(written instanceof Map))
    faults.add(['logsource'], 'must be a map of category, product, service');
  else return logSourceMembers(written, faults);
  return {};
}

function logSourceMembers(written: SigmaDocument, faults: FaultList): SigmaLogSource {
  const found: { category?: string; product?: string; service?: string } = {};
  for (const name of logSourceNames) {
    const value = written.get(name);
    if (typeof value === 'string' && value !== '') found[name] = value.toLowerCase();
    else if (value !== undefined && value !== null) faults.add(['logsource', name], 'must be a text');
  }
  // Other members may be its author's own, but a misspelt one would take in the events of other log sources.
  const missing = logSourceNames.filter((name) => written.get(name) === undefined);
  const close = [...written.keys()].filter(
    (key) => !isLogSourceName(key) && hintOf(key, missing) !== undefined,
  );
  for (const key of close) faults.add(['logsource', key], `unknown member "${key}"`, hintOf(key, missing));
  if (Object.keys(found).length === 0 && close.length === 0)
    faults.add(['logsource'], 'needs a category, a product or a service');
  return found;
}

const logSourceNames = ['category', 'product', 'service'] as const;

/** "definition" is Sigma's own too: for people, to say what must be logged. */
const isLogSourceName = (key: string): boolean =>
  key === 'definition' || logSourceNames.some((name) => name === key);

function text(document: SigmaDocument, name: string, faults: FaultList): string | undefined {
  const value = document.get(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return faults.add([name], 'must be a text');
}

/** A list of texts; one text counts as a list of one. */
export function texts(document: SigmaDocument, name: string, faults: FaultList): readonly string[] {
  const value = document.get(name);
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((each) => typeof each === 'string')) return list;
  return list.flatMap((each, index) => {
    if (typeof each === 'string') return [each];
    if (typeof each === 'number') return [String(each)];
    faults.add(Array.isArray(value) ? [name, index] : [name], 'must be a text');
    return [];
  });
}

interface Choice<T extends string> {
  readonly name: string;
  readonly allowed: readonly T[];
}

function oneOf<T extends string>(
  document: SigmaDocument,
  { name, allowed }: Choice<T>,
  faults: FaultList,
): T | undefined {
  const value = document.get(name);
  if (value === undefined) return ofMisspelt(document, { name, allowed }, faults);
  if (value === null) return undefined;
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  return faults.add([name], `must be one of ${allowed.join(', ')}`, hintOf(String(value), allowed));
}

/** A member of nearly that name, with such a value, is hardly one of its author's own. */
function ofMisspelt<T extends string>(
  document: SigmaDocument,
  { name, allowed }: Choice<T>,
  faults: FaultList,
): undefined {
  for (const [key, value] of document)
    if (allowed.some((each) => each === value) && hintOf(key, [name]) !== undefined && !known.includes(key))
      faults.add([key], `unknown member "${key}"`, `did you mean "${name}"?`);
}

const known: readonly string[] = [
  ...['title', 'id', 'name', 'logsource', 'detection', 'correlation', 'filter', 'status', 'level', 'tags'],
];

/** The members of which a missing one may be a misspelling. */
export function misspelt(document: SigmaDocument, name: string): string | undefined {
  const close = [...document.keys()].find((key) => !known.includes(key) && hintOf(key, [name]) !== undefined);
  return close === undefined ? undefined : `"${close}": did you mean "${name}"?`;
}
