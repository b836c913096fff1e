import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { RuleSequence, TemporalSpec } from '../../src/shared/model/window-spec.ts';
import { counting, type Reference } from './window-references.ts';

// docs/semantics.md read aloud, as in window-references.ts: the kinds that tell the rules of their matches apart.

/** Which of the rules an event of the tests is of. */
export const inputsOf = ({ fields }: Pick<LogEvent, 'fields'>): readonly number[] =>
  fields['inputs'] as readonly number[];

/** Times of the first match of all a1 < a2 < ... < ak = m, one of each rule in order, by trying every one. */
function beginnings(all: readonly number[], events: readonly LogEvent[]): readonly number[] {
  const m = events.at(-1);
  const rule = all.at(-1);
  if (m === undefined || rule === undefined || !inputsOf(m).includes(rule)) return [];
  if (all.length === 1) return [m.timeMs];
  return events.flatMap((_, at) => (at === 0 ? [] : beginnings(all.slice(0, -1), events.slice(0, at))));
}

/** When the matches of S(m) that the sequence is made of began; undefined where it does not hold at m. */
function beginning(
  spec: TemporalSpec,
  { all }: RuleSequence,
  window: readonly LogEvent[],
): number | undefined {
  if (spec.type === 'temporal_ordered') {
    // What happened N times is N matches, one behind the other.
    const times = beginnings(
      all,
      window.flatMap((event) => Array.from({ length: event.weight }, () => event)),
    );
    return times.length === 0 ? undefined : Math.max(...times);
  }
  const last = all.map((rule) => window.findLast((event) => inputsOf(event).includes(rule))?.timeMs);
  return last.includes(undefined) ? undefined : Math.min(...(last as number[]));
}

/**
 * Every moment at which something is due or matches is looked at anew: what is due there, and then the matches of that
 * time, one by one. A sequence begins with a match, so it is due a timespan after one.
 */
const sequences: Reference<TemporalSpec> = (spec, events, { lastMs }) => {
  const W = spec.timespanMs;
  const firings: Firing[] = [];
  let clearedAt = -1;
  let firedAt = -1;
  const windowAt = (at: number): readonly LogEvent[] =>
    events.filter((n, index) => index <= at && index > clearedAt && n.timeMs > events[at]!.timeMs - W);
  const fire = (firing: Omit<Firing, 'firstMs' | 'lastMs' | 'matches' | 'fresh'>, at: number): void => {
    const shown = events.filter(
      ({ timeMs }, index) =>
        index <= at && index > clearedAt && timeMs > firing.fromMs && timeMs <= firing.toMs,
    );
    const fresh = shown.filter((event) => events.indexOf(event) > firedAt).length;
    const ends = { firstMs: shown[0]!.timeMs, lastMs: shown.at(-1)!.timeMs };
    firings.push({ ...firing, ...ends, matches: shown.length, fresh });
    firedAt = at;
    if (spec.reset) clearedAt = at;
  };
  const isAbsent = ({ none }: RuleSequence, fromMs: number): boolean =>
    !events.some(
      (n, at) =>
        at > clearedAt &&
        n.timeMs >= fromMs &&
        n.timeMs < fromMs + W &&
        inputsOf(n).some((rule) => none.includes(rule)),
    );
  const judgeMoment = (atMs: number): void => {
    const before = events.findLastIndex(({ timeMs }) => timeMs < atMs);
    const isDue = (sequence: RuleSequence): boolean =>
      sequence.none.length > 0 &&
      isAbsent(sequence, atMs - W) &&
      events.some((_, at) => {
        const window = at <= before && at > clearedAt ? windowAt(at) : [];
        return window.length > 0 && beginning(spec, sequence, window) === atMs - W;
      });
    const due = spec.sequences.filter(isDue);
    if (due.length === 0) return;
    const value = Math.max(...due.map(({ all }) => all.length));
    fire({ timeMs: atMs, position: null, value, fromMs: atMs - W - 1, toMs: atMs - 1 }, before);
  };
  const judgeMatch = (m: LogEvent, at: number): void => {
    const held = spec.sequences.filter(
      (sequence) => sequence.none.length === 0 && beginning(spec, sequence, windowAt(at)) !== undefined,
    );
    if (held.length === 0) return;
    const value = Math.max(...held.map(({ all }) => all.length));
    fire({ timeMs: m.timeMs, position: m.position, value, fromMs: m.timeMs - W, toMs: m.timeMs }, at);
  };
  const moments = new Set(events.flatMap(({ timeMs }) => [timeMs, timeMs + W]));
  for (const atMs of [...moments].sort((a, b) => a - b)) {
    if (atMs > lastMs + 1) break;
    judgeMoment(atMs);
    events.forEach((m, at) => {
      if (m.timeMs === atMs) judgeMatch(m, at);
    });
  }
  return firings;
};

export const temporalReference: Reference<TemporalSpec> = (spec, events, span) => {
  const { condition, timespanMs, reset } = spec;
  if (condition === undefined) return sequences(spec, events, span);
  const countRules = counting((window) => new Set(window.flatMap((event) => inputsOf(event))).size);
  return countRules({ condition, timespanMs, reset }, events, span);
};
