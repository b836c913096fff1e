import { describe, expect, test } from 'vitest';
import {
  eventOf,
  firingAt,
  firingsOf,
  IncidentRun,
  unwindowedRule,
  windowedRule,
} from '../../test/support/incident-run.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { Firing } from '../shared/model/firing.ts';

// The rule's dedup is 100 ms; a firing has 10 matches, of which one is new.

const rule = windowedRule;
const always = Number.NEGATIVE_INFINITY;

/** The tail as a late event left it. */
const refolded = (tail: readonly Firing[], fired: readonly Firing[] = []) =>
  firingsOf(rule, {
    change: 'refolded',
    fired: fired.map((firing) => ({ firing, event: eventOf(firing) })),
    tail: () => tail,
  });

describe('an incident', () => {
  test('opens at a firing, with everything people and machines need', () => {
    const run = new IncidentRun([rule]);
    const [change] = run.fold(
      [firingsOf(rule, { now: [firingAt(1_000, { value: 12, matches: 12 })] })],
      always,
    );
    expect(change).toEqual({
      kind: 'opened',
      incident: {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        version: 1,
        status: 'open',
        reason: 'fired',
        rule: { id: rule.id, title: rule.title, hash: 'h1' },
        severity: 'high',
        severitySetBy: null,
        assignee: null,
        flaps: 0,
        title: 'Failed logins from {{ source.ip }}|1000|{"source.ip":"203.0.113.7"}',
        summary: '12 matching events within 5m for source.ip 203.0.113.7; the rule fires at 10 or more',
        tags: ['attack.t1110'],
        group: { 'source.ip': '203.0.113.7' },
        firstSeen: isoTime(950),
        lastSeen: isoTime(1_000),
        events: 12,
        firings: 1,
        peak: 12,
        evidence: [
          {
            time: isoTime(1_000),
            position: { topic: 'logs', partition: 0, offset: 1_000, index: 0 },
            event: { 'event.id': 1_000 },
          },
        ],
        history: [{ time: isoTime(1_000), what: 'opened', who: 'tocsin', version: 1 }],
        remediation: [],
        runbook: '',
        references: [],
        shadow: false,
        mergedInto: null,
        '@timestamp': isoTime(1_000),
      },
    });
  });

  test('folds firings that come less than the dedup after the last, and counts each match once', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    const [change] = run.fold([firingsOf(rule, { now: [firingAt(1_099, { fresh: 3, value: 14 })] })], always);
    expect(change?.kind).toBe('updated');
    expect(change?.incident).toMatchObject({
      version: 2,
      firings: 2,
      events: 13,
      peak: 14,
      lastSeen: isoTime(1_099),
    });
  });

  test('is another one where the firing comes exactly the dedup after the last', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    run.fold([firingsOf(rule, { now: [firingAt(1_100)] })], always);
    expect(run.incidents().map(({ firings, version }) => [firings, version])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('resolves once the watermark reaches the last firing and the dedup, though nothing fires', () => {
    const run = new IncidentRun([rule]);
    const firing = firingAt(1_000);
    run.fold([firingsOf(rule, { now: [firing] })], always);
    run.fold([firingsOf(rule, { change: 'settled', settled: [firing], tail: () => [] })], 1_050);
    expect(run.fold([], 1_099)).toEqual([]);
    const [change] = run.fold([], 1_100);
    expect(change?.kind).toBe('resolved');
    expect(change?.incident).toMatchObject({ version: 2, status: 'resolved', reason: 'quiet' });
    expect(change?.incident['@timestamp']).toBe(isoTime(1_100));
    expect(change?.incident.history.at(-1)).toEqual({
      time: isoTime(1_100),
      what: 'resolved',
      version: 2,
      who: 'tocsin',
    });
    expect(run.stage.openGroups).toBe(0);
    expect(run.fold([], Number.POSITIVE_INFINITY)).toEqual([]);
  });

  test('that is over when it is first heard of is told in one version', () => {
    const run = new IncidentRun([rule]);
    const now = [firingAt(1_000)];
    const changes = run.fold(
      [firingsOf(rule, { now, settled: now, tail: () => [] })],
      Number.POSITIVE_INFINITY,
    );
    expect(changes.map(({ kind, incident }) => [kind, incident.version, incident.status])).toEqual([
      ['opened', 1, 'resolved'],
    ]);
  });

  test('keeps the ten earliest firings as evidence', () => {
    const run = new IncidentRun([rule]);
    const now = Array.from({ length: 15 }, (_, index) => firingAt(1_000 + index));
    run.fold([firingsOf(rule, { now })], always);
    const offsets = run.incidents()[0]?.evidence.map(({ position }) => position?.offset);
    expect(offsets).toEqual([1_000, 1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_007, 1_008, 1_009]);
  });

  test('costs the new firings, not the tail, while they come in order', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    const tail = (): never => expect.unreachable('the tail was read');
    run.fold([firingsOf(rule, { now: [firingAt(1_010)], tail })], always);
    expect(run.incidents()[0]?.firings).toBe(2);
  });

  test('is put into the store, unpublished, when its firings become final', () => {
    const run = new IncidentRun([rule]);
    const firing = firingAt(1_000);
    run.fold([firingsOf(rule, { now: [firing] })], always);
    const settling = firingsOf(rule, { change: 'settled', settled: [firing], tail: () => [] });
    const outcome = run.stage.fold([settling], () => 1_000);
    expect(outcome.changes).toEqual([]);
    expect(outcome.stored.map(({ incident }) => incident.version)).toEqual([1]);
  });
});

