import type { Explanation } from '../detect/match/explain.ts';
import type { ExceptionExplanation, RuleExplanation } from '../detect/match/explain-rule.ts';
import { printable, type Terminal } from './terminal.ts';

/** So much of a value from the log is shown. */
const seenMax = 120;

/** An explanation as a tree for a person: what holds, what does not, and what the event has there. */
export function explanationLines(
  terminal: Terminal,
  { line, explained }: { readonly line: number; readonly explained: RuleExplanation },
): string[] {
  const { colours } = terminal;
  const verdict = explained.matches ? colours.green('matches') : colours.red('does not match');
  return [
    `line ${line}: ${verdict}`,
    ...nodeLines(terminal, explained.tree, 1),
    ...explained.exceptions.flatMap((exception) => exceptionLines(terminal, exception)),
    ...(explained.numerator === undefined ? [] : numeratorLines(terminal, explained.numerator)),
  ];
}

function numeratorLines(terminal: Terminal, tree: Explanation): string[] {
  const words = tree.result ? 'counts in the numerator' : 'does not count in the numerator';
  return [`  ${terminal.colours.dim(words)}`, ...nodeLines(terminal, tree, 2)];
}

function exceptionLines(terminal: Terminal, exception: ExceptionExplanation): string[] {
  const { reason, excludes, isExpired, tree } = exception;
  const { colours } = terminal;
  const mark = excludes
    ? colours.red('excluded by the exception')
    : colours.dim('not excluded by the exception');
  const expired = isExpired ? colours.dim(', which has expired') : '';
  return [`  ${mark} ${printable(JSON.stringify(reason))}${expired}`, ...nodeLines(terminal, tree, 2)];
}

function nodeLines(terminal: Terminal, node: Explanation, depth: number): string[] {
  const { colours } = terminal;
  const mark = node.result ? colours.green('✓') : colours.red('✗');
  const seen = 'seen' in node ? `  ${colours.dim(`saw ${seenText(node.seen)}`)}` : '';
  const compared =
    node.comparedWith === undefined ? '' : colours.dim(`, beside ${seenText(node.comparedWith)}`);
  const error = node.error === undefined ? '' : colours.red(`  ${printable(node.error)}`);
  const own = `${'  '.repeat(depth)}${mark} ${printable(node.node)}${seen}${compared}${error}`;
  return [own, ...(node.children ?? []).flatMap((child) => nodeLines(terminal, child, depth + 1))];
}

/** Texts in quotes: an empty one, or `"5"` beside `5`, is to be told from others. */
const seenText = (value: unknown): string =>
  value === undefined ? 'nothing' : printable(JSON.stringify(value) ?? '-', seenMax);
