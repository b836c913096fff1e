import { isDeepStrictEqual } from 'node:util';
import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { ChangeSpec, FlatlineSpec, NewTermSpec, SpikeSpec } from '../../src/shared/model/window-spec.ts';
import { fieldValue, type Reference, weightOf } from './window-references.ts';

// docs/semantics.md read aloud, as in window-references.ts: the kinds that compare matches, or miss them.

export const newTermReference: Reference<NewTermSpec> = (spec, events, { firstMs }) =>
  events.flatMap(({ timeMs, position, ...m }) => {
    const value = fieldValue({ timeMs, position, ...m }, spec.field);
    const fromMs = timeMs - spec.historyMs;
    const isKnown = events.some(
      (n) => n.timeMs > fromMs && n.timeMs < timeMs && isDeepStrictEqual(fieldValue(n, spec.field), value),
    );
    if (value === undefined || isKnown || timeMs < firstMs + spec.learnMs) return [];
    const window = { fromMs, toMs: timeMs, firstMs: timeMs, lastMs: timeMs };
    return [{ timeMs, position, value: 1, ...window, matches: 1, fresh: 1 }];
  });

export const changeReference: Reference<ChangeSpec> = (spec, events) => {
  const counting = events.filter((m) => !spec.ignoreNull || fieldValue(m, spec.field) !== undefined);
  let fired: LogEvent | undefined;
  return counting.flatMap((m, at) => {
    const previous = counting[at - 1];
    if (previous === undefined) return [];
    const isNear = m.timeMs - previous.timeMs < (spec.timespanMs ?? Number.POSITIVE_INFINITY);
    if (!isNear || isDeepStrictEqual(fieldValue(m, spec.field), fieldValue(previous, spec.field))) return [];
    const fresh = fired === previous ? 1 : 2;
    fired = m;
    const window = {
      fromMs: previous.timeMs - 1,
      toMs: m.timeMs,
      firstMs: previous.timeMs,
      lastMs: m.timeMs,
    };
    return [{ timeMs: m.timeMs, position: m.position, value: 1, ...window, matches: 2, fresh }];
  });
};

const between = (events: readonly LogEvent[], fromMs: number, toMs: number): readonly LogEvent[] =>
  events.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs);

/** Every time at which something changes: a match comes, or becomes so old; up to the last event of all. */
const moments = (events: readonly LogEvent[], ages: readonly number[], lastMs: number): readonly number[] =>
  [...new Set(events.flatMap(({ timeMs }) => [timeMs, ...ages.map((age) => timeMs + age)]))]
    .filter((atMs) => atMs <= lastMs)
    .sort((a, b) => a - b);

export const flatlineReference: Reference<FlatlineSpec> = (spec, events, { lastMs }) => {
  const { timespanMs, threshold, forgetAfterMs } = spec;
  const firings: Firing[] = [];
  let watchedMs = Number.POSITIVE_INFINITY;
  let hasFallen = false;
  let firedMs = Number.NEGATIVE_INFINITY;
  for (const atMs of moments(events, [timespanMs, forgetAfterMs], lastMs)) {
    const newestMs = between(events, Number.NEGATIVE_INFINITY, atMs).at(-1)!.timeMs;
    const forgottenMs = newestMs + forgetAfterMs;
    if (newestMs === atMs && watchedMs === Number.POSITIVE_INFINITY) watchedMs = atMs;
    const window = between(events, atMs - timespanMs, atMs);
    // Reached at a match, or at the last of several of one time: weights only grow there.
    if (newestMs === atMs && weightOf(window) >= threshold) hasFallen = false;
    if (atMs >= forgottenMs) {
      watchedMs = Number.POSITIVE_INFINITY;
      hasFallen = false;
      firedMs = Number.NEGATIVE_INFINITY;
      continue;
    }
    if (watchedMs + timespanMs > atMs || hasFallen || weightOf(window) >= threshold) continue;
    hasFallen = true;
    const shown = window.length > 0 ? window : between(events, newestMs - 1, newestMs);
    const fresh = shown.filter(({ timeMs }) => timeMs > firedMs).length;
    firedMs = atMs;
    firings.push({
      timeMs: atMs,
      position: null,
      value: weightOf(window),
      fromMs: atMs - timespanMs,
      toMs: atMs,
      firstMs: shown[0]!.timeMs,
      lastMs: newestMs,
      matches: shown.length,
      fresh,
    });
  }
  return firings;
};

export const spikeReference: Reference<SpikeSpec> = (spec, events, { lastMs }) => {
  const { timespanMs: W, direction } = spec;
  const firings: Firing[] = [];
  let bornMs = Number.POSITIVE_INFINITY;
  const counted = new Set<LogEvent>();
  const judge = (atMs: number, seen: readonly LogEvent[], m: LogEvent | null): void => {
    const both = between(seen, atMs - 2 * W, atMs);
    const current = between(both, atMs - W, atMs);
    const c = weightOf(current);
    const r = weightOf(both) - c;
    const isUp = m !== null && direction !== 'down' && c >= spec.ratio * r && c >= spec.minCurrent;
    const isDown = m === null && direction !== 'up' && r > 0 && r >= spec.ratio * c;
    if (!(isUp || isDown) || r < spec.minReference) return;
    if (!spec.alertOnNew && atMs < bornMs + 2 * W) return;
    const shown = direction === 'up' ? current : both;
    firings.push({
      timeMs: atMs,
      position: m === null ? null : m.position,
      value: c,
      fromMs: atMs - (direction === 'up' ? W : 2 * W),
      toMs: atMs,
      firstMs: shown[0]!.timeMs,
      lastMs: shown.at(-1)!.timeMs,
      matches: shown.length,
      fresh: shown.filter((n) => !counted.has(n)).length,
    });
    for (const n of shown) counted.add(n);
  };
  for (const atMs of moments(events, [W, 2 * W], lastMs)) {
    events.forEach((m, at) => {
      if (m.timeMs !== atMs) return;
      // A group is forgotten when both timespans have been empty.
      if (at === 0 || m.timeMs - events[at - 1]!.timeMs > 2 * W) bornMs = atMs;
      judge(atMs, events.slice(0, at + 1), m);
    });
    const seen = between(events, Number.NEGATIVE_INFINITY, atMs);
    if (events.some(({ timeMs }) => timeMs + W === atMs)) judge(atMs, seen, null);
  }
  return firings;
};
