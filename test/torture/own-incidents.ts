import type { Incident } from '../../src/shared/model/incident.ts';
import { type ComparedIncident, comparedIncident, isStanding } from './compared.ts';

/** The incidents of a run in which persons merged some, as they would be had nobody done so. */
export interface OwnIncidents {
  readonly incidents: readonly ComparedIncident[];
  /** Where an incident and those that it took in do not say the same of each other. */
  readonly faults: readonly string[];
}

/**
 * What persons merged into an incident is in its counts (docs/incidents.md, "Merging"). Numbers of events and firings are
 * taken off again. Times and peak cannot be: an incident that took others in is one of `expected` where it has what that
 * one and those others have together, and stands here as shown where it is none of them.
 */
export function ownIncidents(
  documents: readonly Incident[],
  expected: readonly ComparedIncident[],
): OwnIncidents {
  const byId = new Map(documents.map((incident) => [incident.id, incident]));
  const standing = documents.filter(isStanding);
  const [heads, plain] = [true, false].map((isHead) =>
    standing.filter(({ mergedFrom }) => (mergedFrom !== undefined) === isHead),
  ) as [Incident[], Incident[]];
  const incidents = plain.map(comparedIncident);
  const groups = Map.groupBy(heads.map((head) => wholeOf(head, byId)).filter(isFiring), ({ own }) =>
    nameOf(own),
  );
  const left = leftOf(expected, incidents, groups);
  for (const [name, wholes] of groups)
    incidents.push(...(assigned(wholes, left.get(name) ?? []) ?? wholes.map(({ own }) => own)));
  return { incidents, faults: documents.flatMap((incident) => linkFaults(incident, byId)) };
}

interface Whole {
  /** As shown, but for the numbers of others. */
  readonly own: ComparedIncident;
  readonly parts: readonly Incident[];
}

function wholeOf(head: Incident, byId: ReadonlyMap<string, Incident>): Whole {
  const parts = (head.mergedFrom ?? []).flatMap(({ id }) => byId.get(id) ?? []);
  const sum = (what: 'events' | 'firings'): number =>
    (head.mergedFrom ?? []).reduce((total, part) => total + part[what], 0);
  const shown = comparedIncident(head);
  const own = { ...shown, events: shown.events - sum('events'), firings: shown.firings - sum('firings') };
  return { own, parts };
}

/** A late event may have taken all of its own firings: then it stands for its parts alone. */
const isFiring = ({ own }: Whole): boolean => own.firings !== 0 || own.events !== 0;

const nameOf = ({ ruleId, group }: ComparedIncident): string => `${ruleId} ${group}`;

/** Of the groups asked for, what is expected and not found by itself. */
function leftOf(
  expected: readonly ComparedIncident[],
  found: readonly ComparedIncident[],
  asked: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, readonly ComparedIncident[]> {
  const isAsked = (one: ComparedIncident): boolean => asked.has(nameOf(one));
  const left = new Map(Map.groupBy(expected.filter(isAsked), nameOf));
  for (const one of found.filter(isAsked)) {
    const own = left.get(nameOf(one)) ?? [];
    const at = own.findIndex((other) => JSON.stringify(other) === JSON.stringify(one));
    if (at >= 0) left.set(nameOf(one), own.toSpliced(at, 1));
  }
  return left;
}

/** One for each, no two the same; undefined where there is no such choice. Groups have a few. */
function assigned(
  wholes: readonly Whole[],
  expected: readonly ComparedIncident[],
): readonly ComparedIncident[] | undefined {
  const [first, ...rest] = wholes;
  if (first === undefined) return [];
  for (const [at, one] of expected.entries()) {
    if (!isIn(first, one)) continue;
    const others = assigned(rest, expected.toSpliced(at, 1));
    if (others !== undefined) return [one, ...others];
  }
  return undefined;
}

/** Whether this one, and what persons merged into it, are together what is shown. */
function isIn({ own, parts }: Whole, one: ComparedIncident): boolean {
  const all = [one, ...parts];
  const times = (what: 'firstSeen' | 'lastSeen'): readonly string[] => all.map((each) => each[what]).sort();
  const peaks = parts.filter(({ rule }) => rule.id === one.ruleId).map(({ peak }) => peak);
  return (
    own.events === one.events &&
    own.firings === one.firings &&
    own.firstSeen === times('firstSeen')[0] &&
    own.lastSeen === times('lastSeen').at(-1) &&
    own.peak === Math.max(one.peak, ...peaks)
  );
}

/** Each of two merged incidents names the other, with the same numbers. */
function linkFaults(incident: Incident, byId: ReadonlyMap<string, Incident>): readonly string[] {
  const { id, status, reason, mergedInto, mergedFrom = [] } = incident;
  const faults = mergedFrom.flatMap((said) => {
    const part = byId.get(said.id);
    const isSame =
      part?.mergedInto === id &&
      (['events', 'firings', 'firstSeen', 'lastSeen'] as const).every((what) => part[what] === said[what]);
    return isSame
      ? []
      : [`${id}: says of its part ${JSON.stringify(said)}, which is ${JSON.stringify(part)}`];
  });
  const isPart = status === 'merged' && reason === 'person';
  const isNamed = byId.get(mergedInto ?? '')?.mergedFrom?.some((part) => part.id === id) === true;
  return isPart && !isNamed ? [...faults, `${id}: ${mergedInto} does not know it as its part`] : faults;
}
