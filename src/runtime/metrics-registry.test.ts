import { describe, expect, test } from 'vitest';
import { metricsContract } from '../../test/contracts/metrics.ts';
import type { Labels } from '../shared/ports/metrics.ts';
import { MetricsRegistry } from './metrics-registry.ts';

metricsContract('the registry', () => {
  const metrics = new MetricsRegistry();
  return {
    metrics,
    value: (name, labels) => metrics.value(name, labels),
    observations: (name: string, labels?: Labels) => {
      expect(labels).toBeUndefined();
      const found = metrics.exposition().match(new RegExp(`^${name}_count (\\d+)$`, 'm'));
      return Number(found?.[1] ?? 0);
    },
  };
});

describe("Prometheus' text", () => {
  test('names each metric once, with its type, in order', () => {
    const metrics = new MetricsRegistry();
    metrics.gauge('tocsin_b', 1.5);
    metrics.count('tocsin_a_total', { rule: 'x', source: 'y' }, 2);
    metrics.count('tocsin_a_total', { rule: 'z', source: 'y' });
    expect(metrics.exposition()).toBe(
      [
        '# TYPE tocsin_a_total counter',
        'tocsin_a_total{rule="x",source="y"} 2',
        'tocsin_a_total{rule="z",source="y"} 1',
        '# TYPE tocsin_b gauge',
        'tocsin_b 1.5',
        '',
      ].join('\n'),
    );
  });

  test('a histogram counts cumulatively, up to +Inf', () => {
    const metrics = new MetricsRegistry();
    for (const seconds of [0.002, 0.3, 0.3, 99])
      metrics.observe('tocsin_commit_seconds', seconds, { source: 'a' });
    const text = metrics.exposition();
    expect(text).toContain('# TYPE tocsin_commit_seconds histogram\n');
    expect(text).toContain('tocsin_commit_seconds_bucket{source="a",le="0.001"} 0\n');
    expect(text).toContain('tocsin_commit_seconds_bucket{source="a",le="0.0025"} 1\n');
    expect(text).toContain('tocsin_commit_seconds_bucket{source="a",le="0.5"} 3\n');
    expect(text).toContain('tocsin_commit_seconds_bucket{source="a",le="30"} 3\n');
    expect(text).toContain('tocsin_commit_seconds_bucket{source="a",le="+Inf"} 4\n');
    expect(text).toContain('tocsin_commit_seconds_count{source="a"} 4\n');
  });

  test('escapes values of labels, and cuts long ones', () => {
    const metrics = new MetricsRegistry();
    metrics.count('tocsin_a_total', { rule: 'a\\b"c\nd', long: 'x'.repeat(1_000) });
    expect(metrics.exposition()).toContain(`{long="${'x'.repeat(128)}",rule="a\\\\b\\"c\\nd"}`);
  });

  test('writes what is no finite number as Prometheus does', () => {
    const metrics = new MetricsRegistry();
    metrics.gauge('tocsin_a', Number.POSITIVE_INFINITY);
    metrics.gauge('tocsin_b', Number.NEGATIVE_INFINITY);
    expect(metrics.exposition()).toContain('tocsin_a +Inf\n');
    expect(metrics.exposition()).toContain('tocsin_b -Inf\n');
  });
});

describe('bounds', () => {
  test('a series too many is dropped and counted', () => {
    const metrics = new MetricsRegistry({ seriesMax: 2 });
    for (const rule of ['a', 'b', 'c', 'd', 'a']) metrics.count('tocsin_a_total', { rule });
    expect(metrics.value('tocsin_a_total', { rule: 'a' })).toBe(2);
    expect(metrics.value('tocsin_a_total', { rule: 'c' })).toBeUndefined();
    expect(metrics.value('tocsin_metric_series_dropped_total', { metric: 'tocsin_a_total' })).toBe(2);
  });

  test('one name has one kind, and a counter never goes down', () => {
    const metrics = new MetricsRegistry();
    metrics.count('tocsin_a_total');
    expect(() => metrics.gauge('tocsin_a_total', 1)).toThrow('counter');
    expect(() => metrics.count('tocsin_a_total', {}, -1)).toThrow('never goes down');
    expect(() => metrics.count('tocsin a')).toThrow('no name');
  });
});
