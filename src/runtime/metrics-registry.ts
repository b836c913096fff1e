import { invariant } from '../shared/invariant.ts';
import type { Labels, Metrics } from '../shared/ports/metrics.ts';
import { bucketBounds, emptyHistogram, type HistogramSeries, observeIn } from './histogram.ts';
import { expositionOf } from './prometheus-text.ts';

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** One metric: its series by their labels, written as they stand in Prometheus' text. */
export interface Metric {
  readonly kind: MetricKind;
  readonly series: Map<string, number | HistogramSeries>;
}

const metricName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Series that did not fit, by metric. */
const overflowName = 'tocsin_metric_series_dropped_total';

/** A label value longer than this is cut. */
const labelLengthMax = 128;

/**
 * The process's metrics, in memory. Bounded: a metric takes `seriesMax` series; a further one is dropped and counted in
 * tocsin_metric_series_dropped_total, so that a label nobody bounded cannot fill the memory. One name has one kind: to
 * count with a gauge's name is a bug (invariant).
 */
export class MetricsRegistry implements Metrics {
  readonly #metrics = new Map<string, Metric>();
  readonly #seriesMax: number;

  constructor({ seriesMax = 1_000 }: { readonly seriesMax?: number } = {}) {
    this.#seriesMax = seriesMax;
  }

  count(name: string, labels?: Labels, by = 1): void {
    invariant(by >= 0, `counter ${name} never goes down`);
    const found = this.#find(name, 'counter', labels);
    found?.series.set(found.key, this.#number(found) + by);
  }

  gauge(name: string, value: number, labels?: Labels): void {
    const found = this.#find(name, 'gauge', labels);
    found?.series.set(found.key, value);
  }

  observe(name: string, value: number, labels?: Labels): void {
    const found = this.#find(name, 'histogram', labels);
    if (found === undefined || Number.isNaN(value)) return;
    const bounds = bucketBounds(name);
    const series = found.series.get(found.key);
    const histogram = typeof series === 'object' ? series : emptyHistogram(bounds);
    found.series.set(found.key, observeIn(histogram, bounds, value));
  }

  /** The value of one counter or gauge; undefined where it was never touched. */
  value(name: string, labels?: Labels): number | undefined {
    const series = this.#metrics.get(name)?.series.get(labelText(labels));
    return typeof series === 'number' ? series : undefined;
  }

  /** All metrics in Prometheus' text format (version 0.0.4), by name. */
  exposition(): string {
    return expositionOf(this.#metrics);
  }

  #find(name: string, kind: MetricKind, labels: Labels | undefined): Found | undefined {
    const series = this.#metric(name, kind).series;
    const key = labelText(labels);
    if (series.has(key) || series.size < this.#seriesMax || name === overflowName) return { series, key };
    this.count(overflowName, { metric: name });
    return undefined;
  }

  #metric(name: string, kind: MetricKind): Metric {
    const known = this.#metrics.get(name);
    if (known !== undefined) {
      invariant(known.kind === kind, `${name} is a ${known.kind}, not a ${kind}`);
      return known;
    }
    invariant(metricName.test(name), `"${name}" is no name of a metric`);
    const metric: Metric = { kind, series: new Map() };
    this.#metrics.set(name, metric);
    return metric;
  }

  #number({ series, key }: Found): number {
    const value = series.get(key);
    return typeof value === 'number' ? value : 0;
  }
}

interface Found {
  readonly series: Metric['series'];
  readonly key: string;
}

/** `rule="a",source="b"`, names in order, values escaped: the key of a series, and its text. */
function labelText(labels: Labels | undefined): string {
  if (labels === undefined) return '';
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  return names.map((name) => `${name}="${escaped(labels[name] ?? '')}"`).join(',');
}

/** A backslash, a quote and a line break are escaped (Prometheus, "Exposition formats"); the rest may be any UTF-8. */
const escaped = (value: string): string =>
  value
    .slice(0, labelLengthMax)
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');
