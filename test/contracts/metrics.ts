import { describe, expect, test } from 'vitest';
import type { Labels, Metrics } from '../../src/shared/ports/metrics.ts';

/** Metrics, and what they hold of one counter or gauge (undefined: never touched), or how often a value was observed. */
export interface MetricsWorld {
  readonly metrics: Metrics;
  value(name: string, labels?: Labels): number | undefined;
  observations(name: string, labels?: Labels): number;
}

/** Every promise of the port Metrics. */
export function metricsContract(name: string, open: () => MetricsWorld): void {
  describe(`the metrics of ${name}`, () => {
    test('a counter adds up, by one or by more', () => {
      const { metrics, value } = open();
      metrics.count('tocsin_events_total');
      metrics.count('tocsin_events_total', {}, 41);
      expect(value('tocsin_events_total')).toBe(42);
    });

    test('counting nothing makes the series be there', () => {
      const { metrics, value } = open();
      metrics.count('tocsin_events_total', {}, 0);
      expect(value('tocsin_events_total')).toBe(0);
    });

    test('labels tell series apart; their order does not', () => {
      const { metrics, value } = open();
      metrics.count('tocsin_late_total', { rule: 'a', source: 'x' });
      metrics.count('tocsin_late_total', { source: 'x', rule: 'a' });
      metrics.count('tocsin_late_total', { rule: 'b', source: 'x' });
      expect(value('tocsin_late_total', { rule: 'a', source: 'x' })).toBe(2);
      expect(value('tocsin_late_total', { rule: 'b', source: 'x' })).toBe(1);
    });

    test('values of labels cannot pass for other labels', () => {
      const { metrics, value } = open();
      metrics.count('tocsin_late_total', { rule: 'a",source="x' });
      expect(value('tocsin_late_total', { rule: 'a', source: 'x' })).toBeUndefined();
    });

    test('a gauge is what it was set to last', () => {
      const { metrics, value } = open();
      metrics.gauge('tocsin_outbox_depth', 5, { lane: 'topic:x' });
      metrics.gauge('tocsin_outbox_depth', 2, { lane: 'topic:x' });
      expect(value('tocsin_outbox_depth', { lane: 'topic:x' })).toBe(2);
    });

    test('every observation counts', () => {
      const { metrics, observations } = open();
      for (const seconds of [0.001, 0.2, 1_000]) metrics.observe('tocsin_commit_seconds', seconds);
      expect(observations('tocsin_commit_seconds')).toBe(3);
    });

    test('a label nobody bounded does not fill the memory', () => {
      const { metrics, value } = open();
      const many = 20_000;
      for (let count = 0; count < many; count += 1)
        metrics.count('tocsin_bad_total', { ip: `10.0.0.${count}` });
      const kept = Array.from({ length: many }, (_, count) =>
        value('tocsin_bad_total', { ip: `10.0.0.${count}` }),
      );
      expect(kept.filter((series) => series !== undefined).length).toBeLessThanOrEqual(2_000);
    });
  });
}
