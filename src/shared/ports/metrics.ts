export type Labels = Readonly<Record<string, string>>;

/**
 * Counters and gauges, by name and a bounded set of labels (never a value from a log). Names are Prometheus':
 * `tocsin_events_total`. Contract suite: test/contracts/metrics.ts.
 */
export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  observe(name: string, value: number, labels?: Labels): void;
}
