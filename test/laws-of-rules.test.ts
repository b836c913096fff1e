import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WindowSpec } from '../src/shared/model/window-spec.ts';
import { isOverInputs } from './support/any-window.ts';
import { known } from './support/known-rule.ts';
import { RuleWorldRun } from './support/rule-world-run.ts';
import { type RuleShape, type RuleWorld, ruleWorlds, strangers } from './support/rule-worlds.ts';
import { comparedFiring, comparedIncident, differences, isStanding } from './torture/compared.ts';
import { naiveReference } from './torture/naive-reference.ts';

// Whole rules by the whole engine (matcher, watermarks, windows, incidents), whatever their kind, conditions, exceptions and
// groups, with events of several sources and partitions in disorder, partitions that fall idle, and kills: what settles, and
// the incidents, are what the reference computes of all events sorted.

/** What must come of a world, and what comes of it; empty where they agree. */
function disagreements(world: RuleWorld): readonly string[] {
  const events = world.arrivals.map(({ event }) => ({
    ...event,
    fields: { ...event.fields, source: event.source },
  }));
  const shapes = [...world.rules, ...(world.over === undefined ? [] : [world.over])];
  const expected = naiveReference(shapes.map(known), events);
  const { settled, incidents, late } = new RuleWorldRun(world).outcome();
  const isInput = (ruleId: string): boolean => !shapes.some(({ id }) => id === ruleId);
  const fired = differences(
    expected.firings,
    settled
      .filter(({ ruleId }) => !isInput(ruleId))
      .map(({ ruleId, group, firing }) =>
        comparedFiring(ruleId, JSON.stringify(Object.values(group.values)), firing),
      ),
  );
  const opened = differences(expected.incidents, incidents.filter(isStanding).map(comparedIncident));
  return [
    ...(late === 0 ? [] : [`${late} late`]),
    ...fired.missing.map((text) => `no firing ${text}`),
    ...fired.surplus.map((text) => `firing ${text}`),
    ...opened.missing.map((text) => `no incident ${text}`),
    ...opened.surplus.map((text) => `incident ${text}`),
  ];
}

const shape = {
  groupBy: ['host'],
  missingGroup: 'null',
  dedupMs: 1,
  app: 'x',
  exceptHost: undefined,
} as const;
const plainEvent = { timeMs: 100, timeOrigin: 'field', source: 's0', weight: 1 } as const;
const position = { topic: 's0', partition: 0, index: 0 };
const arrival = { arrivalMs: 100, isCut: false, isKill: false };

/** Two groups fall silent at once, which are two matches of one time: their order decides what the sum of both is when. */
const silentAtOnce: RuleWorld = {
  rules: [
    {
      ...shape,
      id: 'first',
      spec: { type: 'flatline', timespanMs: 1, threshold: 1, forgetAfterMs: 13 },
      sources: undefined,
    },
  ],
  over: {
    ...shape,
    id: 'over',
    groupBy: [],
    spec: {
      ...{ type: 'value_sum', field: 'host', timespanMs: 1, rules: ['first'] },
      ...{ condition: { gte: 1 }, reset: false },
    },
    sources: undefined,
  },
  latenessMs: { s0: 0, s1: 0 },
  idleAfterMs: 6,
  arrivals: [
    { ...arrival, event: { ...plainEvent, fields: { app: 'x' }, position: { ...position, offset: 1 } } },
    {
      ...arrival,
      event: { ...plainEvent, fields: { app: 'x', host: '1' }, position: { ...position, offset: 0 } },
    },
    {
      ...{ arrivalMs: 230, isCut: true, isKill: false },
      event: { ...plainEvent, timeMs: 230, fields: { app: 'z' }, position: { ...position, offset: 2 } },
    },
  ],
};

