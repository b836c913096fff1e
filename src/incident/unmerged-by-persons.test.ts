import { describe, expect, test } from 'vitest';
import { isIncident } from '../../test/support/incident-life.ts';
import { firingAt, firingsOf, personsTime } from '../../test/support/incident-run.ts';
import { early, into, now, outOf, scan, type Two, two } from '../../test/support/two-incidents.ts';
import { isoTime } from '../shared/iso-time.ts';

// What becomes of two incidents that a person said are one, and that turn out to be two.

const kindsOf = ({ run }: Two, count: number): string[] => run.changes.slice(-count).map(({ kind }) => kind);

describe('an incident that a person takes out of another again', () => {
  test('stands alone, both with what they fired meanwhile, and both say who, when and why', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, into(a));
    world.fire('b', 1_060);
    world.fire('a', 1_070);
    world.restart();
    const part = isIncident(run.act(b, outOf(a), { note: 'two after all', who: 'bob' }));
    const said = { time: personsTime, who: 'bob', note: 'two after all' };
    expect(part).toMatchObject({ status: 'open', reason: 'person', mergedInto: null, version: 5 });
    expect(part).toMatchObject({ events: 12, firings: 3, lastSeen: isoTime(1_060) });
    expect(part.history.at(-1)).toEqual({ ...said, what: 'unmerged', version: 5, from: a });
    expect(now(world, a)).toMatchObject({
      status: 'open',
      version: 5,
      events: 11,
      firings: 2,
      firstSeen: isoTime(950),
      lastSeen: isoTime(1_070),
      '@timestamp': isoTime(1_070),
    });
    expect(now(world, a).mergedFrom).toBeUndefined();
    expect(now(world, a).evidence.map(({ time }) => time)).toEqual([1_000, 1_070].map(isoTime));
    expect(now(world, a).history.filter(({ what }) => what === 'released')).toEqual([
      { ...said, what: 'released', version: 5, from: b },
    ]);
    expect(kindsOf(world, 2)).toEqual(['unmerged', 'released']);
    world.restart();
    expect(world.fire('b', 1_080)).toMatchObject([{ kind: 'updated', incident: { id: b, firings: 4 } }]);
    expect(world.fire('a', 1_090)).toMatchObject([{ kind: 'updated', incident: { id: a, firings: 3 } }]);
    expect(run.act(b, into(a))).toMatchObject({ status: 'merged' });
    expect(now(world, a)).toMatchObject({ firings: 7 });
  });

  test('takes along what the other had from it, unless somebody has changed that', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, { kind: 'assign', assignee: 'bob' });
    run.act(b, into(a));
    expect(now(world, a)).toMatchObject({ assignee: 'bob', severity: 'critical', severitySetBy: 'alice' });
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ assignee: null, severity: 'high', severitySetBy: null });
    expect(now(world, b)).toMatchObject({ assignee: 'bob', severity: 'critical' });
    run.act(b, into(a));
    run.act(a, { kind: 'assign', assignee: 'carol' });
    run.act(a, { kind: 'severity', severity: 'low' });
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ assignee: 'carol', severity: 'low', severitySetBy: 'alice' });
  });

  test('lowers the other again though it was resolved before: that is in the history of both', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, { kind: 'resolve' });
    run.act(b, into(a));
    expect(now(world, a)).toMatchObject({ status: 'open', severity: 'critical' });
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ status: 'open', severity: 'high', severitySetBy: null });
    run.act(b, into(a));
    run.act(a, { kind: 'resolve' });
    run.act(b, outOf(a));
    expect(now(world, a), 'resolved, it keeps it').toMatchObject({
      status: 'resolved',
      severity: 'critical',
    });
  });

  test('takes along what the other had from it also where a third, which that was part of once, has told it again', () => {
    const world = two();
    const { run, a, b } = world;
    const third = firingsOf(scan, { now: [firingAt(1_030)], ip: '192.0.2.1' });
    const c = run.fold([third], early)[0]?.incident.id ?? '';
    run.act(b, into(a));
    run.act(a, into(c));
    run.act(a, outOf(c));
    run.act(c, into(a));
    expect(now(world, a).history.filter(({ what, from }) => what === 'absorbed' && from === b)).toHaveLength(
      2,
    );
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ severity: 'high', severitySetBy: null });
  });

  test('is acknowledged where it was', () => {
    const world = two();
    world.run.act(world.b, { kind: 'acknowledge' });
    world.run.act(world.b, into(world.a));
    expect(world.run.act(world.b, outOf(world.a))).toMatchObject({ status: 'acknowledged' });
  });

  test.each([
    {
      title: 'stays resolved where a person had resolved it',
      firesAgain: false,
      status: 'resolved',
      flaps: 0,
    },
    { title: 'is open where it has fired again since', firesAgain: true, status: 'open', flaps: 1 },
  ])('$title', ({ firesAgain, status, flaps }) => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, { kind: 'resolve' });
    run.act(b, into(a));
    if (firesAgain) world.fire('b', 1_060);
    world.restart();
    expect(run.act(b, outOf(a))).toMatchObject({ status, flaps });
    expect(world.fire('b', 1_080)).toMatchObject([{ incident: { id: b, status: 'open', flaps: 1 } }]);
  });

  test('is over where it was quiet meanwhile, at the time when it was', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, into(a));
    world.fire('a', 1_090);
    world.pass(1_145);
    expect(run.rows.get(b)?.fold).toBeNull();
    expect(run.act(b, outOf(a))).toMatchObject({
      status: 'resolved',
      reason: 'quiet',
      '@timestamp': isoTime(1_140),
    });
    expect(now(world, a)).toMatchObject({ status: 'open', firings: 2 });
  });

  test('leaves the other to its own quiet', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, into(a));
    world.fire('b', 1_130);
    expect(world.pass(1_150)).toEqual([]);
    run.act(b, outOf(a));
    world.restart();
    expect(world.pass(1_160)).toMatchObject([
      { kind: 'resolved', incident: { id: a, reason: 'quiet', '@timestamp': isoTime(1_100), firings: 1 } },
    ]);
    expect(world.pass(1_230)).toMatchObject([
      { kind: 'resolved', incident: { id: b, reason: 'quiet', firings: 3 } },
    ]);
    expect([...run.rows.values()].every(({ fold }) => fold === null)).toBe(true);
  });

  test('is what it would be also when all is over: each has what was its own, to the last event', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, into(a));
    world.fire('b', 1_060);
    world.pass(5_000);
    expect(now(world, a)).toMatchObject({ status: 'resolved', events: 22, firings: 4 });
    const whole = run.rows.get(a)?.whole ?? '';
    expect(isIncident(run.act(b, outOf(a)))).toMatchObject({
      status: 'resolved',
      reason: 'quiet',
      mergedInto: null,
      firings: 3,
      '@timestamp': isoTime(1_160),
    });
    expect(now(world, a)).toMatchObject({ status: 'resolved', events: 10, firings: 1, peak: 10 });
    expect(now(world, a).evidence.map(({ time }) => time)).toEqual([1_000].map(isoTime));
    expect(now(world, a).mergedFrom).toBeUndefined();
    expect([...run.rows.values()].map(({ fold }) => fold)).toEqual([null, null]);
    expect(run.rows.get(a)?.whole, 'nothing is kept of what is gone').toBeNull();
    run.act(a, { kind: 'reopen' });
    expect(run.act(b, into(a))).toMatchObject({ status: 'merged' });
    expect(now(world, a)).toMatchObject({ status: 'open', events: 22, firings: 4 });
    expect(JSON.parse(run.rows.get(a)?.whole ?? '').own).toEqual(JSON.parse(whole).own);
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ status: 'open', events: 10, firings: 1 });
  });

  test('stands where a person had opened it again when it was over, also where no quiet had resolved it', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, { kind: 'resolve' });
    world.pass(1_050);
    world.fire('a', 1_060);
    world.pass(1_145);
    expect(run.rows.get(b)?.fold, 'over, without a word').toBeNull();
    run.act(b, { kind: 'reopen' });
    run.act(b, into(a));
    world.restart();
    expect(run.act(b, outOf(a))).toMatchObject({ status: 'open', reason: 'person' });
    run.act(b, into(a));
    world.pass(5_000);
    expect(JSON.stringify(now(world, a).mergedFrom)).not.toContain('stands');
    expect(run.act(b, outOf(a))).toMatchObject({ status: 'open', reason: 'person' });
  });

  test('is what it would be also out of one that was over, and waited again for another', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, into(a));
    world.pass(5_000);
    run.act(a, { kind: 'reopen' });
    const c = world.fire('b', 6_000)[0]?.incident.id ?? '';
    run.act(c, into(a));
    expect(run.rows.get(a)?.whole, 'it is not final any more').toBeNull();
    world.restart();
    expect(now(world, a).mergedFrom?.map(({ id }) => id)).toEqual([b, c]);
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ status: 'open', firings: 2, mergedFrom: [{ id: c }] });
    world.pass(9_000);
    run.act(c, outOf(a));
    expect(now(world, a)).toMatchObject({ status: 'open', events: 10, firings: 1 });
  });

  test('leaves nothing where a late event took the firings of the other away', () => {
    const world = two();
    const { run, a, b } = world;
    run.act(b, into(a));
    run.fold([firingsOf(scan, { change: 'refolded', tail: () => [] })], early);
    run.act(b, outOf(a));
    expect(now(world, a)).toMatchObject({ status: 'resolved', reason: 'revised' });
    expect(now(world, a).mergedFrom).toBeUndefined();
    expect(now(world, b)).toMatchObject({ status: 'open', events: 11 });
  });

  test('keeps what is part of it', () => {
    const world = two();
    const { run, a, b } = world;
    const c =
      run.fold([firingsOf(scan, { now: [firingAt(1_030)], ip: '192.0.2.1' })], early)[0]?.incident.id ?? '';
    run.act(b, into(c));
    run.act(c, into(a));
    expect(run.act(b, outOf(c)), 'from the outermost inwards').toBe('part-of-another');
    run.act(c, outOf(a));
    expect(now(world, a)).toMatchObject({ events: 10, firings: 1 });
    expect(now(world, c)).toMatchObject({ events: 21, firings: 3, mergedFrom: [{ id: b }] });
    expect(world.fire('b', 1_060).map(({ incident }) => incident.id)).toEqual([b, c]);
    run.act(b, outOf(c));
    expect(now(world, c)).toMatchObject({ events: 10, firings: 1 });
  });
});

