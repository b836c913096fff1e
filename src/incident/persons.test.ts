import { describe, expect, test } from 'vitest';
import {
  firingAt,
  firingsOf,
  groupOf,
  IncidentRun,
  personsTime,
  unwindowedRule,
  windowedRule,
} from '../../test/support/incident-run.ts';
import type { Firing } from '../shared/model/firing.ts';
import type { Incident } from '../shared/model/incident.ts';

// What persons do to incidents, between firings: the rule's dedup is 100 ms.

const rule = windowedRule;
const always = Number.NEGATIVE_INFINITY;
const isIncident = (given: Incident | string): Incident => {
  if (typeof given === 'string') throw new Error(`refused: ${given}`);
  return given;
};

interface Life {
  readonly run: IncidentRun;
  readonly id: string;
  /** One firing more, at that time; the watermark stays behind. */
  fire(timeMs: number): readonly { kind: string; incident: Incident }[];
  now(): Incident;
}

/** An incident that has fired once, at 1,000. */
function life(): Life {
  const run = new IncidentRun([rule]);
  const tail: Firing[] = [];
  const fire: Life['fire'] = (timeMs) => {
    const firing = firingAt(timeMs);
    tail.push(firing);
    return run.fold([firingsOf(rule, { now: [firing], tail: () => [...tail] })], always);
  };
  const id = fire(1_000)[0]?.incident.id ?? '';
  return { run, id, fire, now: () => isIncident(run.rows.get(id)?.incident ?? 'gone') };
}

describe('an action', () => {
  test('is a version of its own, and the history says who, when and why', () => {
    const { run, id } = life();
    const acted = isIncident(run.act(id, { kind: 'acknowledge' }, { note: 'looking' }));
    expect(acted).toMatchObject({ version: 2, status: 'acknowledged', reason: 'fired' });
    expect(acted.history.at(-1)).toEqual({
      time: personsTime,
      what: 'acknowledged',
      who: 'alice',
      version: 2,
      note: 'looking',
    });
    expect(run.changes.at(-1)?.kind).toBe('acknowledged');
  });

  test('leaves everything that firings say, and the event time', () => {
    const { run, id, now } = life();
    const before = now();
    run.act(id, { kind: 'note' }, { note: 'x' });
    const { version, history, ...rest } = now();
    expect({ ...rest, version: 1, history: before.history }).toEqual(before);
    expect([version, history.length]).toEqual([2, 2]);
  });

  test('of assigning says from whom to whom', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'assign', assignee: 'bob' });
    expect(run.act(id, { kind: 'assign', assignee: 'bob' })).toBe('already-assigned');
    run.act(id, { kind: 'assign', assignee: null });
    expect(run.act(id, { kind: 'assign', assignee: null })).toBe('already-assigned');
    expect(
      now()
        .history.slice(1)
        .map(({ from, to }) => [from, to]),
    ).toEqual([
      [null, 'bob'],
      ['bob', null],
    ]);
  });

  test('that says nothing is no note', () => {
    const { run, id } = life();
    expect(run.act(id, { kind: 'note' }, { note: ' \n' })).toBe('nothing-said');
  });

  test('cuts what is too long', () => {
    const { run, id } = life();
    const acted = isIncident(
      run.act(id, { kind: 'note' }, { who: 'w'.repeat(1_000), note: 'n'.repeat(9_999) }),
    );
    expect(acted.history.at(-1)?.who).toBe(`${'w'.repeat(100)}…`);
    expect(acted.history.at(-1)?.note).toBe(`${'n'.repeat(2_000)}…`);
  });
});

