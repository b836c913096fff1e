import { formatDuration } from '../shared/duration.ts';
import type { Rule } from '../shared/model/rule.ts';
import { cutText } from './cut-event.ts';
import type { Episode } from './episode.ts';
import { integritySummary } from './integrity-rules.ts';

/** Units of one group value in a summary. */
const valueMax = 100;
const summaryMax = 1_000;

/**
 * Why an incident fired, in words: `12 matches in 5m from source.ip 203.0.113.7, at least 10 asked for`. Group values
 * are log text, cut but not escaped: whoever shows the summary escapes it.
 */
export function whyFired(rule: Rule, group: Readonly<Record<string, unknown>>, episode: Episode): string {
  const own = integritySummary(rule.id, group, episode);
  if (own !== undefined) return cutText(own, summaryMax);
  const from = groupWords(group);
  const words = rule.window === undefined ? matchWords(episode) : windowWords(rule.window, episode);
  return cutText(`${words.found}${from}${words.asked}${furtherWords(rule, episode)}`, summaryMax);
}

interface Words {
  readonly found: string;
  readonly asked: string;
}

const matchWords = (episode: Episode): Words => ({ found: counted(episode.events, 'match'), asked: '' });

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

function windowWords(window: AnyWindow, episode: Episode): Words {
  const value = rounded(episode.peak);
  const ms = window.timespanMs ?? window.historyMs;
  const within = ms === undefined ? '' : ` in ${formatDuration(ms)}`;
  const threshold = window.threshold === undefined ? [] : [`at least ${window.threshold}`];
  const ratio = window.ratio === undefined ? [] : [spikeWords(window)];
  const comparisons = Object.entries(window.condition ?? {}).map(([comparison, bound]) =>
    `${comparisonWords[comparison] ?? comparison} ${bound}`.trim(),
  );
  const asked = [...comparisons, ...threshold, ...ratio];
  return {
    found: `${whatFired(window, value)}${within}`,
    asked: asked.length === 0 ? '' : `, ${asked.join(' and ')} asked for`,
  };
}

function spikeWords({ ratio, direction }: AnyWindow): string {
  const up = `${ratio} times as many as before`;
  const down = `1/${ratio} of those before`;
  return direction === 'both' ? `${up} or ${down}` : direction === 'down' ? down : up;
}

function whatFired(window: AnyWindow, value: number): string {
  const fields = [window.field ?? []].flat().join(', ');
  switch (window.type) {
    case 'event_count':
      return `${counted(value, 'match')}${window.rules === undefined ? '' : ` of ${window.rules.join(', ')}`}`;
    case 'temporal':
    case 'temporal_ordered':
      return rulesWords(window, value);
    case 'value_count':
      return `${value} distinct ${value === 1 ? 'value' : 'values'} of ${fields}`;
    case 'value_percentile':
      return `percentile ${window.percentile} of ${fields} is ${value}`;
    case 'value_sum':
    case 'value_avg':
    case 'value_min':
    case 'value_max':
    case 'value_median':
      return `${measureWords[window.type]} of ${fields} is ${value}`;
    case 'ratio':
      return `ratio ${value}`;
    case 'new_term':
      return `new ${fields}`;
    case 'change':
      return `${fields} changed`;
    case 'spike':
    case 'flatline':
      return counted(value, 'match');
    default:
      return `${window.type.replaceAll('_', ' ')} ${value}`;
  }
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
  gt: 'more than',
  gte: 'at least',
  lt: 'fewer than',
  lte: 'at most',
  eq: 'exactly',
  neq: 'other than',
};

function furtherWords(rule: Rule, episode: Episode): string {
  if (rule.window === undefined || episode.firings === 1) return '';
  return `; ${counted(episode.events, 'match')} in ${episode.firings} firings so far`;
}

const counted = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}es`}`;

/** Sums and averages to three digits after the point. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function groupWords(group: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(group).map(([field, value]) => `${field} ${valueWords(value)}`);
  return words.length === 0 ? '' : ` from ${words.join(', ')}`;
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  return cutText(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), valueMax);
}
