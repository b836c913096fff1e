import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServedIncident } from '../support/served-incident.ts';
import { eventually } from '../support/tocsin-process.ts';

let served: ServedIncident;
beforeEach(() => {
  served = new ServedIncident();
});
afterEach(() => served.remove());

describe('an incident that persons work on', () => {
  test('goes from hand to hand, across kills, and everybody hears of each step', async () => {
    const id = await served.open();

    const acked = await served.ask('ack', id.slice(0, 8), '--note', 'on it', '--who', 'alice', '--json');
    expect(acked).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(acked.out)).toMatchObject({ id, status: 'acknowledged', version: 2 });
    expect(await served.ask('assign', id, '--to', 'bob', '--who', 'alice')).toMatchObject({
      code: 0,
    });
    expect(await served.ask('note', id, 'a scanner?', '--who', 'bob')).toMatchObject({ code: 0 });

    await served.attack(1);
    await eventually(() => served.now().firings === 2);
    expect(served.now()).toMatchObject({ status: 'acknowledged', assignee: 'bob', version: 5 });

    await served.end('SIGKILL');
    const alone = await served.ask('resolve', id, '--note', 'a pentest', '--who', 'bob');
    expect(alone).toMatchObject({
      code: 0,
      out: expect.stringMatching(/resolved, version 6 {2}Failures of jo/),
    });
    await served.start();
    await served.attack(1);
    await eventually(() => served.now().status === 'open');
    expect(served.now()).toMatchObject({ flaps: 1, firings: 3, assignee: 'bob', version: 7 });

    // A kill may have come between publishing and noting that: then a version comes again, the same.
    const topic = [
      ...new Map((await served.published(7)).map((one) => [one.incident.version, one])).values(),
    ];
    expect(topic.map(({ kind, incident }) => [incident.version, kind])).toEqual([
      [1, 'opened'],
      [2, 'acknowledged'],
      [3, 'assigned'],
      [4, 'noted'],
      [5, 'updated'],
      [6, 'resolved'],
      [7, 'reopened'],
    ]);
    expect(topic.at(-1)?.incident).toEqual(served.now());
    expect(served.now().history.map(({ who, what, note }) => [who, what, note ?? ''])).toEqual([
      ['tocsin', 'opened', ''],
      ['alice', 'acknowledged', 'on it'],
      ['alice', 'assigned', ''],
      ['bob', 'noted', 'a scanner?'],
      ['bob', 'resolved', 'a pentest'],
      ['tocsin', 'reopened', ''],
    ]);
    const { out } = await served.incidents('show', id);
    expect(out).toMatch(/v6 +bob +resolved: a pentest/);
    expect(out).toMatch(/^about +Somebody fails again and again\.$/m);
  });

  test('hears two who act on one version once: the other is told who was faster', async () => {
    const id = await served.open();
    const both = await Promise.all([
      served.ask('severity', id, 'critical', '--version', '1', '--who', 'alice'),
      served.ask('assign', id, '--to', 'bob', '--version', '1', '--who', 'bob'),
    ]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    const [winner, loser] = both[0].code === 0 ? ['alice', both[1]] : ['bob', both[0]];
    expect(loser.err).toMatch(
      new RegExp(`^${id.slice(0, 12)}: somebody was faster: version 1 is version 2 by now \\(${winner}: `),
    );
    expect(served.now().version).toBe(2);
  });

  test('is touched once by what was asked for before a kill', async () => {
    const id = await served.open();
    await served.end('SIGKILL');
    const store = served.beside();
    const request = { incidentId: id, version: null, action: { kind: 'note' }, who: 'bob' } as const;
    const ids = store.actions.ask(
      [
        { ...request, note: 'one' },
        { ...request, note: 'two' },
      ],
      Date.now(),
    );
    await served.start();
    await eventually(() => store.actions.answers(ids ?? []).size === 2);
    await served.end('SIGKILL');
    await served.start();
    expect(await served.ask('note', id, 'three', '--who', 'bob')).toMatchObject({ code: 0 });
    store.close();
    expect(served.now().history.map(({ note }) => note)).toEqual([undefined, 'one', 'two', 'three']);
    expect(served.now().version).toBe(4);
  });
});

