import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { configOf } from '../../test/support/load-config.ts';
import { logRecord, sourceConfig } from '../../test/support/log-record.ts';
import { RecordingLog } from '../../test/support/recording-log.ts';
import { sampleRule } from '../../test/support/sample-rule.ts';
import { openPlanner } from '../app/open-planner.ts';
import { openTelling, restoreTelling } from '../app/open-telling.ts';
import { compileDecoder } from '../consume/decode-record.ts';
import type { WindowLimits } from '../detect/window/window-stage.ts';
import { assembleEngine } from '../engine/assemble-engine.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { MetBound } from '../shared/model/telling-bound.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Pipeline } from './pipeline.ts';
import { planOutbox } from './plan-outbox.ts';

// tocsin's own troubles, through the real engine, state and planner: what is stored, published, and told.

const source = sourceConfig({
  name: 'auth',
  time: { field: 'time', format: 'epoch-s', zone: 'UTC' },
  latenessMs: 120_000,
});
const startS = Date.UTC(2026, 2, 1, 10) / 1_000;
const minute = 60_000;

/** So high that nothing fires but what this is about. */
const rule = sampleRule({
  id: 'scan',
  conditions: { all: [{ fact: 'user', operator: 'exists', value: true }] },
  groupBy: ['user'],
  window: { type: 'event_count', timespanMs: 3_600_000, condition: { gte: 1_000 }, reset: false },
  remediation: [],
});

const config = configOf({
  sources: [{ name: 'auth', topics: ['logs.test'] }],
  receivers: { ops: { email: { to: ['ops@example.org'] } }, soc: { email: { to: ['soc@example.org'] } } },
  smtp: { host: '127.0.0.1', from: 'tocsin@example.org' },
  routes: { receiver: 'soc', routes: [{ match: { tags: 'tocsin.integrity' }, receiver: 'ops' }] },
});

