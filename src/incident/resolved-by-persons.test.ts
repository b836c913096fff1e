import { describe, expect, test } from 'vitest';
import { isIncident, life } from '../../test/support/incident-life.ts';
import {
  firingAt,
  firingsOf,
  groupOf,
  IncidentRun,
  unwindowedRule,
  windowedRule,
} from '../../test/support/incident-run.ts';
import type { Firing } from '../shared/model/firing.ts';

// What becomes of incidents that persons resolved or reopened, and of those that turn out to be part of others: the
// rule's dedup is 100 ms.

const rule = windowedRule;
const always = Number.NEGATIVE_INFINITY;

describe('an incident that a person resolved', () => {
  test('is reopened by a firing within the dedup, and the flap is counted', () => {
    const { run, id, fire, now } = life();
    run.act(id, { kind: 'resolve' }, { note: 'a pentest' });
    expect(now()).toMatchObject({ status: 'resolved', reason: 'person' });
    expect(fire(1_099)).toMatchObject([
      { kind: 'reopened', incident: { status: 'open', reason: 'fired', flaps: 1 } },
    ]);
    run.act(id, { kind: 'resolve' });
    fire(1_150);
    expect(now()).toMatchObject({ status: 'open', flaps: 2, firings: 3 });
  });

  test('stays resolved after a later firing, which opens a new one', () => {
    const { run, id, fire, now } = life();
    run.act(id, { kind: 'resolve' });
    expect(fire(1_100)).toMatchObject([{ kind: 'opened', incident: { version: 1 } }]);
    expect(now()).toMatchObject({ status: 'resolved', reason: 'person', version: 2, flaps: 0 });
  });

  test('leaves memory without a word when it is quiet', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'resolve' });
    const settled = firingsOf(rule, { change: 'settled', settled: [firingAt(1_000)], tail: () => [] });
    expect(run.fold([settled], 1_100)).toEqual([]);
    expect(now()).toMatchObject({ reason: 'person', version: 2 });
    expect([run.rows.get(id)?.fold, run.stage.openGroups]).toEqual([null, 0]);
  });

  test('is reopened by a late event that shows it to have fired more than they saw', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'resolve' });
    const tail = [firingAt(950), firingAt(1_000)];
    const settledFirst = { change: 'refolded', now: [tail[0]!], tail: () => tail } as const;
    run.fold([firingsOf(rule, settledFirst)], always);
    expect(now()).toMatchObject({ status: 'open', flaps: 1, firings: 2 });
  });

  test('stays so where a firing only moved to an earlier time', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'resolve' });
    const moved = firingsOf(rule, { change: 'refolded', now: [firingAt(990)], tail: () => [firingAt(990)] });
    expect(run.fold([moved], always)).toMatchObject([{ kind: 'updated' }]);
    expect(now()).toMatchObject({ status: 'resolved', reason: 'person', flaps: 0 });
  });

  test('is told to have been wrong where a late event takes its firings away', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'resolve' });
    run.fold([firingsOf(rule, { change: 'refolded', now: [], tail: () => [] })], always);
    expect(now()).toMatchObject({ status: 'resolved', reason: 'revised' });
    expect(run.act(id, { kind: 'reopen' })).toBe('never-fired');
    expect(isIncident(run.act(id, { kind: 'note' }, { note: 'good to know' })).reason).toBe('revised');
  });

  test('stays so across a restart where a firing only moves to an earlier time', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'resolve' });
    run.restart(() => [firingAt(1_000)]);
    const moved = firingsOf(rule, { change: 'refolded', now: [firingAt(990)], tail: () => [firingAt(990)] });
    expect(run.fold([moved], always)).toMatchObject([{ kind: 'updated' }]);
    expect(now()).toMatchObject({ status: 'resolved', flaps: 0 });
  });

  test('remembers across a restart how far it had come', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'resolve' });
    const first = firingAt(1_000);
    run.restart((_, key) => (key === groupOf('203.0.113.7').key ? [first] : []));
    expect(run.fold([], always)).toEqual([]);
    const next = firingAt(1_050);
    run.fold([firingsOf(rule, { now: [next], tail: () => [first, next] })], always);
    expect(now()).toMatchObject({ status: 'open', flaps: 1 });
  });
});