describe('of two who act on the same version', () => {
  test('the second is told who was faster and with what', () => {
    const { run, id, now } = life();
    run.act(id, { kind: 'assign', assignee: 'bob' }, { version: 1 });
    const row = run.rows.get(id);
    const request = {
      incidentId: id,
      version: 1,
      action: { kind: 'acknowledge' },
      who: 'carol',
      note: '',
    } as const;
    const acted = run.stage.act({ row: row!, request, time: personsTime });
    expect(acted).toMatchObject({
      ok: false,
      failure: {
        reason: 'somebody-was-faster',
        message: `somebody was faster: version 1 is version 2 by now (alice: assigned from nobody to bob at ${personsTime}); look at it again`,
      },
    });
    expect(now().version).toBe(2);
  });

  test('a firing in between is nobody, and changes nothing for them', () => {
    const { run, id, fire, now } = life();
    fire(1_010);
    expect(now().version).toBe(2);
    expect(isIncident(run.act(id, { kind: 'acknowledge' }, { version: 1 })).version).toBe(3);
  });

  test('nobody has seen a version that is not there yet', () => {
    const { run, id } = life();
    expect(run.act(id, { kind: 'acknowledge' }, { version: 2 })).toBe('no-such-version');
  });
});

describe('an acknowledged incident that fires on', () => {
  test('stays acknowledged, and its history does not grow', () => {
    const { run, id, fire, now } = life();
    run.act(id, { kind: 'acknowledge' });
    for (const at of [1_010, 1_020, 1_030]) expect(fire(at)).toMatchObject([{ kind: 'updated' }]);
    expect(now()).toMatchObject({ status: 'acknowledged', version: 5, firings: 4 });
    expect(now().history.length).toBe(2);
  });

  test('is open again once it is more severe, by a person or by its rule', () => {
    const one = life();
    one.run.act(one.id, { kind: 'acknowledge' });
    one.run.act(one.id, { kind: 'severity', severity: 'critical' });
    expect(one.now()).toMatchObject({ status: 'open', severity: 'critical', severitySetBy: 'alice' });
    const other = life();
    other.run.act(other.id, { kind: 'acknowledge' });
    other.run.stage.replaceRules([{ ...rule, severity: 'critical', hash: 'h2' }]);
    expect(other.fire(1_010)).toMatchObject([{ kind: 'severity-changed', incident: { status: 'open' } }]);
    expect(other.now().history.at(-1)).toMatchObject({ who: 'tocsin', from: 'high', to: 'critical' });
  });

  test('resolves when it is quiet, and keeps who had it', () => {
    const { run, id } = life();
    run.act(id, { kind: 'acknowledge' });
    run.act(id, { kind: 'assign', assignee: 'bob' });
    const settled = firingsOf(rule, { change: 'settled', settled: [firingAt(1_000)], tail: () => [] });
    expect(run.fold([settled], 1_100)).toMatchObject([
      { kind: 'resolved', incident: { status: 'resolved', reason: 'quiet', assignee: 'bob', version: 4 } },
    ]);
  });
});

describe('a severity that a person has set', () => {
  test('stays, whatever fires and whatever the rule says', () => {
    const { run, id, fire, now } = life();
    run.act(id, { kind: 'severity', severity: 'low' });
    fire(1_010);
    run.stage.replaceRules([{ ...rule, severity: 'critical', hash: 'h2' }]);
    fire(1_020);
    expect(now()).toMatchObject({ severity: 'low', severitySetBy: 'alice', rule: { hash: 'h2' } });
  });
});

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

describe('a long history', () => {
  test('loses what tocsin did first, then what persons did, never the beginning', () => {
    const { run, id, fire, now } = life();
    run.act(id, { kind: 'note' }, { note: 'first note' });
    for (let round = 0; round < 150; round += 1) {
      run.act(id, { kind: 'resolve' }, { note: `round ${round}` });
      fire(1_010 + round);
    }
    const { history, flaps } = now();
    expect([history.length, flaps]).toEqual([200, 150]);
    expect(history[0]?.what).toBe('opened');
    expect(history.filter(({ what }) => what === 'resolved').length).toBe(150);
    expect(history[1]?.note).toBe('first note');
    for (let round = 0; round < 200; round += 1) run.act(id, { kind: 'note' }, { note: `later ${round}` });
    expect(now().history.length).toBe(200);
    expect(
      now()
        .history.map(({ note }) => note)
        .slice(0, 2),
    ).toEqual([undefined, 'later 1']);
  });
});
