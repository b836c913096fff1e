import { describe, expect, test } from 'vitest';
import { unwindowedRule, windowedRule } from '../../test/support/incident-run.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { TemporalSpec, WindowSpec } from '../shared/model/window-spec.ts';
import type { Episode } from './episode.ts';
import { whyFired } from './why-fired.ts';

const episode: Episode = {
  firstMs: 0,
  lastMs: 0,
  firstSeenMs: 0,
  lastSeenMs: 0,
  events: 12,
  firings: 1,
  peak: 12,
  evidence: [],
  heldUntilMs: null,
};

const counting = (condition: Readonly<Record<string, number>>): Rule => ({
  ...windowedRule,
  window: { type: 'event_count', timespanMs: 90_000, condition, reset: false },
});

const having = (window: WindowSpec): Rule => ({ ...windowedRule, window });

const sliding = { timespanMs: 300_000, condition: { gte: 10 }, reset: false };

const together = (more: Partial<TemporalSpec>): Rule =>
  having({
    type: 'temporal',
    rules: ['failed', 'succeeded'],
    timespanMs: 300_000,
    reset: false,
    sequences: [],
    ...more,
  });

describe('why an incident fired', () => {
  test.each([
    {
      rule: counting({ gte: 10 }),
      group: { 'source.ip': '203.0.113.7' },
      words: '12 matches in 90s from source.ip 203.0.113.7, at least 10 asked for',
    },
    {
      rule: counting({ gt: 1, lt: 20 }),
      group: {},
      words: '12 matches in 90s, more than 1 and fewer than 20 asked for',
    },
    {
      rule: counting({ gte: 10 }),
      group: { 'user.name': null, port: 22, tags: ['a'] },
      words: '12 matches in 90s from user.name (none), port 22, tags ["a"], at least 10 asked for',
    },
    {
      rule: counting({ gte: 10 }),
      group: {},
      changes: { firings: 3, events: 14 },
      words: '12 matches in 90s, at least 10 asked for; 14 matches in 3 firings so far',
    },
    {
      rule: having({ type: 'value_count', field: ['user.name', 'port'], ...sliding }),
      group: { host: 'a' },
      words: '12 distinct values of user.name, port in 5m from host a, at least 10 asked for',
    },
    {
      rule: having({ type: 'event_count', rules: ['scan', 'sweep'], ...sliding }),
      group: {},
      words: '12 matches of scan, sweep in 5m, at least 10 asked for',
    },
    {
      rule: together({ sequences: [{ all: [0, 1], none: [] }] }),
      group: { host: 'a' },
      words: 'failed and succeeded in 5m from host a',
    },
    {
      rule: together({ type: 'temporal_ordered', sequences: [{ all: [0, 0, 1], none: [] }] }),
      group: { host: 'a' },
      words: 'failed 2 times, then succeeded in 5m from host a',
    },
    {
      rule: together({ sequences: [{ all: [0], none: [1] }], expression: 'failed and not succeeded' }),
      group: { host: 'a' },
      words: 'failed and not succeeded in 5m from host a',
    },
    {
      rule: together({ condition: { gte: 2 } }),
      group: {},
      words: '12 of failed, succeeded in 5m, at least 2 asked for',
    },
    {
      rule: having({ type: 'value_sum', field: 'bytes', ...sliding }),
      group: { host: 'a' },
      words: 'sum of bytes is 12 in 5m from host a, at least 10 asked for',
    },
    {
      rule: having({ type: 'value_percentile', field: 'bytes', percentile: 95, ...sliding }),
      group: {},
      words: 'percentile 95 of bytes is 12 in 5m, at least 10 asked for',
    },
    {
      rule: having({ type: 'ratio', numerator: {}, minDenominator: 5, ...sliding, condition: { gte: 0.2 } }),
      group: { host: 'a' },
      changes: { peak: 0.2504 },
      words: 'ratio 0.25 in 5m from host a, at least 0.2 asked for',
    },
    {
      rule: having({ type: 'new_term', field: 'process.executable', historyMs: 2_592_000_000, learnMs: 0 }),
      group: { host: 'a' },
      changes: { peak: 1 },
      words: 'new process.executable in 30d from host a',
    },
    {
      rule: having({ type: 'change', field: 'file.owner', ignoreNull: true }),
      group: { 'file.path': '/etc/passwd' },
      changes: { peak: 1 },
      words: 'file.owner changed from file.path /etc/passwd',
    },
    {
      rule: having({ type: 'flatline', timespanMs: 300_000, threshold: 5, forgetAfterMs: 3_000_000 }),
      group: { host: 'a' },
      changes: { peak: 2 },
      words: '2 matches in 5m from host a, at least 5 asked for',
    },
    {
      rule: having({
        type: 'spike',
        timespanMs: 300_000,
        ratio: 3,
        direction: 'up',
        minCurrent: 1,
        minReference: 1,
        alertOnNew: false,
      }),
      group: { host: 'a' },
      words: '12 matches in 5m from host a, 3 times as many as before asked for',
    },
    { rule: unwindowedRule(), group: {}, changes: { events: 1 }, words: '1 match' },
    {
      rule: unwindowedRule(),
      group: { name: 'x'.repeat(5_000) },
      words: `12 matches from name ${'x'.repeat(100)}…`,
    },
  ])('$words', ({ rule, group, changes, words }) => {
    expect(whyFired(rule, group, { ...episode, ...changes })).toBe(words);
  });
});
