import { bucketBounds, type HistogramSeries } from './histogram.ts';
import type { Metric } from './metrics-registry.ts';

/** Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function expositionOf(metrics: ReadonlyMap<string, Metric>): string {
  const names = [...metrics.keys()].sort();
  return names.map((name) => metricText(name, metrics.get(name))).join('');
}

function metricText(name: string, metric: Metric | undefined): string {
  if (metric === undefined || metric.series.size === 0) return '';
  const lines = [...metric.series].map(([labels, value]) =>
    typeof value === 'number' ? line(name, labels, value) : histogramText(name, labels, value),
  );
  return `# TYPE ${name} ${metric.kind}\n${lines.join('')}`;
}

function histogramText(name: string, labels: string, series: HistogramSeries): string {
  let total = 0;
  const buckets = bucketBounds(name).map((bound, index) => {
    total += series.buckets[index] ?? 0;
    return line(`${name}_bucket`, joined(labels, `le="${bound}"`), total);
  });
  return [
    ...buckets,
    line(`${name}_bucket`, joined(labels, 'le="+Inf"'), series.count),
    line(`${name}_sum`, labels, series.sum),
    line(`${name}_count`, labels, series.count),
  ].join('');
}

const joined = (labels: string, more: string): string => (labels === '' ? more : `${labels},${more}`);

const line = (name: string, labels: string, value: number): string =>
  `${name}${labels === '' ? '' : `{${labels}}`} ${numberText(value)}\n`;

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
