import { parseSigmaCorrelation } from '../detect/sigma/parse-correlation.ts';
import { type PlaceholderValues, parseSigmaFilter, parseSigmaRule } from '../detect/sigma/parse-rule.ts';
import type { SigmaFault } from '../detect/sigma/sigma-fault.ts';
import type { SigmaCorrelation, SigmaFilter, SigmaLogSource, SigmaRule } from '../detect/sigma/sigma-rule.ts';
import { plainValue } from '../shared/plain-value.ts';
import type { Result } from '../shared/result.ts';
import { joinPath, keysOf, type LocalFault, type RuleFault } from './rule-fault.ts';
import type { LoadedRule } from './rule-read.ts';
import { type MergedDocument, mergeDocuments } from './sigma-documents.ts';
import { idOfSigma, meaningOf, ownFaults, type SigmaPlace, sigmaToRule } from './sigma-to-rule.ts';
import { readYaml, type YamlDocument } from './sigma-yaml.ts';

/** A YAML file, read. */
export interface SigmaFile {
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text, where it is known. */
  readonly digest?: string;
}

/** Something of a file, with where it stands. */
export interface Placed<T> {
  readonly what: T;
  readonly place: SigmaPlace;
  /** Not the document itself, of which nothing else is needed once it is read. */
  readonly lineOf: YamlDocument['lineOf'];
}

/** A detection rule as its own file tells it: filters that stand elsewhere are not applied. */
export interface ReadSigmaRule {
  readonly id?: string;
  readonly name?: string;
  readonly logsource: SigmaLogSource;
  readonly place: SigmaPlace;
  /** Undefined where it has faults that only its conversion showed: these. */
  readonly loaded?: LoadedRule;
  readonly faults: readonly RuleFault[];
}

/** What one file says, whatever others say. */
export interface SigmaReading {
  readonly rules: readonly ReadSigmaRule[];
  readonly filters: readonly Placed<SigmaFilter>[];
  readonly correlations: readonly Placed<SigmaCorrelation>[];
  readonly faults: readonly RuleFault[];
  /** Ids and names of rules with faults. */
  readonly refused: readonly string[];
}

/** A reading that grows. */
interface Collected {
  readonly rules: Placed<SigmaRule>[];
  readonly filters: Placed<SigmaFilter>[];
  readonly correlations: Placed<SigmaCorrelation>[];
  readonly faults: RuleFault[];
  readonly refused: string[];
}

/**
 * Reads a file by itself, with all its faults at once, and gives what converts its rules: of thousands of files first all are
 * read, and then all converted, which is quicker than by turns. Never throws.
 */
export function readSigmaFile({ file, text }: SigmaFile, placeholder: PlaceholderValues): () => SigmaReading {
  const collected: Collected = { rules: [], filters: [], correlations: [], faults: [], refused: [] };
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
  return () => ({ ...collected, rules: collected.rules.map(readRule) });
}

/** What people mostly meant where the parser says what it cannot read. */
function yamlHint(message: string): string | undefined {
  if (/nested mappings|implicit key/i.test(message)) return 'a text with ": " in it needs quotes';
  if (/\btabs?\b/i.test(message)) return 'indent with spaces';
  return /unresolved alias|anchor|plain value cannot start/i.test(message)
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
    add: (placed: Placed<T>) => void,
  ): void => {
    const written = result.ok ? result.value : { title: '', ...textMembers(value) };
    const place = { file, document: number, id: uniqueId(idOfSigma(written), document, seen) };
    if (result.ok) add({ what: result.value, place, lineOf });
    else {
      collected.refused.push(...Object.values(textMembers(value)));
      const own = ownFaults(plainValue(value.get('tocsin'))).map((fault) => ({
        ...fault,
        path: keysOf(fault.path),
      }));
      for (const fault of [...result.failure, ...own])
        collected.faults.push(placedFault(fault, { place, lineOf }));
    }
  };
  if (kind === 'rule') keep(parseSigmaRule(value, placeholder), (rule) => collected.rules.push(rule));
  else if (kind === 'filter')
    keep(parseSigmaFilter(value, placeholder), (filter) => collected.filters.push(filter));
  else
    keep(parseSigmaCorrelation(value, placeholder), (correlation) =>
      collected.correlations.push(correlation),
    );
}

function readRule(placed: Placed<SigmaRule>): ReadSigmaRule {
  const { what, place } = placed;
  const { id, name, search } = what;
  const result = sigmaToRule(what, meaningOf(what), place);
  return {
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    logsource: search.logsource,
    place,
    ...(result.ok ? { loaded: result.value } : {}),
    faults: result.ok ? [] : convertedFaults(result.failure, placed),
  };
}

/** Id, name and title of a rule with a fault, so far as they are texts: for the messages. */
function textMembers(value: ReadonlyMap<string, unknown>): {
  id?: string;
  name?: string;
  title?: string;
} {
  const names = ['id', 'name', 'title'].filter((name) => typeof value.get(name) === 'string');
  return Object.fromEntries(names.map((name) => [name, value.get(name)]));
}

/** Rules that share the id of a `global` document are told apart: `id`, `id#2`, `id#3`. */
function uniqueId(id: string, { hasSharedId }: MergedDocument, seen: Map<string, number>): string {
  const nth = (seen.get(id) ?? 0) + 1;
  seen.set(id, nth);
  return nth > 1 && hasSharedId ? `${id}#${nth}` : id;
}

/** A fault of a document, with its file and its line. */
export function placedFault(fault: SigmaFault, { place, lineOf }: Omit<Placed<unknown>, 'what'>): RuleFault {
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

/** The same of what the validator of all rules says. */
export function convertedFaults(
  faults: readonly LocalFault[],
  { place, lineOf }: Omit<Placed<unknown>, 'what'>,
): readonly RuleFault[] {
  const { file, document, id } = place;
  return faults.map(({ path, message, hint }) => ({
    file,
    path: `document ${document} ${path}`,
    line: lineOf(keysOf(path)),
    message,
    ...(hint === undefined ? {} : { hint }),
    ruleId: id,
  }));
}