describe('taking a merge back is refused', () => {
  test.each([
    { title: 'where there was none', act: ({ run, a, b }: Two) => run.act(b, outOf(a)), why: 'not-merged' },
    {
      title: 'out of one that it is no part of',
      act: ({ run, a, b }: Two) => [run.act(b, into(a)), run.act(b, outOf(b))].at(-1),
      why: 'part-of-another',
    },
    {
      title: 'twice',
      act: ({ run, a, b }: Two) => [run.act(b, into(a)), run.act(b, outOf(a)), run.act(b, outOf(a))].at(-1),
      why: 'not-merged',
    },
    {
      title: 'where somebody was faster with the other',
      act: ({ run, a, b }: Two) =>
        [
          run.act(b, into(a)),
          run.act(a, { kind: 'acknowledge' }),
          run.act(b, outOf(a, 2), { who: 'carol' }),
        ].at(-1),
      why: 'somebody-was-faster',
    },
    {
      title: 'where somebody was faster with the one',
      act: ({ run, a, b }: Two) =>
        [run.act(b, into(a)), run.act(b, outOf(a)), run.act(b, outOf(a), { version: 3 })].at(-1),
      why: 'somebody-was-faster',
    },
    {
      title: 'where both were over before what was its own was kept apart',
      act: (w: Two) => {
        w.run.act(w.b, into(w.a));
        w.pass(5_000);
        for (const [id, { whole: _, ...row }] of w.run.rows) w.run.rows.set(id, row);
        return w.run.act(w.b, outOf(w.a));
      },
      why: 'over-together',
    },
  ])('$title', ({ act, why }) => {
    expect(act(two())).toBe(why);
  });
});