describe('two incidents that a person merges while no service runs', () => {
  test('are one from then on, across kills: what either fires counts once, version by version', async () => {
    const jo = await served.open();
    await served.attack(3, 'mo');
    await eventually(() => served.of('mo') !== undefined);
    const mo = served.of('mo')?.id ?? '';
    await served.end('SIGKILL');
    const merged = await served.ask(
      'merge',
      mo.slice(0, 8),
      '--into',
      jo.slice(0, 8),
      '--note',
      'one',
      '--json',
    );
    expect(merged.code).toBe(0);
    expect(
      merged.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { id: mo, status: 'merged', reason: 'person', mergedInto: jo, version: 2 },
      { id: jo, status: 'open', version: 2, events: 6, firings: 2, mergedFrom: [{ id: mo, events: 3 }] },
    ]);
    for (const [round, user] of ['mo', 'jo', 'mo'].entries()) {
      await served.start();
      await served.attack(1, user);
      await eventually(() => served.of('jo')?.firings === 3 + round);
      await served.end('SIGKILL');
    }
    expect(served.of('jo')).toMatchObject({ status: 'open', version: 5, events: 9, firings: 5 });
    expect(served.of('mo')).toMatchObject({ status: 'merged', version: 4, events: 5, firings: 3 });
    expect(await served.ask('merge', mo, '--into', jo)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/part of/),
    });
    await served.start();
    const versions = (await served.published(5)).filter(({ incident }) => incident.id === jo);
    const kinds = new Map(versions.map(({ kind, incident }) => [incident.version, kind]));
    expect([...kinds]).toEqual([
      [1, 'opened'],
      [2, 'absorbed'],
      [3, 'updated'],
      [4, 'updated'],
      [5, 'updated'],
    ]);
    expect((await served.incidents('show', jo)).out).toMatch(
      /merged into it\n .*three-failures {2}5 events, 3 firings/,
    );
    const apart = await served.ask('unmerge', mo.slice(0, 8), '--note', 'two', '--json');
    expect(
      apart.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { id: mo, status: 'open', reason: 'person', mergedInto: null, version: 5, events: 5, firings: 3 },
      { id: jo, status: 'open', version: 6, events: 4, firings: 2 },
    ]);
    await served.attack(1, 'mo');
    await eventually(() => served.of('mo')?.version === 6);
    expect(served.of('jo')).toMatchObject({ version: 6, events: 4, firings: 2 });
    expect(await served.ask('unmerge', mo)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/part of no other/),
    });
    expect((await served.incidents('show', jo)).out).toMatch(new RegExp(`released ${mo}: two`));
  });
});

describe('persons who ask while the service is killed again and again', () => {
  test('have each wish done once, in the order of asking', async () => {
    const id = await served.open();
    const store = served.beside();
    const asked: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const wishes = Array.from({ length: 15 }, (_, nth) => ({
        incidentId: id,
        version: null,
        action: { kind: 'note' } as const,
        who: 'bob',
        note: String(asked.length + nth),
      }));
      asked.push(...(store.actions.ask(wishes, Date.now()) ?? []));
      // Some of them are answered, and some, as a rule, are not.
      await eventually(() => store.actions.answers(asked).size > asked.length - 15);
      await served.end('SIGKILL');
      await served.start();
    }
    await eventually(() => store.actions.answers(asked).size === asked.length);
    store.close();
    const notes = served.now().history.filter(({ what }) => what === 'noted');
    expect(notes.map(({ note }) => note)).toEqual(asked.map((_, nth) => String(nth)));
    expect(served.now().version).toBe(1 + asked.length);
    // What was published may come twice after a kill, and never out of order.
    const versions = (await served.published(served.now().version)).map(({ incident }) => incident.version);
    expect([...new Set(versions)]).toEqual(Array.from({ length: served.now().version }, (_, nth) => nth + 1));
  });
});