let folder: string;
let store: SqliteStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-integrity-'));
  store = openSqliteStore({ file: join(folder, 'tocsin.db') });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function world(
  clock: ManualClock,
  limits: WindowLimits = {},
  {
    bounds = [],
    rules = [rule],
    ...timing
  }: Partial<SourceConfig> & { bounds?: MetBound[]; rules?: Rule[] } = {},
) {
  const metrics = new MetricsRegistry();
  const { engine } = assembleEngine({ rules, sources: [{ ...source, ...timing }], limits });
  const telling = openTelling(config);
  const planner = openPlanner(config, { rules: [rule], telling, metrics, log: new RecordingLog() });
  const decoder = compileDecoder(source);
  let nextOffset = 0;
  const pipeline = new Pipeline({
    engine,
    store,
    clock,
    metrics,
    decoders: {
      sourceOf: () => source.name,
      decode: (record, nowMs) => {
        const decoded = decoder.decode(record, nowMs);
        return { events: decoded.ok ? decoded.value : [], deadLetter: null };
      },
    },
    plan: (outcome, nowMs) => ({ ...planOutbox(outcome, planner, nowMs), bounds: bounds.splice(0) }),
    committed: () => undefined,
    onGap: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  const stored = store.load();
  pipeline.restore(stored);
  restoreTelling(telling, stored, { store, nowMs: clock.nowMs() });
  nextOffset = pipeline.position('logs.test', 0) ?? 0;
  pipeline.assigned([{ topic: 'logs.test', partition: 0, earliestOffset: 0, endOffset: 1_000 }]);
  /** One batch: a match at each of these seconds, of these users. */
  const send = async (matches: readonly (readonly [second: number, user: string])[]): Promise<void> => {
    const at = { topic: 'logs.test', partition: 0 };
    const records = matches.map(([second, user], index) =>
      logRecord(JSON.stringify({ time: startS + second, user }), { ...at, offset: nextOffset + index }),
    );
    nextOffset += records.length;
    await pipeline.process({ ...at, records, nextOffset, endOffset: nextOffset });
  };
  return { pipeline, send };
}

const incidents = (): readonly Incident[] => store.incidents({ limit: 100 });

/** Documents on the incidents topic as `version status`, and the receivers told. */
function outbox(): { published: string[]; told: string[] } {
  const published = store.peek('topic:tocsin.incidents', 100).map(({ payload }) => {
    if (payload.kind !== 'record') throw new Error('not a record');
    const { version, status } = JSON.parse(
      new TextDecoder().decode(payload.record.value ?? undefined),
    ) as Incident;
    return `${version} ${status}`;
  });
  return { published, told: store.lanes().filter((lane) => lane.startsWith('receiver:')) };
}

const users = (count: number): (readonly [number, string])[] =>
  Array.from({ length: count }, (_, nth) => [nth, `u${nth}`]);

test('what waits in a group beyond its bound opens one incident, too', async () => {
  const { window: _, ...a } = { ...rule, id: 'a', groupBy: [] };
  const b = { ...a, id: 'b', conditions: { not: { all: [] } } };
  const [rules, sequences] = [['a', 'b'], [{ all: [0], none: [1] }]];
  const spec = { type: 'temporal' as const, rules, timespanMs: 7_200_000, sequences, reset: false };
  const { send } = world(new ManualClock(), {}, { rules: [a, b, { ...a, id: 'not', window: spec }] });
  await send(users(5_000));
  const opened = incidents().map(({ rule: { id }, group }) => ({ id, group }));
  expect(opened).toContainEqual({ id: 'tocsin.waiting-full', group: { rule: 'not' } });
});

describe('groups that leave at the cap on keys', () => {
  test('open one incident, stored, published, and routed like any other', async () => {
    const { send } = world(new ManualClock(), { maxKeysPerRule: 16 });
    await send(users(20));
    expect(incidents()).toMatchObject([
      {
        rule: { id: 'tocsin.keys-full' },
        group: { rule: 'scan' },
        title: 'Rule scan has too many groups: some were forgotten',
        status: 'open',
        severity: 'medium',
        tags: ['tocsin.integrity'],
        firings: 1,
        events: 5,
        version: 1,
        firstSeen: '2026-03-01T12:00:00.000Z',
      },
    ]);
    expect(incidents()[0]?.summary).toMatch(/longest without a match were forgotten \(5 so far\)/);
    expect(outbox()).toEqual({ published: ['1 open'], told: ['receiver:ops/email'] });
  });

  test('fold into it as long as it goes on, once a minute; a quarter of an hour of quiet resolves it', async () => {
    const clock = new ManualClock();
    const { send, pipeline } = world(clock, { maxKeysPerRule: 16 });
    for (let turn = 0; turn < 5; turn += 1) {
      await send(users(20).map(([second, user]) => [second, `${user}-${turn}`]));
      await clock.pass(20_000);
    }
    await clock.pass(minute);
    pipeline.tick(true);
    const [open] = incidents();
    expect([open?.status, open?.version, open?.firings]).toEqual(['open', 3, 3]);
    await clock.pass(15 * minute);
    pipeline.tick(true);
    expect(incidents()).toMatchObject([{ id: open?.id, status: 'resolved', reason: 'quiet', version: 4 }]);
    expect(outbox().published).toEqual(['1 open', '2 open', '3 open', '4 resolved']);
  });

  test('after a restart they go on in the same incident', async () => {
    const clock = new ManualClock();
    await world(clock, { maxKeysPerRule: 16 }).send(users(20));
    const [before] = incidents();
    await clock.pass(minute);
    await world(clock, { maxKeysPerRule: 16 }).send(
      users(20).map(([second, user]) => [second, `${user}-again`]),
    );
    expect(incidents()).toMatchObject([{ id: before?.id, version: 2, firings: 2 }]);
  });
});

test('bounds of what is told open one each, which says what it means and what to do', async () => {
  const clock = new ManualClock();
  const bounds: MetBound[] = [
    { bound: 'waiting', count: 3 },
    { bound: 'inhibitors', count: 1 },
  ];
  const { pipeline } = world(clock, {}, { bounds });
  pipeline.tick(true);
  expect(incidents(), 'they are judged with the next turn').toEqual([]);
  pipeline.tick(true);
  expect(incidents()).toHaveLength(2);
  const waiting = incidents().find(({ group }) => group['bound'] === 'waiting');
  expect(waiting).toMatchObject({ rule: { id: 'tocsin.telling-full' }, events: 3, status: 'open' });
  expect(waiting?.summary).toMatch(/groups that waited longest were told early \(3 so far\)/);
  expect(waiting?.runbook).toContain('groupWait');
  await clock.pass(20_000);
  bounds.push({ bound: 'waiting', count: 4 });
  pipeline.tick(true);
  pipeline.tick(true);
  expect(incidents().length, 'the same incident, a minute later at the earliest').toBe(2);
});

test('matches that settle early at the cap on tails open one', async () => {
  const { send } = world(new ManualClock(), { maxTailMatches: 10 });
  await send(users(12));
  expect(incidents()).toMatchObject([{ rule: { id: 'tocsin.tail-full' }, group: { rule: 'scan' } }]);
});

test('records that left the log before they were read open one, in the transaction of the next tick', async () => {
  const { pipeline } = world(new ManualClock());
  pipeline.gap({ topic: 'logs.test', partition: 0, expectedOffset: 5, foundOffset: 9 });
  expect(incidents()).toEqual([]);
  pipeline.tick(true);
  expect(incidents()).toMatchObject([
    {
      rule: { id: 'tocsin.records-lost' },
      severity: 'high',
      group: { topic: 'logs.test', partition: 0 },
      events: 4,
      evidence: [{ position: null, event: { expectedOffset: 5, foundOffset: 9, count: 4 } }],
    },
  ]);
});

describe('late events', () => {
  test('beyond one in a hundred open one that says which lateness would have held them', async () => {
    const { send } = world(new ManualClock());
    await send([[3_600, 'jo']]);
    await send(Array.from({ length: 10 }, (_, nth) => [3_600 - 300 - nth, 'jo'] as const));
    expect(incidents()).toMatchObject([
      {
        rule: { id: 'tocsin.late-events' },
        group: { rule: 'scan', source: 'auth' },
        title: 'Late events of auth are not counted by rule scan',
        events: 10,
      },
    ]);
    // The oldest came 309 s behind the newest.
    expect(incidents()[0]?.summary).toContain('"lateness": "309s" for the source would have held them');
    expect(incidents()[0]?.evidence[0]?.event).toMatchObject({ lateness: '2m', late: 10, matches: 11 });
  });

  test('that are few open none', async () => {
    const { send } = world(new ManualClock());
    await send([[3_600, 'jo']]);
    await send(Array.from({ length: 9 }, (_, nth) => [3_600 - 300 - nth, 'jo'] as const));
    expect(incidents()).toEqual([]);
  });
});

describe('a source that is silent for longer than it may', () => {
  test('opens one incident that says for how long, and resolves once it has been heard for a while', async () => {
    const clock = new ManualClock();
    const { pipeline, send } = world(clock, {}, { silentAfterMs: 10 * minute });
    await send([[0, 'jo']]);
    for (let half = 0; half < 24; half += 1) {
      await clock.pass(minute / 2);
      pipeline.tick(true);
    }
    expect(incidents()).toMatchObject([
      {
        rule: { id: 'tocsin.source-silent' },
        status: 'open',
        severity: 'high',
        title: 'Source auth is silent',
        summary: 'Nothing has come from source auth for 12m: rules that read it see nothing',
      },
    ]);
    expect(outbox().told).toEqual(['receiver:ops/email']);
    for (let nth = 1; nth <= 16; nth += 1) {
      await clock.pass(minute);
      await send([[nth, 'jo']]);
    }
    expect(incidents()).toMatchObject([{ rule: { id: 'tocsin.source-silent' }, status: 'resolved' }]);
  });

  test('is no source of a log that does not answer', async () => {
    const clock = new ManualClock();
    const { pipeline, send } = world(clock, {}, { silentAfterMs: 10 * minute });
    await send([[0, 'jo']]);
    for (let half = 0; half < 24; half += 1) {
      await clock.pass(minute / 2);
      pipeline.tick(false);
    }
    expect(incidents()).toEqual([]);
  });
});