describe('a late event', () => {
  test('that joins two incidents merges the later into the earlier', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000), firingAt(1_150)] })], always);
    const [first, second] = run.incidents();
    const changes = run.fold([refolded([firingAt(1_000), firingAt(1_080), firingAt(1_150)])], always);
    expect(changes.map(({ kind, incident }) => [kind, incident.id])).toEqual([
      ['updated', first?.id],
      ['merged', second?.id],
    ]);
    expect(changes[0]?.incident).toMatchObject({ firings: 3, status: 'open' });
    expect(changes[1]?.incident).toMatchObject({ status: 'merged', reason: 'merged', mergedInto: first?.id });
  });

  test('that parts them again reopens the one that was merged, under its own id', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000), firingAt(1_150)] })], always);
    const [, second] = run.incidents();
    run.fold([refolded([firingAt(1_000), firingAt(1_080), firingAt(1_150)])], always);
    const changes = run.fold([refolded([firingAt(1_000), firingAt(1_150)])], always);
    expect(changes.map(({ kind }) => kind)).toEqual(['updated', 'reopened']);
    expect(changes[1]?.incident).toMatchObject({
      id: second?.id,
      status: 'open',
      mergedInto: null,
      version: 3,
    });
  });

  test('that takes away the only firing revises the incident; if it comes back, so does the incident', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    const [revised] = run.fold([refolded([])], always);
    expect(revised?.kind).toBe('revised');
    expect(revised?.incident).toMatchObject({ status: 'resolved', reason: 'revised', version: 2 });
    const [reopened] = run.fold([refolded([firingAt(1_000)])], always);
    expect(reopened?.kind).toBe('reopened');
    expect(reopened?.incident).toMatchObject({ id: revised?.incident.id, status: 'open', version: 3 });
    expect(reopened?.incident.history.map(({ what }) => what)).toEqual(['opened', 'resolved', 'reopened']);
  });

  test('that moves the only firing a little leaves the incident what it is', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    const changes = run.fold([refolded([firingAt(990)], [firingAt(990)])], always);
    expect(changes.map(({ kind }) => kind)).toEqual(['updated']);
    expect(changes[0]?.incident.title).toContain('|990|');
  });

  test('that changes nothing publishes nothing', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    expect(run.fold([refolded([firingAt(1_000)])], always)).toEqual([]);
  });

  test('leaves the events of the other firings where they were', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    run.restart(() => [firingAt(1_000)]);
    run.fold([refolded([firingAt(990), firingAt(1_000)])], always);
    expect(run.incidents()[0]?.evidence.map(({ event }) => event)).toEqual([null, { 'event.id': 1_000 }]);
  });
});

describe('a rule without window', () => {
  const login = unwindowedRule();
  const single = (timeMs: number): Firing => firingAt(timeMs, { value: 1, matches: 1, firstMs: timeMs });
  const at = (...times: number[]) => firingsOf(login, { now: times.map(single), tail: () => [] });

  test('says in words how often it matched', () => {
    const run = new IncidentRun([login]);
    run.fold([at(1_000)], always);
    expect(run.incidents()[0]?.summary).toBe('1 matching event for source.ip 203.0.113.7');
    run.fold([at(1_010, 1_020)], always);
    expect(run.incidents()[0]?.summary).toBe('3 matching events for source.ip 203.0.113.7');
  });

  test('joins what a late firing joins', () => {
    const run = new IncidentRun([login]);
    run.fold([at(1_000, 1_150)], always);
    const changes = run.fold([at(1_075)], always);
    expect(changes.map(({ kind }) => kind)).toEqual(['updated', 'merged']);
    expect(changes[0]?.incident).toMatchObject({ firings: 3, events: 3, lastSeen: isoTime(1_150) });
  });

  test('opens one incident for old events that come in many batches, and none under an id that was final', () => {
    const run = new IncidentRun([login]);
    run.fold([at(1_000)], 900);
    run.fold([], 5_000);
    const [final] = run.incidents();
    expect(final?.status).toBe('resolved');
    const late = { ...single(1_000), position: { topic: 'logs', partition: 1, offset: 7, index: 0 } };
    run.fold([firingsOf(login, { now: [late], tail: () => [] })], 5_010);
    run.fold([at(1_020)], 5_020);
    run.fold([at(1_040)], 5_030);
    const opened = run.incidents().find(({ id }) => id !== final?.id);
    expect(run.incidents().length).toBe(2);
    expect(run.incidents()).toContainEqual(final);
    expect(opened).toMatchObject({ status: 'open', firings: 3 });
    run.fold([], 5_129);
    expect(run.incidents('open').length).toBe(1);
    run.fold([], 5_130);
    expect(run.rows.get(opened?.id ?? '')?.incident['@timestamp']).toBe(isoTime(1_140));
    expect(run.incidents('open')).toEqual([]);
  });

  test('knows after a restart too which firings are late', () => {
    const run = new IncidentRun([login]);
    run.fold([at(1_000)], 900);
    run.fold([], 5_000);
    run.restart(() => [], { watermarkOf: () => 5_000 });
    const late = { ...single(1_000), position: { topic: 'logs', partition: 1, offset: 7, index: 0 } };
    run.fold([firingsOf(login, { now: [late], tail: () => [] })], 5_010);
    expect(run.incidents().length).toBe(2);
  });
});