describe('rules of any shape', () => {
  test('settle, and open incidents, as the reference says of all events sorted', () => {
    fc.assert(
      fc.property(ruleWorlds, (world) => {
        expect(disagreements(world)).toEqual([]);
      }),
      { numRuns: Number(process.env['LAW_RUNS'] ?? 400), examples: [[silentAtOnce]] },
    );
  });

  test('are of every shape', () => {
    const seen = new Map<string, number>();
    const see = (what: string, isSeen = true): void => {
      if (isSeen) seen.set(what, (seen.get(what) ?? 0) + 1);
    };
    const worlds = fc.sample(ruleWorlds, { numRuns: 3_000, seed: 1 });
    for (const world of worlds) {
      const events = world.arrivals.map(({ event }) => event);
      for (const rule of world.rules) seeRule(rule, world, see);
      if (world.over !== undefined) {
        see(`${world.over.spec.type} over ${world.rules[0]?.spec.type}`);
        see(`over: ${world.over.spec.type}`);
      }
      see('equal times', new Set(events.map(({ timeMs }) => timeMs)).size < events.length);
      see(
        'times before the epoch',
        events.some(({ timeMs }) => timeMs < 0),
      );
      see(
        'huge numbers',
        events.some(({ fields }) => Math.abs(Number(fields['n'])) === 1e300),
      );
      see(
        'negative numbers',
        events.some(({ fields }) => Number(fields['n']) < 0),
      );
      see(
        'a strange group',
        events.some(({ fields }) => strangers.includes(fields['host'])),
      );
      see(
        'no number',
        events.some(({ fields }) => fields['n'] === 'x'),
      );
      see(
        'many at once',
        events.some(({ weight }) => weight > 3),
      );
      see(
        'disorder',
        events.some(({ timeMs }, at) => timeMs < (events[at - 1]?.timeMs ?? timeMs)),
      );
    }
    for (const world of worlds.slice(0, 400)) {
      const { settled, idle } = new RuleWorldRun(world).outcome();
      const fired = new Set(settled.map(({ ruleId }) => ruleId));
      for (const { id, spec } of world.rules) see(`${spec.type} fires`, fired.has(id));
      see('a rule over another fires', fired.has('over'));
      see('idle partitions', idle > 0);
    }
    if (process.env['LAW_SHAPES'] !== undefined)
      process.stdout.write(JSON.stringify(Object.fromEntries([...seen].sort()), null, 1));
    const missing = shapesOf().filter((what) => !seen.has(what));
    expect(missing).toEqual([]);
  });
});

const kinds: readonly WindowSpec['type'][] = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_min',
  'value_max',
  'value_median',
  'value_percentile',
  'new_term',
  'change',
  'spike',
  'flatline',
  'ratio',
  'temporal',
  'temporal_ordered',
];

/** Kinds that need no rules of their own, and so may stand over any other. */
const overKinds = kinds.filter((kind) => kind !== 'ratio' && !kind.startsWith('temporal'));

const timespanOf = (spec: WindowSpec): number =>
  'historyMs' in spec ? spec.historyMs : (spec.timespanMs ?? Number.POSITIVE_INFINITY);

function seeRule(rule: RuleShape, world: RuleWorld, see: (what: string, isSeen?: boolean) => void): void {
  const { spec, groupBy, missingGroup, app, exceptHost, sources } = rule;
  see(`${spec.type} by ${groupBy.length} fields`);
  see(`${spec.type}, missing group: ${missingGroup}`);
  see(`${spec.type} of ${app === undefined ? 'all events' : 'some events'}`);
  see(`${spec.type} with an exception`, exceptHost !== undefined);
  see(`${spec.type} of one source`, sources?.length === 1);
  see(`${spec.type} over rules without window`, isOverInputs(spec));
  see('rules are counted', spec.type === 'temporal' && spec.condition !== undefined);
  see(
    'a step twice',
    'sequences' in spec && spec.sequences.some(({ all }) => new Set(all).size < all.length),
  );
  for (const source of sources ?? Object.keys(world.latenessMs)) {
    const latenessMs = world.latenessMs[source] ?? 0;
    see(`${spec.type}, lateness 0`, latenessMs === 0);
    see(`${spec.type}, lateness shorter than the window`, latenessMs > 0 && latenessMs < timespanOf(spec));
    see(`${spec.type}, lateness longer than the window`, latenessMs > timespanOf(spec));
  }
}

/** Every shape that there must be some of. */
const shapesOf = (): readonly string[] => [
  ...kinds.flatMap((kind) => [
    ...[0, 1, 2]
      .filter((count) => count > 0 || kind !== 'flatline')
      .map((count) => `${kind} by ${count} fields`),
    `${kind} fires`,
    `${kind}, missing group: null`,
    `${kind}, missing group: skip`,
    `${kind} of all events`,
    `${kind} of some events`,
    `${kind} with an exception`,
    `${kind} of one source`,
    `${kind} over rules without window`,
    `${kind}, lateness 0`,
    `${kind}, lateness shorter than the window`,
    `${kind}, lateness longer than the window`,
  ]),
  ...overKinds.map((kind) => `over: ${kind}`),
  ...[
    'equal times',
    'times before the epoch',
    'huge numbers',
    'negative numbers',
    'no number',
    'a strange group',
  ],
  ...['rules are counted', 'a step twice'],
  ...['many at once', 'disorder', 'idle partitions', 'a rule over another fires'],
];
