import type { Rule } from '../../shared/model/rule.ts';

/** True where a rule counts from its beginning on, match or none: it has to know when the first event was. */
export const asksFirstEvent = ({ window, groupBy }: Pick<Rule, 'window' | 'groupBy'>): boolean =>
  window?.type === 'flatline' && groupBy.length === 0;

/** The least event time of each source, of events that were not late. Bound: the sources. */
export class FirstEvents {
  readonly #bySource = new Map<string, number>();

  see(source: string, timeMs: number, watermarkMs = Number.NEGATIVE_INFINITY): void {
    const first = this.#bySource.get(source);
    if (timeMs >= watermarkMs && (first === undefined || timeMs < first)) this.#bySource.set(source, timeMs);
  }

  /** Infinity before the first event of any of them. */
  of(sources: readonly string[]): number {
    return Math.min(...sources.map((source) => this.#bySource.get(source) ?? Number.POSITIVE_INFINITY));
  }
}

/**
 * When a rule began: with the first event, or, where all is quiet, with the watermark, and not before it was there.
 * Infinity where nobody knows yet. While events still come out of order the first may turn out to be earlier; it is
 * never before what has settled.
 */
export function beginningOf(
  rule: { readonly beganMs: number; readonly notBeforeMs: number },
  firstEventMs: number,
  watermarkMs: number,
): number {
  if (Number.isFinite(firstEventMs)) return Math.max(firstEventMs, rule.notBeforeMs);
  const isQuiet = Number.isFinite(watermarkMs) && rule.beganMs === Number.POSITIVE_INFINITY;
  return isQuiet ? Math.max(watermarkMs, rule.notBeforeMs) : Number.POSITIVE_INFINITY;
}
