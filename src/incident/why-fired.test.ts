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
      words: '12 matching events within 90s for source.ip 203.0.113.7; the rule fires at 10 or more',
    },
    {
      rule: counting({ gt: 1, lt: 20 }),
      group: {},
      words: '12 matching events within 90s; the rule fires above 1 and below 20',
    },
    {
      rule: counting({ gte: 10 }),
      group: { 'user.name': null, host: '', port: 22, tags: ['a'] },
      words:
        '12 matching events within 90s for user.name (none), host (empty), port 22, tags ["a"]; the rule fires at 10 or more',
    },
    {
      rule: counting({ gt: 1_000_000 }),
      group: {},
      changes: { peak: 1_234_567, firings: 3, events: 2_000_000 },
      words: '1,234,567 matching events within 90s; the rule fires above 1,000,000',
    },
    {
      rule: counting({ lte: 0 }),
      group: { host: 'a' },
      changes: { peak: 0 },
      words: '0 matching events within 90s for host a; the rule fires at 0 or less',
    },
    {
      rule: having({ type: 'value_count', field: ['user.name', 'port'], ...sliding }),
      group: { host: 'a' },
      words: '12 different values of user.name, port within 5m for host a; the rule fires at 10 or more',
    },
    {
      rule: having({ type: 'event_count', rules: ['scan', 'sweep'], ...sliding }),
      group: {},
      words: '12 matching events of scan, sweep within 5m; the rule fires at 10 or more',
    },
    {
      rule: together({ sequences: [{ all: [0, 1], none: [] }] }),
      group: { host: 'a' },
      words: 'failed and succeeded within 5m for host a',
    },
    {
      rule: together({ type: 'temporal_ordered', sequences: [{ all: [0, 0, 1], none: [] }] }),
      group: { host: 'a' },
      words: 'failed 2 times, then succeeded within 5m for host a',
    },
    {
      rule: together({ sequences: [{ all: [0], none: [1] }], expression: 'failed and not succeeded' }),
      group: { host: 'a' },
      words: 'failed and not succeeded within 5m for host a',
    },
    {
      rule: together({ condition: { gte: 2 } }),
      group: {},
      words: '12 of failed, succeeded within 5m; the rule fires at 2 or more',
    },
    {
      rule: having({ type: 'value_sum', field: 'bytes', ...sliding }),
      group: { host: 'a' },
      words: 'The sum of bytes was 12 within 5m for host a; the rule fires at 10 or more',
    },
    {
      rule: having({ type: 'value_percentile', field: 'bytes', percentile: 95, ...sliding }),
      group: {},
      words: 'Percentile 95 of bytes was 12 within 5m; the rule fires at 10 or more',
    },
    {
      rule: having({ type: 'ratio', numerator: {}, minDenominator: 5, ...sliding, condition: { gte: 0.2 } }),
      group: { host: 'a' },
      changes: { peak: 0.2504 },
      words: 'A share of 25 % of the matching events within 5m for host a; the rule fires at 20 % or more',
    },
    {
      rule: having({ type: 'new_term', field: 'process.executable', historyMs: 2_592_000_000, learnMs: 0 }),
      group: { host: 'a' },
      changes: { peak: 1 },
      words: 'process.executable not seen in 30d for host a',
    },
    {
      rule: having({ type: 'change', field: 'file.owner', ignoreNull: true }),
      group: { 'file.path': '/etc/passwd' },
      changes: { peak: 1 },
      words: 'file.owner changed for file.path /etc/passwd',
    },
    {
      rule: having({ type: 'flatline', timespanMs: 300_000, threshold: 5, forgetAfterMs: 3_000_000 }),
      group: { host: 'a' },
      changes: { peak: 2 },
      words: '2 matching events within 5m for host a; the rule fires below 5',
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
      words: '12 matching events within 5m for host a; the rule fires at 3 times as many as in the 5m before',
    },
    { rule: unwindowedRule(), group: {}, changes: { events: 1 }, words: '1 matching event' },
    {
      rule: unwindowedRule(),
      group: { name: 'x'.repeat(5_000) },
      words: `12 matching events for name ${'x'.repeat(100)}…`,
    },
  ])('$words', ({ rule, group, changes, words }) => {
    expect(whyFired(rule, group, { ...episode, ...changes })).toBe(words);
  });
});
