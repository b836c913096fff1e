import { countOf, countText } from '../shared/count-text.ts';
import { formatDuration } from '../shared/duration.ts';
import type { Rule } from '../shared/model/rule.ts';
import { cutText } from './cut-event.ts';
import type { Episode } from './episode.ts';
import { integritySummary } from './integrity-rules.ts';

/** Units of one group value in a summary. */
const valueMax = 100;
const summaryMax = 1_000;

/**
 * Why an incident fired, in words: `12 matching events within 5m for source.ip 203.0.113.7; the rule fires at 10 or more`.
 * Group values are log text, cut but not escaped: whoever shows the summary escapes it.
 */
export function whyFired(rule: Rule, group: Readonly<Record<string, unknown>>, episode: Episode): string {
  const own = integritySummary(rule.id, group, episode);
  if (own !== undefined) return cutText(own, summaryMax);
  const { window } = rule;
  const found = window === undefined ? matching(episode.events) : foundWords(window, rounded(episode.peak));
  const asked = window === undefined ? '' : askedWords(window);
  return cutText(`${found}${groupWords(group)}${asked}`, summaryMax);
}

/** What every kind of window says of itself; the rest of its members are its own affair. */
interface AnyWindow {
  readonly type: string;
  readonly timespanMs?: number;
  readonly percentile?: number;
  readonly threshold?: number;
  readonly ratio?: number;
  readonly direction?: string;
  readonly historyMs?: number;
  readonly field?: string | readonly string[];
  readonly condition?: Readonly<Record<string, number>>;
  readonly rules?: readonly string[];
  readonly sequences?: readonly { readonly all: readonly number[] }[];
  readonly expression?: string;
}

/** What was found, and in what time. */
function foundWords(window: AnyWindow, value: number): string {
  const fields = [window.field ?? []].flat().join(', ');
  const before = formatDuration(window.historyMs ?? 0);
  const within = window.timespanMs === undefined ? '' : ` within ${formatDuration(window.timespanMs)}`;
  switch (window.type) {
    case 'event_count': {
      const rules = window.rules === undefined ? '' : ` of ${window.rules.join(', ')}`;
      return `${matching(value)}${rules}${within}`;
    }
    case 'temporal':
    case 'temporal_ordered':
      return `${rulesWords(window, value)}${within}`;
    case 'value_count':
      return `${countOf(value, 'different value')} of ${fields}${within}`;
    case 'value_percentile':
      return `Percentile ${window.percentile} of ${fields} was ${countText(value)}${within}`;
    case 'value_sum':
    case 'value_avg':
    case 'value_min':
    case 'value_max':
    case 'value_median':
      return `The ${measureWords[window.type]} of ${fields} was ${countText(value)}${within}`;
    case 'ratio':
      return `A share of ${percent(value)} of the matching events${within}`;
    case 'new_term':
      return `${fields} not seen in ${before}`;
    case 'change':
      return `${fields} changed${within}`;
    case 'spike':
    case 'flatline':
      return `${matching(value)}${within}`;
    default:
      return `${window.type.replaceAll('_', ' ')} ${countText(value)}${within}`;
  }
}

/** When a rule fires; empty for those that ask for no number. */
function askedWords(window: AnyWindow): string {
  const number = window.type === 'ratio' ? percent : countText;
  const comparisons = Object.entries(window.condition ?? {}).map(([comparison, bound]) =>
    (comparisonWords[comparison] ?? `${comparison} N`).replace('N', number(bound)),
  );
  const threshold = window.threshold === undefined ? [] : [`below ${countText(window.threshold)}`];
  const ratio = window.ratio === undefined ? [] : [spikeWords(window)];
  const asked = [...comparisons, ...threshold, ...ratio];
  return asked.length === 0 ? '' : `; the rule fires ${asked.join(' and ')}`;
}

function spikeWords({ ratio, direction, timespanMs = 0 }: AnyWindow): string {
  const up = `at ${ratio} times as many`;
  const down = `at 1/${ratio} as many`;
  const words = direction === 'both' ? `${up} or ${down}` : direction === 'down' ? down : up;
  return `${words} as in the ${formatDuration(timespanMs)} before`;
}

/** `a and not b`, `a 5 times, then b`, `a and b`, `2 of a, b, c`. */
function rulesWords({ type, rules = [], sequences = [], expression }: AnyWindow, value: number): string {
  if (expression !== undefined) return expression;
  const [only] = sequences;
  const isOrdered = type === 'temporal_ordered';
  if (only === undefined || sequences.length > 1)
    return `${value} of ${rules.join(', ')}${isOrdered ? ' in order' : ''}`;
  const steps = only.all.map((rule) => rules[rule] ?? '');
  return isOrdered ? stepWords(steps) : steps.join(' and ');
}

function stepWords(steps: readonly string[]): string {
  const runs: { rule: string; times: number }[] = [];
  for (const rule of steps) {
    const last = runs.at(-1);
    if (last?.rule === rule) last.times += 1;
    else runs.push({ rule, times: 1 });
  }
  return runs.map(({ rule, times }) => (times === 1 ? rule : `${rule} ${times} times`)).join(', then ');
}

const measureWords = {
  value_sum: 'sum',
  value_avg: 'average',
  value_min: 'least',
  value_max: 'greatest',
  value_median: 'median',
} as const;

const comparisonWords: Readonly<Record<string, string>> = {
  gt: 'above N',
  gte: 'at N or more',
  lt: 'below N',
  lte: 'at N or less',
  eq: 'at exactly N',
  neq: 'at anything but N',
};

const matching = (count: number): string => countOf(count, 'matching event');

const percent = (share: number): string => `${countText(rounded(share * 100))} %`;

/** Sums and averages to three digits after the point. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function groupWords(group: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(group).map(([field, value]) => `${field} ${valueWords(value)}`);
  return words.length === 0 ? '' : ` for ${words.join(', ')}`;
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  if (value === '') return '(empty)';
  return cutText(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), valueMax);
}
