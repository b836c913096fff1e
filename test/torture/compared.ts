import type { Firing } from '../../src/shared/model/firing.ts';
import type { Incident } from '../../src/shared/model/incident.ts';

/** A settled firing, as far as all runs must agree on it. */
export interface ComparedFiring {
  readonly ruleId: string;
  /** The values of the group as JSON. */
  readonly group: string;
  readonly time: string;
  /** `partition/offset` of the match, or `(rule ID)`; null for a deadline. */
  readonly place: string | null;
  readonly value: number;
  readonly from: string;
  readonly to: string;
}

/** An incident that no late event merged or took the firings of, as far as all runs must agree on it. */
export interface ComparedIncident {
  readonly ruleId: string;
  readonly group: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly events: number;
  readonly firings: number;
  readonly peak: number;
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

export const comparedFiring = (ruleId: string, group: string, firing: Firing): ComparedFiring => ({
  ruleId,
  group,
  time: iso(firing.timeMs),
  place: firing.position === null ? null : placeText(firing.position),
  value: firing.value,
  from: iso(firing.fromMs),
  to: iso(firing.toMs),
});

/** At the deadline of another rule a match has no place on any topic, only one in the order. */
const placeText = ({ topic, partition, offset }: Place): string =>
  topic.startsWith('(') ? topic : `${partition}/${offset}`;

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A line of `replay --firings`, or a record of the firings topic, which has the place in `position`. */
export interface WrittenFiring extends Partial<Place> {
  readonly rule: string;
  readonly group: Readonly<Record<string, unknown>>;
  readonly time: string;
  readonly position?: Place | null;
  readonly value: number;
  readonly from: string;
  readonly to: string;
}

export function writtenFiring(written: WrittenFiring): ComparedFiring {
  const { topic = '', partition, offset } = written.position ?? written;
  const { value, from, to, time } = written;
  const place =
    partition === undefined || offset === undefined ? null : placeText({ topic, partition, offset });
  const group = JSON.stringify(Object.values(written.group));
  return { ruleId: written.rule, group, time, place, value, from, to };
}

/** What tells one firing of a run from another. */
export const firingId = ({ ruleId, group, time, place }: ComparedFiring): string =>
  `${ruleId} ${group} ${time} ${place ?? 'deadline'}`;

/** What a person merged into another still has its firings. */
export const isStanding = ({ status, reason }: Incident): boolean =>
  reason !== 'revised' && (status !== 'merged' || reason === 'person');

export const comparedIncident = (incident: Incident): ComparedIncident => {
  const { rule, group, firstSeen, lastSeen, events, firings, peak } = incident;
  return {
    ruleId: rule.id,
    group: JSON.stringify(Object.values(group)),
    firstSeen,
    lastSeen,
    events,
    firings,
    peak,
  };
};

/** What is in one bag and not in the other, as text: the same text twice counts twice. */
export function differences(
  expected: readonly object[],
  found: readonly object[],
): { readonly missing: readonly string[]; readonly surplus: readonly string[] } {
  const count = new Map<string, number>();
  for (const each of expected) add(count, JSON.stringify(each), 1);
  for (const each of found) add(count, JSON.stringify(each), -1);
  const repeated = (sign: number): string[] =>
    [...count].flatMap(([text, by]) => Array.from({ length: Math.max(0, sign * by) }, () => text));
  return { missing: repeated(1), surplus: repeated(-1) };
}

const add = (count: Map<string, number>, text: string, by: number): void => {
  count.set(text, (count.get(text) ?? 0) + by);
};
