import { applyFilters, names } from '../detect/sigma/apply-filters.ts';
import { covers } from '../detect/sigma/log-source.ts';
import { parseSigmaCorrelation } from '../detect/sigma/parse-correlation.ts';
import { parseSigmaFilter, parseSigmaRule } from '../detect/sigma/parse-rule.ts';
import type { SigmaFault } from '../detect/sigma/sigma-fault.ts';
import type { SigmaCorrelation, SigmaFilter, SigmaRule } from '../detect/sigma/sigma-rule.ts';
import type { Result } from '../shared/result.ts';
import { joinPath, keysOf, type LocalFault, type RuleFault } from './rule-fault.ts';
import type { LoadedRule } from './rule-read.ts';
import { correlationMeaning, missingRule, type NamedRule } from './sigma-correlation.ts';
import { type MergedDocument, mergeDocuments } from './sigma-documents.ts';
import { idOfSigma, meaningOf, ownFaults, type SigmaPlace, sigmaToRule } from './sigma-to-rule.ts';
import { readYaml, type YamlDocument } from './sigma-yaml.ts';

/** A YAML file, read. */
export interface SigmaFile {
  readonly file: string;
  readonly text: string;
}

export interface LoadSigmaOptions {
  /** What `expand` puts in the place of `%name%`. A rule with a placeholder that is not here is refused. */
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
}

/** What came of reading files in Sigma. */
export interface LoadedSigma {
  readonly loaded: readonly LoadedRule[];
  readonly faults: readonly RuleFault[];
  /** By rule that alerts only through correlations: these. */
  readonly spokenFor: ReadonlyMap<string, readonly string[]>;
}

/** Something of a file, with where it stands. */
interface Placed<T> {
  readonly what: T;
  readonly place: SigmaPlace;
  /** Not the document itself, of which nothing else is needed once it is read. */
  readonly lineOf: YamlDocument['lineOf'];
}

interface Collected {
  readonly rules: Placed<SigmaRule>[];
  readonly filters: Placed<SigmaFilter>[];
  readonly correlations: Placed<SigmaCorrelation>[];
  readonly faults: RuleFault[];
  /** Ids and names of rules with faults. */
  readonly refused: Set<string>;
}

/**
 * Reads rules, filters and correlations of all files together: filters and correlations name rules wherever those
 * stand. All faults come at once, and what has one stops nothing else. Never throws.
 */
export function loadSigma(files: readonly SigmaFile[], options: LoadSigmaOptions = {}): LoadedSigma {
  const collected: Collected = { rules: [], filters: [], correlations: [], faults: [], refused: new Set() };
  const placeholder = placeholderValues(options);
  for (const file of files) collectFile(file, collected, placeholder);
  checkFilters(collected);
  const filters = collected.filters.map(({ what }) => what);
  const rules = collected.rules.map((placed) => ({ ...placed, what: applyFilters(placed.what, filters) }));
  const loaded = rules.flatMap((placed) =>
    convert(placed, () => sigmaToRule(placed.what, meaningOf(placed.what), placed.place), collected),
  );
  const correlated = correlate(rules, collected);
  const all = [...loaded, ...correlated.loaded];
  return { loaded: all, faults: collected.faults, spokenFor: correlated.spokenFor };
}

type PlaceholderValues = (name: string) => readonly string[] | undefined;

function placeholderValues({ placeholders = {} }: LoadSigmaOptions): PlaceholderValues {
  return (name) => (Object.hasOwn(placeholders, name) ? placeholders[name] : undefined);
}

function collectFile({ file, text }: SigmaFile, collected: Collected, placeholder: PlaceholderValues): void {
  const { documents, faults } = readYaml(text);
  for (const { document, line, message } of faults) {
    const fault = { file, path: `document ${document}`, line, message: `is not YAML: ${message}` };
    const hint = yamlHint(message);
    collected.faults.push(hint === undefined ? fault : { ...fault, hint });
  }
  const merged = mergeDocuments(documents, (source, fault) =>
    collected.faults.push(
      placedFault(fault, { place: { file, document: source.number, id: '' }, lineOf: source.lineOf }),
    ),
  );
  if (documents.length === 0 && faults.length === 0)
    collected.faults.push({
      file,
      path: 'document 1',
      line: 1,
      message: 'there is no Sigma rule in this file',
    });
  const seen = new Map<string, number>();
  for (const document of merged) collectDocument(document, { file, seen, collected, placeholder });
}

/** What people mostly meant where the parser says what it cannot read. */
function yamlHint(message: string): string | undefined {
  if (/nested mappings|implicit key/i.test(message)) return 'a text with ": " in it needs quotes';
  if (/\btabs?\b/i.test(message)) return 'indent with spaces';
  return /alias|anchor|plain value cannot start/i.test(message)
    ? 'a text that begins with *, &, %, @ or ` needs quotes'
    : undefined;
}

interface Collecting {
  readonly file: string;
  readonly seen: Map<string, number>;
  readonly collected: Collected;
  readonly placeholder: PlaceholderValues;
}