describe('an incident that a person reopens', () => {
  test('goes on as before while it is not quiet', () => {
    const { run, id, fire, now } = life();
    run.act(id, { kind: 'resolve' });
    run.act(id, { kind: 'reopen' });
    expect(now()).toMatchObject({ status: 'open', reason: 'person', flaps: 0 });
    fire(1_050);
    expect(now()).toMatchObject({ status: 'open', firings: 2, flaps: 0 });
  });

  test.each([{ restarts: false }, { restarts: true }])(
    'takes no firings once it was quiet, though its id still waits there (restart: $restarts)',
    ({ restarts }) => {
      const refolded = (tail: readonly Firing[], settled: readonly Firing[] = []) =>
        firingsOf(rule, { change: 'refolded', fired: [], settled, tail: () => tail });
      const [early, anchor] = [firingAt(1_200), firingAt(1_350)];
      const run = new IncidentRun([rule]);
      // Opened with a firing that a late event takes away, after others have tied it to an earlier one.
      run.fold([firingsOf(rule, { now: [anchor] })], always);
      run.fold([refolded([early, firingAt(1_275), anchor])], always);
      run.fold([refolded([early])], always);
      const [quiet] = run.fold([refolded([], [early])], 1_300);
      const id = quiet?.incident.id ?? '';
      run.act(id, { kind: 'reopen' });
      if (restarts) run.restart(() => []);
      const [opened] = run.fold([refolded([anchor])], 1_310);
      expect(opened).toMatchObject({ kind: 'opened', incident: { version: 1 } });
      expect(run.rows.get(id)?.incident).toMatchObject({ status: 'open', reason: 'person', firings: 1 });
    },
  );

  test('stays open after it has been quiet, until a person resolves it; what fires then is another', () => {
    const login = unwindowedRule();
    const run = new IncidentRun([login]);
    const [opened] = run.fold([firingsOf(login, { now: [firingAt(1_000)] })], always);
    const id = opened?.incident.id ?? '';
    run.fold([], 1_100);
    expect(run.rows.get(id)?.fold).toBeNull();
    run.act(id, { kind: 'reopen' });
    run.restart(() => []);
    expect(run.fold([firingsOf(login, { now: [firingAt(2_000)] })], 1_950)).toMatchObject([
      { kind: 'opened' },
    ]);
    run.fold([], 9_000);
    expect(run.rows.get(id)?.incident).toMatchObject({ status: 'open', reason: 'person' });
    expect(isIncident(run.act(id, { kind: 'resolve' })).status).toBe('resolved');
  });
});

describe('an incident that turns out to be part of another', () => {
  const early = firingAt(1_000);
  const between = firingAt(1_090);
  const late = firingAt(1_180);

  /** Two incidents, and how to make them one. */
  function two() {
    const run = new IncidentRun([rule]);
    const opened = run.fold([firingsOf(rule, { now: [early, late] })], always);
    const [first, second] = opened.map(({ incident }) => incident.id);
    const join = () =>
      run.fold(
        [firingsOf(rule, { change: 'refolded', now: [between], tail: () => [early, between, late] })],
        always,
      );
    return { run, first: first ?? '', second: second ?? '', join };
  }

  test('leaves its assignee to that one where it has none, and keeps its notes', () => {
    const { run, first, second, join } = two();
    run.act(second, { kind: 'assign', assignee: 'bob' });
    run.act(second, { kind: 'note' }, { note: 'seen' });
    join();
    const heir = run.rows.get(first)?.incident;
    expect(heir).toMatchObject({ assignee: 'bob', firings: 3 });
    expect(heir?.history.at(-1)).toMatchObject({
      who: 'tocsin',
      what: 'assigned',
      note: `from ${second}, which is part of it`,
    });
    expect(run.rows.get(second)?.incident).toMatchObject({
      status: 'merged',
      mergedInto: first,
      assignee: 'bob',
    });
    expect(run.rows.get(second)?.incident.history.map(({ what }) => what)).toContain('noted');
    expect(run.act(second, { kind: 'note' }, { note: 'too late' })).toBe('part-of-another');
  });

  test('does not take the assignee of that one away', () => {
    const { run, first, second, join } = two();
    run.act(first, { kind: 'assign', assignee: 'carol' });
    run.act(second, { kind: 'assign', assignee: 'bob' });
    join();
    expect(run.rows.get(first)?.incident.assignee).toBe('carol');
  });

  test('raises that one to the severity a person gave it, and opens it again if it was acknowledged', () => {
    const { run, first, second, join } = two();
    run.act(first, { kind: 'acknowledge' });
    run.act(second, { kind: 'severity', severity: 'critical' });
    join();
    expect(run.rows.get(first)?.incident).toMatchObject({
      severity: 'critical',
      severitySetBy: 'alice',
      status: 'open',
    });
  });

  test('reopens that one where a person had resolved it: it fired more than they saw', () => {
    const { run, first, join } = two();
    run.act(first, { kind: 'resolve' });
    join();
    expect(run.rows.get(first)?.incident).toMatchObject({ status: 'open', flaps: 1, firings: 3 });
  });
});
