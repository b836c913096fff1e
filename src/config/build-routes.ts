import type { InhibitRule } from '../notify/routing/inhibition.ts';
import type { Route } from '../notify/routing/route.ts';
import type { MaintenanceWindow } from '../notify/routing/suppressions.ts';
import {
  readTimeInterval,
  type TimeInterval,
  type WrittenTimeInterval,
} from '../notify/routing/time-interval.ts';
import { isoTime } from '../shared/iso-time.ts';
import { isoToMs } from '../shared/iso-to-ms.ts';
import type { IncidentMatch } from '../shared/model/incident-match.ts';
import type { BuildContext } from './build-context.ts';
import type { WrittenConfig } from './config-schema.ts';

type WrittenRoute = NonNullable<WrittenConfig['routes']>;

/** The routing tree, its times in milliseconds. */
export function buildRoute(written: WrittenRoute): Route {
  const { groupWait, groupInterval, repeatInterval, repeatIntervalMax, escalate, routes, ...same } = written;
  const route = {
    ...same,
    groupWaitMs: groupWait,
    groupIntervalMs: groupInterval,
    repeatIntervalMs: repeatInterval,
    repeatIntervalMaxMs: repeatIntervalMax,
    escalate: escalate?.map(({ after, receiver }) => ({ afterMs: after, receiver })),
    routes: routes?.map(buildRoute),
  };
  return withoutMissing(route) as Route;
}

/** Without members that were not written: a route has them from those above it. */
const withoutMissing = (object: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Named time intervals, read; what is wrong in them is a fault. */
export function buildTimeIntervals(
  written: WrittenConfig['timeIntervals'],
  context: BuildContext,
): Readonly<Record<string, readonly TimeInterval[]>> {
  return Object.fromEntries(
    Object.entries(written).map(([name, intervals]) => [
      name,
      intervals.map((one, index) => {
        const { interval, faults } = readTimeInterval(withoutMissing(one) as WrittenTimeInterval);
        for (const { at, what } of faults) context.fault(['timeIntervals', name, index, ...at], what);
        return interval;
      }),
    ]),
  );
}

/** Inhibitions whose both sides ask for something: without that every incident would be both, and none inhibited. */
export function buildInhibitRules(
  written: WrittenConfig['inhibitRules'],
  context: BuildContext,
): readonly InhibitRule[] {
  return written.map(({ name, source, target, equal }, index) => {
    for (const [side, match] of Object.entries({ source, target }))
      if (Object.keys(match).length === 0)
        context.fault(['inhibitRules', index, side], 'must say which incidents are meant');
    const sides = { source: source as IncidentMatch, target: target as IncidentMatch, equal };
    return name === undefined ? sides : { name, ...sides };
  });
}

export function buildMaintenance(
  written: WrittenConfig['maintenance'],
  context: BuildContext,
): readonly MaintenanceWindow[] {
  return written.map(({ match, from, until, ...rest }, index) => {
    if (isoToMs(until) <= isoToMs(from))
      context.fault(['maintenance', index, 'until'], 'must be later than from');
    return {
      ...rest,
      match: match as IncidentMatch,
      from: isoTime(isoToMs(from)),
      until: isoTime(isoToMs(until)),
    };
  });
}
