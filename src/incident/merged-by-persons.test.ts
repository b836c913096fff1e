import { describe, expect, test } from 'vitest';
import { isIncident } from '../../test/support/incident-life.ts';
import { firingAt, firingsOf, personsTime } from '../../test/support/incident-run.ts';
import { early, into, now, scan, spray, type Two, two } from '../../test/support/two-incidents.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { Firing } from '../shared/model/firing.ts';

// What becomes of two incidents that a person says are one.

describe('an incident that a person merges into another', () => {
  test('is part of it, and the other has the counts, the evidence and the past of both', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, { kind: 'note' }, { note: 'from the lab', who: 'bob' });
    const part = isIncident(run.act(b, into(a), { note: 'one attack' }));
    expect(part).toMatchObject({
      status: 'merged',
      reason: 'person',
      mergedInto: a,
      version: 4,
      events: 11,
      firings: 2,
    });
    const said = { time: personsTime, who: 'alice', note: 'one attack' };
    expect(part.history.at(-1)).toEqual({ ...said, what: 'merged', version: 4, to: a });
    expect(now(world, a)).toMatchObject({
      status: 'open',
      version: 2,
      firstSeen: isoTime(950),
      lastSeen: isoTime(1_040),
      events: 21,
      firings: 3,
      mergedFrom: [{ id: b, rule: 'password-spray', events: 11, firings: 2, lastSeen: isoTime(1_040) }],
    });
    expect(now(world, a).evidence.map(({ time }) => time)).toEqual([1_000, 1_020, 1_040].map(isoTime));
    expect(now(world, a).history.slice(1, 3)).toEqual([
      { time: personsTime, what: 'noted', who: 'bob', note: 'from the lab', of: b },
      { ...said, what: 'absorbed', version: 2, from: b },
    ]);
    expect(run.changes.slice(-2).map(({ kind }) => kind)).toEqual(['merged', 'absorbed']);
  });

  test('gives the other who has it, and how severe it is', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, { kind: 'assign', assignee: 'bob' });
    run.act(a, { kind: 'acknowledge' });
    run.act(b, into(a));
    // It was acknowledged for what it was.
    expect(now(world, a)).toMatchObject({
      status: 'open',
      assignee: 'bob',
      severity: 'critical',
      severitySetBy: 'alice',
    });
    world.fire('a', 1_050);
    expect(now(world, a)).toMatchObject({ severity: 'critical', events: 22, firings: 4 });
  });

  test('goes on counting in the other, version by version, over a restart too', () => {
    const world = two();
    world.run.act(world.b, into(world.a));
    for (const [index, timeMs] of [1_060, 1_080].entries()) {
      if (index === 1) world.restart();
      expect(world.fire('b', timeMs).map(({ kind, incident }) => [kind, incident.id])).toEqual([
        ['updated', world.b],
        ['updated', world.a],
      ]);
    }
    expect(now(world, world.b)).toMatchObject({ status: 'merged', firings: 4, events: 13 });
    expect(now(world, world.a)).toMatchObject({
      version: 4,
      firings: 5,
      events: 23,
      lastSeen: isoTime(1_080),
    });
    world.fire('a', 1_090);
    expect(now(world, world.a)).toMatchObject({ firings: 6, events: 24, lastSeen: isoTime(1_090) });
  });

  test('keeps the other open until both are quiet', () => {
    const world = two();
    world.run.act(world.b, into(world.a));
    world.fire('b', 1_130);
    expect(world.pass(1_150), 'its own firings are over by now').toEqual([]);
    world.restart();
    expect(world.pass(1_229)).toEqual([]);
    expect(world.pass(1_230)).toMatchObject([
      { kind: 'resolved', incident: { id: world.a, status: 'resolved', reason: 'quiet', firings: 4 } },
    ]);
    expect(now(world, world.b)).toMatchObject({ status: 'merged', mergedInto: world.a });
    expect([...world.run.rows.values()].every(({ fold }) => fold === null)).toBe(true);
    expect(world.fire('b', 1_300)).toMatchObject([{ kind: 'opened' }]);
  });

  test('brings the other back when that was resolved by a person and it fires on', () => {
    const world = two();
    world.run.act(world.b, into(world.a));
    world.run.act(world.a, { kind: 'resolve' });
    expect(world.fire('b', 1_060)).toMatchObject([
      { kind: 'updated', incident: { id: world.b } },
      { kind: 'reopened', incident: { id: world.a, status: 'open', flaps: 1, firings: 4 } },
    ]);
  });

  test('leaves the other when a late event takes its firings away, and comes back by itself', () => {
    const world = two();
    world.run.act(world.b, into(world.a));
    const refold = (tail: Firing[]) =>
      world.run.fold([firingsOf(spray, { change: 'refolded', ip: '198.51.100.9', tail: () => tail })], early);
    expect(refold([])).toMatchObject([
      { kind: 'revised', incident: { id: world.b } },
      { kind: 'updated', incident: { id: world.a, events: 10, firings: 1 } },
    ]);
    expect(now(world, world.a).mergedFrom).toBeUndefined();
    expect(refold([firingAt(1_020)])).toMatchObject([
      { kind: 'reopened', incident: { id: world.b, status: 'open' } },
    ]);
    expect(now(world, world.a)).toMatchObject({ events: 10, firings: 1 });
  });

  test('is stood for by the other, also when the other turns out to be none', () => {
    const world = two();
    world.run.act(world.b, into(world.a));
    const none = firingsOf(scan, { change: 'refolded', tail: () => [] });
    expect(world.run.fold([none], early)).toMatchObject([
      {
        kind: 'updated',
        incident: { id: world.a, status: 'open', events: 11, firings: 2, firstSeen: isoTime(970) },
      },
    ]);
    world.restart();
    expect(world.pass(2_000)).toMatchObject([
      { kind: 'resolved', incident: { id: world.a, reason: 'quiet' } },
    ]);
  });

  test('may have others merged into it before: they count wherever it goes', () => {
    const world = two();
    const c =
      world.run.fold([firingsOf(scan, { now: [firingAt(1_030)], ip: '192.0.2.1' })], early)[0]?.incident.id ??
      '';
    world.run.act(world.b, into(c));
    world.run.act(c, into(world.a));
    expect(now(world, world.a)).toMatchObject({ events: 31, firings: 4 });
    expect(world.fire('b', 1_060).map(({ incident }) => incident.id)).toEqual([world.b, c, world.a]);
    expect(now(world, world.a)).toMatchObject({ events: 32, firings: 5 });
    expect(now(world, c)).toMatchObject({ events: 22, firings: 4 });
  });

  test('counts in one that is over and that a person keeps open, until a person resolves it', () => {
    const world = two();
    world.fire('b', 1_130);
    world.pass(1_110);
    expect(now(world, world.a)).toMatchObject({ status: 'resolved', reason: 'quiet' });
    world.run.act(world.a, { kind: 'reopen' });
    world.run.act(world.b, into(world.a));
    world.restart();
    world.fire('b', 1_140);
    expect(now(world, world.a)).toMatchObject({ status: 'open', events: 23, firings: 5 });
    world.pass(5_000);
    expect(now(world, world.a)).toMatchObject({ status: 'open', events: 23 });
    expect([...world.run.rows.values()].every(({ fold }) => fold === null)).toBe(true);
  });
});

