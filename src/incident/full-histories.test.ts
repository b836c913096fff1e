import { describe, expect, test } from 'vitest';
import { isIncident } from '../../test/support/incident-life.ts';
import { into, now, outOf, type Two, two } from '../../test/support/two-incidents.ts';

// An incident leaves another as it stood before, by its history, however many steps that has had.

describe('an incident whose history is full', () => {
  /** More than a history keeps. */
  const noted = ({ run, b }: Two): void => {
    for (let nth = 0; nth < 210; nth += 1) run.act(b, { kind: 'note' }, { note: `note ${nth}` });
  };
  const again = (world: Two): string => {
    const { run, a, b } = world;
    run.act(b, into(a));
    const { status, reason } = isIncident(run.act(b, outOf(a)));
    return `${status} ${reason}`;
  };

  test.each<{ title: string; before: (world: Two) => void; is: string }>([
    {
      title: 'resolved by a person and fired on, is open',
      before: (world) => {
        noted(world);
        world.run.act(world.b, { kind: 'resolve' });
        world.fire('b', 1_060);
        world.run.act(world.b, { kind: 'note' }, { note: 'again' });
      },
      is: 'open person',
    },
    {
      title: 'resolved by a person, is resolved',
      before: (world) => {
        world.run.act(world.b, { kind: 'resolve' });
        noted(world);
      },
      is: 'resolved person',
    },
    {
      title: 'acknowledged, is acknowledged',
      before: (world) => {
        world.run.act(world.b, { kind: 'acknowledge' });
        noted(world);
      },
      is: 'acknowledged person',
    },
    {
      title: 'acknowledged, raised and lowered again, is open',
      before: (world) => {
        world.run.act(world.b, { kind: 'severity', severity: 'low' });
        world.run.act(world.b, { kind: 'acknowledge' });
        world.run.act(world.b, { kind: 'severity', severity: 'high' });
        world.run.act(world.b, { kind: 'severity', severity: 'medium' });
        noted(world);
      },
      is: 'open person',
    },
    {
      title: 'fired on while it was part of another, is open a second time, too',
      before: (world) => {
        const { run, a, b } = world;
        noted(world);
        run.act(b, { kind: 'resolve' });
        run.act(b, into(a));
        world.fire('b', 1_060);
        expect(run.act(b, outOf(a))).toMatchObject({ status: 'open' });
        noted(world);
      },
      is: 'open person',
    },
    {
      title: 'opened again by a person after it was quiet, is open',
      before: (world) => {
        world.pass(1_500);
        for (const id of [world.a, world.b]) world.run.act(id, { kind: 'reopen' });
        noted(world);
      },
      is: 'open person',
    },
  ])('that was $title', ({ before, is }) => {
    const world = two();
    before(world);
    expect(now(world, world.b).history).toHaveLength(200);
    expect(again(world)).toBe(is);
  });
});
