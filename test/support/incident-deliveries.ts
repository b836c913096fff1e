import fc from 'fast-check';
import { isoTime } from '../../src/shared/iso-time.ts';
import type { Firing, GroupFirings } from '../../src/shared/model/firing.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import { comparePositions } from '../../src/shared/model/position.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import { eventOf, firingAt, groupOf } from './incident-run.ts';

// How the same firings are delivered in many ways, and what the incidents are in the end whatever the way.

export interface Summary {
  readonly rule: string;
  readonly group: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly events: number;
  readonly firings: number;
}

export const byText = (a: Summary, b: Summary): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

export const summaryOf = (incident: Incident): Summary => ({
  rule: incident.rule.id,
  group: JSON.stringify(Object.values(incident.group)),
  firstSeen: incident.firstSeen,
  lastSeen: incident.lastSeen,
  events: incident.events,
  firings: incident.firings,
});

/** Splits the sorted firings where two are dedup or more apart. */
export function reference(rule: Rule, ip: string, firings: readonly Firing[]): Summary[] {
  const episodes: Firing[][] = [];
  for (const firing of firings.toSorted(byOrder)) {
    const last = episodes.at(-1);
    const before = last?.at(-1);
    if (before !== undefined && firing.timeMs - before.timeMs < Math.max(1, rule.dedupMs)) last?.push(firing);
    else episodes.push([firing]);
  }
  return episodes.map((episode) => ({
    rule: rule.id,
    group: JSON.stringify([ip]),
    firstSeen: isoTime(Math.min(...episode.map((firing) => firing.firstMs))),
    lastSeen: isoTime(Math.max(...episode.map((firing) => firing.lastMs))),
    events: episode.reduce((sum, firing, index) => sum + (index === 0 ? firing.matches : firing.fresh), 0),
    firings: episode.length,
  }));
}

export const byOrder = (a: Firing, b: Firing): number =>
  a.timeMs - b.timeMs || (a.position && b.position ? comparePositions(a.position, b.position) : 0);

const isSame = (a: Firing, b: Firing): boolean =>
  a.timeMs === b.timeMs && JSON.stringify(a) === JSON.stringify(b);

/** What a batch did, told from the firings before it (the tail) and after it (settled now, then the tail). */
export function changeOf(
  rule: Rule,
  ip: string,
  moved: { before: Firing[]; settled: Firing[]; tail: Firing[] },
): GroupFirings {
  const after = [...moved.settled, ...moved.tail];
  const continues = moved.before.every(
    (firing, index) => after[index] !== undefined && isSame(firing, after[index]),
  );
  const fired = after.filter((firing) => !moved.before.some((one) => isSame(one, firing)));
  return {
    ruleId: rule.id,
    group: groupOf(ip),
    change: !continues ? 'refolded' : fired.length > 0 ? 'appended' : 'settled',
    fired: fired.map((firing) => ({ firing, event: eventOf(firing) })),
    withdrawn: moved.before.filter((firing) => !after.some((one) => isSame(one, firing))),
    settled: moved.settled,
    tail: () => moved.tail,
  };
}

export const timeMs = fc.integer({ min: 0, max: 1_000 });
const firing = fc
  .record({ timeMs, value: fc.integer({ min: 1, max: 30 }), fresh: fc.integer({ min: 0, max: 5 }) })
  .map(({ timeMs, value, fresh }) => firingAt(timeMs, { value, fresh, matches: value }));
export const firingsOfGroup = fc
  .uniqueArray(firing, { maxLength: 25, selector: (one) => one.timeMs })
  .map((list) => list.toSorted(byOrder));

/** What is speculated at one step: which of the true firings are known, and which others are believed. */
export const step = fc.record({
  advanceMs: fc.integer({ min: 0, max: 300 }),
  hidden: fc.array(fc.nat(30), { maxLength: 6 }),
  believed: fc.array(firing, { maxLength: 4 }),
  steady: fc.boolean(),
  restart: fc.boolean(),
});

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** After the last step everything is known and settled. */
export const lastStep: Step = { advanceMs: 5_000, hidden: [], believed: [], steady: false, restart: true };

/** A windowed rule's firings of two groups, delivered step by step: what is believed before the watermark may be wrong. */
export class Delivery {
  readonly #rule: Rule;
  readonly #groups: { readonly ip: string; readonly truth: Firing[]; tail: Firing[] }[];
  watermark = -1;

  constructor(rule: Rule, truths: Readonly<Record<string, Firing[]>>) {
    this.#rule = rule;
    this.#groups = Object.entries(truths).map(([ip, truth]) => ({ ip, truth, tail: [] }));
  }

  /** What one batch does to each group; the watermark is where it stands then. */
  next({ advanceMs, hidden, believed, steady }: Step): readonly GroupFirings[] {
    const reached = this.watermark + advanceMs;
    const changes = this.#groups.flatMap((group) => {
      const settled = group.truth.filter((one) => one.timeMs > this.watermark && one.timeMs <= reached);
      const known = steady
        ? [...group.tail, ...group.truth.slice(0, hidden.length * 4)]
        : [...group.truth.filter((_, index) => !hidden.includes(index)), ...believed];
      const tail = [...new Map(known.map((one) => [one.timeMs, one])).values()]
        .filter((one) => one.timeMs > reached)
        .sort(byOrder);
      const change = changeOf(this.#rule, group.ip, { before: group.tail, settled, tail });
      group.tail = tail;
      return change.change === 'settled' && settled.length === 0 ? [] : [change];
    });
    this.watermark = reached;
    return changes;
  }

  tailOf(key: string): readonly Firing[] {
    return this.#groups.find(({ ip }) => groupOf(ip).key === key)?.tail ?? [];
  }

  /** What the incidents have to be in the end. */
  expected(): Summary[] {
    return this.#groups.flatMap(({ ip, truth }) => reference(this.#rule, ip, truth)).sort(byText);
  }
}
