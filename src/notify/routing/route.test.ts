import { describe, expect, test } from 'vitest';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { compileRoutes, type Route, routesTaken } from './route.ts';

const route = (incident: Incident, root: Route | undefined, ruleNotify: readonly string[]): string[] =>
  routesTaken(incident, root === undefined ? undefined : compileRoutes(root), {
    ruleNotify,
    sourceOf: (topic) => topic.replace('logs.', ''),
  }).map(({ receiver }) => receiver);

const incident = sampleIncident({
  severity: 'critical',
  tags: ['attack.t1110', 'team.linux'],
  group: { 'source.ip': '203.0.113.7', 'host.port': 22 },
});

describe('an incident is routed', () => {
  test.each<{ title: string; root: Route; receivers: string[] }>([
    { title: 'to the root where nothing else matches', root: { receiver: 'soc' }, receivers: ['soc'] },
    { title: 'to nobody where the root names nobody', root: {}, receivers: [] },
    {
      title: 'to the first nested route that matches, and to no other',
      root: {
        receiver: 'soc',
        routes: [
          { match: { severity: 'low' }, receiver: 'nobody' },
          { match: { severity: 'critical' }, receiver: 'oncall' },
          { match: { tags: 'team.linux' }, receiver: 'linux' },
        ],
      },
      receivers: ['oncall'],
    },
    {
      title: 'to the next one too where a route says continue',
      root: {
        receiver: 'soc',
        routes: [
          { match: { severity: 'critical' }, receiver: 'oncall', continue: true },
          { match: { tags: 'team.linux' }, receiver: 'linux' },
        ],
      },
      receivers: ['oncall', 'linux'],
    },
    {
      title: "to the parent's receiver where a nested route has none",
      root: { receiver: 'soc', routes: [{ match: { severity: 'critical' } }] },
      receivers: ['soc'],
    },
    {
      title: 'as deep as the routes go',
      root: {
        receiver: 'soc',
        routes: [
          {
            match: { severity: 'critical' },
            receiver: 'oncall',
            routes: [{ match: { rule: 'ssh-brute-force' }, receiver: 'ssh' }],
          },
        ],
      },
      receivers: ['ssh'],
    },
    {
      title: 'once to a receiver that two routes name',
      root: {
        routes: [{ receiver: 'soc', continue: true }, { receiver: 'soc' }],
      },
      receivers: ['soc'],
    },
    { title: 'by one of several values', root: only({ severity: ['high', 'critical'] }), receivers: ['yes'] },
    { title: 'by a least severity it reaches', root: only({ minSeverity: 'high' }), receivers: ['yes'] },
    {
      title: 'by a group value',
      root: only({ group: { 'source.ip': ['192.0.2.1', '203.0.113.7'] } }),
      receivers: ['yes'],
    },
    {
      title: 'by a group value that is a number, as text',
      root: only({ group: { 'host.port': '22' } }),
      receivers: ['yes'],
    },
    {
      title: 'not by a group value it does not have',
      root: only({ group: { constructor: 'x' } }),
      receivers: [],
    },
    {
      title: 'not where one of two conditions fails',
      root: only({ severity: 'critical', rule: 'other' }),
      receivers: [],
    },
  ])('$title', ({ root, receivers }) => {
    expect(route(incident, root, [])).toEqual(receivers);
  });

  test('to whom its rule names, whatever the routes say, each once', () => {
    expect(route(incident, { receiver: 'soc' }, ['ciso', 'soc'])).toEqual(['soc', 'ciso']);
    expect(route(incident, undefined, ['ciso'])).toEqual(['ciso']);
  });

  test('to nobody while its rule is a shadow', () => {
    expect(route({ ...incident, shadow: true }, { receiver: 'soc' }, ['ciso'])).toEqual([]);
  });

  test('not by a severity below the least one', () => {
    expect(route({ ...incident, severity: 'medium' }, only({ minSeverity: 'high' }), [])).toEqual([]);
  });
});

function only(match: NonNullable<Route['match']>): Route {
  return { routes: [{ match, receiver: 'yes' }] };
}

describe('a route that groups nothing below one that groups', () => {
  const minutes = 60_000;
  const above = { receiver: 'soc', groupBy: ['rule'], groupWaitMs: minutes, groupIntervalMs: 10 * minutes };
  const alone = { match: { severity: 'critical' }, groupBy: ['...'] } as const;
  const timesOf = (child: Route, root: Route = above): readonly (number | null)[] => {
    const [node] = compileRoutes({ ...root, repeatIntervalMs: 60 * minutes, routes: [child] }).children;
    return [node?.groupWaitMs, node?.groupIntervalMs, node?.repeatIntervalMs].map((ms) =>
      typeof ms === 'number' ? ms / minutes : null,
    );
  };

  test.each<{ title: string; child: Route; root?: Route; times: readonly number[] }>([
    { title: 'waits for nothing, and repeats as it does', child: alone, times: [0, 0, 60] },
    {
      title: 'waits where it says so itself',
      child: { ...alone, groupIntervalMs: 2 * minutes },
      times: [0, 2, 60],
    },
    { title: 'waits where it groups after all', child: { groupBy: ['severity'] }, times: [1, 10, 60] },
    {
      title: 'waits as the one above where that groups nothing either',
      child: alone,
      root: { receiver: 'soc', groupIntervalMs: 3 * minutes },
      times: [0, 3, 60],
    },
  ])('$title', ({ child, root, times }) => {
    expect(timesOf(child, root)).toEqual(times);
  });

  test('keeps that from those below it, and they may group again', () => {
    const below = { ...alone, routes: [{ match: { rule: 'r' } }, { groupBy: ['rule'] }] };
    const [node] = compileRoutes({ ...above, routes: [below] }).children;
    expect(node?.children.map(({ groupIntervalMs }) => groupIntervalMs / minutes)).toEqual([0, 5]);
  });
});
