import { describe, expect, test } from 'vitest';
import { isIncident, life } from '../../test/support/incident-life.ts';
import { firingAt, firingsOf, personsTime, windowedRule } from '../../test/support/incident-run.ts';

// What persons do to incidents, between firings: the rule's dedup is 100 ms.

const rule = windowedRule;

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

describe('a long history', () => {
  test('loses what tocsin did first, then what persons did, never the beginning nor the last of a kind', () => {
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
        .slice(0, 4),
    ).toEqual([undefined, 'round 149', undefined, 'later 3']);
  });
});
