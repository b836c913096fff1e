import { inputsOf } from '../detect/rule-inputs.ts';
import type { Rule } from '../shared/model/rule.ts';
import { keysOf } from './rule-fault.ts';
import { findLines } from './rule-line.ts';
import { readYaml } from './sigma-yaml.ts';

/** Sigma's words for what a JSON rule calls otherwise, the longest first. Of a correlation also its group and its window. */
const sigmaWords: readonly (readonly [RegExp, string])[] = [
  [/^window\.(field|percentile)\b/, 'correlation.condition.$1'],
  [/^window\b/, 'correlation'],
  [/^groupBy\b/, 'correlation.group-by'],
  [/^severity\b/, 'level'],
  [/^falsePositives\b/, 'falsepositives'],
];

/** `window.field` of a JSON rule, as its author wrote it in Sigma: `correlation.condition.field`. */
export function inWordsOfSigma(at: string): string {
  const found = sigmaWords.find(([word]) => word.test(at));
  return found === undefined ? at : at.replace(...found);
}

/** Members of a rule in Sigma that stand under `tocsin`, unless the rule is a correlation, which says them itself. */
const ownOfDetection = /^(?:window|groupBy|sources)\b/;

/** The place of a member of a rule in its file: `$[3].window.field`, or in YAML `document 2 $.correlation.condition.field`. */
export function placeInFile(rule: Pick<Rule, 'origin' | 'window'>, at: string): string {
  const { origin } = rule;
  if (origin.path.startsWith('$')) return `${origin.path}.${at}`;
  const isOwn = inputsOf(rule) === undefined ? ownOfDetection.test(at) : at === 'sources';
  return `${origin.path} $.${isOwn ? `tocsin.${at}` : inWordsOfSigma(at)}`;
}

/** The line (from 1) of each such place in the text of a rule file; that of the deepest part which is there. */
export function linesOfPlaces(
  { file, text }: { readonly file: string; readonly text: string },
  places: readonly string[],
): ReadonlyMap<string, number> {
  if (!/\.ya?ml$/i.test(file)) return findLines(text, places);
  const { documents } = readYaml(text);
  return new Map(
    places.map((place) => {
      const [, number, path = ''] = /^document (\d+)(.*)$/s.exec(place) ?? [];
      const document = documents.find((each) => each.number === Number(number));
      return [place, document?.lineOf(keysOf(path)) ?? 1];
    }),
  );
}