describe('a merge is refused', () => {
  test.each([
    { title: 'into itself', act: (w: Two) => w.run.act(w.a, into(w.a)), why: 'itself' },
    {
      title: 'into one that is not there',
      act: (w: Two) => w.run.act(w.a, into('x')),
      why: 'no-such-incident',
    },
    {
      title: 'into one that is resolved',
      act: (w: Two) => [w.run.act(w.a, { kind: 'resolve' }), w.run.act(w.b, into(w.a))].at(-1),
      why: 'already-resolved',
    },
    {
      title: 'into a part of another',
      act: (w: Two) => [w.run.act(w.b, into(w.a)), w.run.act(w.a, into(w.b))].at(-1),
      why: 'part-of-another',
    },
    {
      title: 'twice',
      act: (w: Two) => [w.run.act(w.b, into(w.a)), w.run.act(w.b, into(w.a))].at(-1),
      why: 'part-of-another',
    },
    {
      title: 'where somebody was faster with the one',
      act: (w: Two) =>
        [w.run.act(w.b, { kind: 'acknowledge' }), w.run.act(w.b, into(w.a), { version: 2 })].at(-1),
      why: 'somebody-was-faster',
    },
    {
      title: 'where somebody was faster with the other',
      act: (w: Two) =>
        [w.run.act(w.a, { kind: 'acknowledge' }), w.run.act(w.b, into(w.a, 1), { who: 'carol' })].at(-1),
      why: 'somebody-was-faster',
    },
  ])('$title', ({ act, why }) => {
    const world = two();
    expect(act(world)).toBe(why);
    expect(now(world, world.a).status).not.toBe('merged');
  });

  test('beyond a hundred, and nothing is lost of those', () => {
    const world = two();
    for (let nth = 0; nth <= 100; nth += 1) {
      const other = firingsOf(scan, { now: [firingAt(1_000)], ip: `192.0.2.${nth}` });
      const id = world.run.fold([other], early)[0]?.incident.id ?? '';
      const done = world.run.act(id, into(world.a));
      expect(typeof done === 'string' ? done : done.status).toBe(nth < 100 ? 'merged' : 'too-many-merged');
    }
    expect(now(world, world.a)).toMatchObject({ firings: 101, events: 1_010 });
  });
});
