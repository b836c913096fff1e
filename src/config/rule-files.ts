import { hash } from 'node:crypto';
import { createOperatorTable, type OperatorOptions } from '../detect/match/operator-table.ts';
import type { ConditionContext } from '../detect/match/parse-condition.ts';
import { reservedRuleIds } from '../incident/integrity-rules.ts';
import type { Result } from '../shared/result.ts';
import { inOneGo, type Steps } from '../shared/steps.ts';
import { linkRules } from './link-rules.ts';
import { readTextFile } from './read-text-file.ts';
import { type RuleDocument, readRuleDocument } from './rule-document.ts';
import { nameEngineRules } from './rule-engine.ts';
import type { LocalFault, RuleFault } from './rule-fault.ts';
import { findRuleFiles } from './rule-paths.ts';
import { linesOfPlaces, placeInFile } from './rule-place.ts';
import { type LoadedRule, readRule } from './rule-read.ts';
import { type LoadSigmaOptions, loadSigmaInSteps } from './sigma-files.ts';

/**
 * Lists and own operators that rules may name, and what placeholders stand for in Sigma's; where lists are left out,
 * every list name is accepted.
 */
export interface LoadRulesOptions extends OperatorOptions, LoadSigmaOptions {
  /** Texts by file, to be taken instead of what the files hold now. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** What came of reading rule files. */
export interface LoadedRules {
  /** The rules that are evaluated: those in status `shadow` and `production`. */
  readonly rules: readonly LoadedRule[];
  /** Valid rules in status `draft`: not loaded, but their tests can be run. */
  readonly drafts: readonly LoadedRule[];
  readonly faults: readonly RuleFault[];
  /** The texts, by file, that change what rules of other files mean: Sigma's filters and correlations. */
  readonly linking: ReadonlyMap<string, string>;
  /** By file that could be read: the SHA-256 of its text. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Larger files are refused. */
const fileBytesMax = 10 * 1024 * 1024;

interface TextFile {
  readonly file: string;
  readonly text: string;
  readonly digest: string;
}

interface ReadFile extends TextFile {
  readonly document: RuleDocument;
}

/** `loadRulesInSteps`, all of them at once. */
export const loadRules = (paths: readonly string[], options: LoadRulesOptions = {}): LoadedRules =>
  inOneGo(loadRulesInSteps(paths, options));

/**
 * Reads and validates the rules in files and folders. Never throws: all faults of all files come back at once, and a
 * rule with a fault stops no other. Named conditions are known to the rules of all the files. A few steps for each file.
 */
export function* loadRulesInSteps(
  paths: readonly string[],
  options: LoadRulesOptions = {},
): Steps<LoadedRules> {
  const found = findRuleFiles(paths);
  const faults: RuleFault[] = [...found.faults];
  const files = new Set([...found.files, ...(options.texts?.keys() ?? [])]);
  const texts: TextFile[] = [];
  for (const file of files) {
    const text = options.texts?.get(file);
    texts.push(...(text === undefined ? readText(file, faults) : [textFile(file, text)]));
    yield;
  }
  const sigma = yield* loadSigmaInSteps(texts.filter(isSigma), options);
  const documents: ReadFile[] = [];
  for (const file of texts) {
    if (!isSigma(file)) documents.push(readDocument(file, faults));
    yield;
  }
  const context: ConditionContext = {
    operators: createOperatorTable(options),
    conditions: collectConditions(documents, faults),
  };
  const loaded: LoadedRule[] = [];
  for (const file of documents) {
    loaded.push(...readRulesOf(file, context, faults));
    yield;
  }
  faults.push(...sigma.faults);
  const unique = withoutDuplicates([...loaded, ...sigma.loaded], faults);
  const linked = linkRules(unique, { faults, spokenFor: sigma.spokenFor });
  return {
    rules: linked.filter(({ rule }) => rule.status !== 'draft'),
    drafts: linked.filter(({ rule }) => rule.status === 'draft'),
    faults: inOrder(withLines(faults, texts), files),
    linking: new Map(texts.filter(isLinking).map(({ file, text }) => [file, text])),
    digests: new Map(texts.map(({ file, digest }) => [file, digest])),
  };
}

/** Rules in YAML are Sigma's. */
const isSigma = ({ file }: Pick<TextFile, 'file'>): boolean => /\.ya?ml$/i.test(file);

const isLinking = (each: TextFile): boolean =>
  isSigma(each) && /^['"]?(?:filter|correlation)['"]?\s*:/m.test(each.text);

const textFile = (file: string, text: string): TextFile => ({ file, text, digest: hash('sha256', text) });

function readText(file: string, faults: RuleFault[]): readonly TextFile[] {
  const read = readRuleText(file);
  if (read.ok) return [textFile(file, read.value)];
  faults.push({ file, path: '$', message: read.failure });
  return [];
}

/** The text of a rule file, or why there is none. */
export const readRuleText = (file: string): Result<string, string> =>
  readTextFile(file, fileBytesMax, 'refused');

function readDocument(read: TextFile, faults: RuleFault[]): ReadFile {
  const { file, text } = read;
  const document = readRuleDocument(text);
  faults.push(...document.faults.map((fault) => ({ file, ...fault })));
  return { ...read, document };
}

function collectConditions(
  files: readonly ReadFile[],
  faults: RuleFault[],
): Readonly<Record<string, unknown>> {
  const named = new Map<string, unknown>();
  for (const { file, document } of files)
    for (const [name, tree] of Object.entries(document.namedConditions)) {
      if (named.has(name))
        faults.push({
          file,
          path: '$.namedConditions',
          message: `there are two conditions called "${name}"`,
        });
      else named.set(name, tree);
    }
  return Object.fromEntries(named);
}

function readRulesOf(
  { file, document }: ReadFile,
  context: ConditionContext,
  faults: RuleFault[],
): LoadedRule[] {
  return nameEngineRules(document.items).flatMap((item) => {
    const result = readRule(item, file, context);
    if (result.ok) return [result.value];
    faults.push(...result.failure.map((fault: LocalFault) => ({ file, ...fault })));
    return [];
  });
}

/** The first rule of an id stays; each later one is a fault, and so is one with an id of tocsin's own. */
function withoutDuplicates(loaded: readonly LoadedRule[], faults: RuleFault[]): LoadedRule[] {
  const first = new Map<string, LoadedRule>();
  for (const each of loaded) {
    const message = whyTaken(each, first.get(each.rule.id));
    if (message === undefined) first.set(each.rule.id, each);
    else {
      const { id, origin } = each.rule;
      faults.push({ file: origin.file, path: placeInFile(each.rule, 'id'), message, ruleId: id });
    }
  }
  return [...first.values()];
}

function whyTaken({ rule: { id } }: LoadedRule, other: LoadedRule | undefined): string | undefined {
  if (id.startsWith(reservedRuleIds)) return `ids that begin with "${reservedRuleIds}" are tocsin's own`;
  if (other === undefined) return undefined;
  return `the id "${id}" is taken by ${other.rule.origin.file} ${other.rule.origin.path}`;
}

function withLines(faults: readonly RuleFault[], files: readonly TextFile[]): RuleFault[] {
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const lines = new Map<string, ReadonlyMap<string, number>>();
  for (const [file, ofFile] of Map.groupBy(faults, (fault) => fault.file)) {
    const text = texts.get(file);
    const paths = ofFile.filter((fault) => fault.line === undefined);
    if (text !== undefined && paths.length > 0)
      lines.set(
        file,
        linesOfPlaces(
          { file, text },
          paths.map((fault) => fault.path),
        ),
      );
  }
  return faults.map((fault) => {
    const line = fault.line ?? lines.get(fault.file)?.get(fault.path);
    return line === undefined ? fault : { ...fault, line };
  });
}

/** As people mend them: file by file, from the top down. What no file has comes first. */
function inOrder(faults: readonly RuleFault[], files: Iterable<string>): readonly RuleFault[] {
  const places = new Map([...files].map((file, index) => [file, index]));
  const place = ({ file }: RuleFault): number => places.get(file) ?? -1;
  return faults.toSorted((a, b) => place(a) - place(b) || (a.line ?? 0) - (b.line ?? 0));
}