function collectDocument(document: MergedDocument, { file, seen, collected, placeholder }: Collecting): void {
  const { kind, value } = document;
  const { number, lineOf } = document.source;
  const keep = <T extends { readonly title: string }>(
    result: Result<T, readonly SigmaFault[]>,
    list: Placed<T>[],
  ): void => {
    const written = result.ok ? result.value : { title: '', ...textMembers(value) };
    const place = { file, document: number, id: uniqueId(idOfSigma(written), document, seen) };
    if (result.ok) list.push({ what: result.value, place, lineOf });
    else {
      for (const name of Object.values(textMembers(value))) collected.refused.add(name);
      const own = ownFaults(value['tocsin']).map((fault) => ({ ...fault, path: keysOf(fault.path) }));
      for (const fault of [...result.failure, ...own])
        collected.faults.push(placedFault(fault, { place, lineOf }));
    }
  };
  if (kind === 'rule') keep(parseSigmaRule(value, placeholder), collected.rules);
  else if (kind === 'filter') keep(parseSigmaFilter(value, placeholder), collected.filters);
  else keep(parseSigmaCorrelation(value, placeholder), collected.correlations);
}

/** Id, name and title of a rule with a fault, so far as they are texts: for the messages. */
function textMembers(value: Readonly<Record<string, unknown>>): {
  id?: string;
  name?: string;
  title?: string;
} {
  const names = ['id', 'name', 'title'].filter((name) => typeof value[name] === 'string');
  return Object.fromEntries(names.map((name) => [name, value[name]]));
}

/** Rules that share the id of a `global` document are told apart: `id`, `id#2`, `id#3`. */
function uniqueId(id: string, { hasSharedId }: MergedDocument, seen: Map<string, number>): string {
  const nth = (seen.get(id) ?? 0) + 1;
  seen.set(id, nth);
  return nth > 1 && hasSharedId ? `${id}#${nth}` : id;
}

function placedFault(fault: SigmaFault, { place, lineOf }: Omit<Placed<unknown>, 'what'>): RuleFault {
  const { path, message, hint } = fault;
  const at = path.length === 0 ? '' : ` ${joinPath('$', path)}`;
  return {
    file: place.file,
    path: `document ${place.document}${at}`,
    line: lineOf(path),
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(place.id === '' ? {} : { ruleId: place.id }),
  };
}

function convert(
  placed: Placed<unknown>,
  toRule: () => Result<LoadedRule, readonly LocalFault[]>,
  { faults }: Collected,
): readonly LoadedRule[] {
  const result = toRule();
  if (result.ok) return [result.value];
  const { file, document, id } = placed.place;
  for (const { path, message, hint } of result.failure)
    faults.push({
      file,
      path: `document ${document} ${path}`,
      line: placed.lineOf(keysOf(path)),
      message,
      ...(hint === undefined ? {} : { hint }),
      ruleId: id,
    });
  return [];
}

/** A filter that changes nothing is a mistake: a rule's id misspelt, or a log source that does not cover the rule's. */
function checkFilters({ rules, filters, faults, refused }: Collected): void {
  const named = new Map(
    rules.flatMap((placed) => namesOf(placed).map((name) => [name, placed.what] as const)),
  );
  for (const placed of filters)
    for (const [index, name] of (placed.what.rules ?? []).entries()) {
      const rule = named.get(name);
      const path = ['filter', 'rules', index];
      if (rule === undefined) faults.push(placedFault(missingRule(name, path, { named, refused }), placed));
      else if (names(placed.what, rule) && !covers(placed.what.logsource, rule.search.logsource))
        faults.push(
          placedFault(
            { path: ['logsource'], message: `the log source does not cover that of rule "${name}"` },
            placed,
          ),
        );
    }
}

function namesOf({ what, place }: Placed<Pick<SigmaRule, 'name'>>): readonly string[] {
  return what.name === undefined ? [place.id] : [place.id, what.name];
}

function correlate(
  rules: readonly Placed<SigmaRule>[],
  collected: Collected,
): Pick<LoadedSigma, 'loaded' | 'spokenFor'> {
  const named = new Map<string, NamedRule>();
  for (const placed of [...collected.correlations, ...rules])
    for (const name of namesOf(placed)) named.set(name, { id: placed.place.id });
  const spokenFor = new Map<string, string[]>();
  const loaded = collected.correlations.flatMap((placed) => {
    const meaning = correlationMeaning(placed.what, { named, refused: collected.refused });
    if (!meaning.ok) {
      for (const fault of meaning.failure) collected.faults.push(placedFault(fault, placed));
      return [];
    }
    const converted = convert(
      placed,
      () => sigmaToRule(placed.what, meaning.value.meaning, placed.place),
      collected,
    );
    const heard = converted.length > 0 && !placed.what.generate ? meaning.value.ruleIds : [];
    for (const id of heard) spokenFor.set(id, [...(spokenFor.get(id) ?? []), placed.place.id]);
    return converted;
  });
  return { loaded, spokenFor };
}
