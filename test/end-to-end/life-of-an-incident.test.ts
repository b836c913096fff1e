import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBus } from '../../src/bus/open-bus.ts';
import { SystemClock } from '../../src/runtime/system-clock.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { CollectingConsumer } from '../support/collecting-consumer.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { eventually, type Finished, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

/** Some twenty processes, one after the other, on a machine that may be busy. */
const limitMs = 300_000;

const rule = {
  id: 'three-failures',
  title: 'Failures of {{ user }}',
  severity: 'medium',
  conditions: { all: [{ fact: 'outcome', operator: 'equal', value: 'failure' }] },
  groupBy: ['user'],
  window: { type: 'event_count', timespan: '1h', condition: { gte: 3 } },
  dedup: '2h',
};

let folder: string;
let service: TocsinProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-life-'));
  const config = {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: ['rule.json'],
    web: { listen: 'off' },
    sources: [{ name: 'auth', topics: ['logs.auth'], time: { field: 'time', format: 'iso8601' } }],
  };
  writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
  writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
});
afterEach(async () => {
  await service.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const tocsin = (args: readonly string[], input?: string): Promise<Finished> =>
  runTocsin(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

const incidents = (...args: string[]): Promise<Finished> => tocsin(['incidents', ...args]);

const start = async (): Promise<void> => {
  service = new TocsinProcess(['run'], { cwd: folder });
  await service.says(/rules loaded/);
};

/** Failures of a user within the last minutes: each after the third is a firing more. */
const attack = (count: number): Promise<Finished> => {
  const nowMs = Date.now();
  const events = Array.from({ length: count }, (_, nth) =>
    JSON.stringify({ time: new Date(nowMs - count + nth).toISOString(), outcome: 'failure', user: 'jo' }),
  );
  return tocsin(['ingest', '--topic', 'logs.auth'], events.join('\n'));
};

/** The one incident, as the state has it. */
function now(): Incident | undefined {
  const store = openSqliteStore({ file: join(folder, 'state.db'), readOnly: true });
  try {
    return store.incidents({ limit: 10 })[0];
  } finally {
    store.close();
  }
}

const known = (): Incident => {
  const incident = now();
  if (incident === undefined) throw new Error('no incident');
  return incident;
};

/** Every version on the incidents topic, up to that one: its kind, and the incident. */
async function published(last: number): Promise<{ type: string; incident: Incident }[]> {
  const bus = openBus(
    { kind: 'embedded', file: join(folder, 'log.db') },
    { log: new RecordingLog(), clock: new SystemClock() },
  );
  const source = bus.source(['tocsin.incidents']);
  const consumer = new CollectingConsumer();
  const read = () =>
    consumer.batches
      .flatMap(({ records }) => records)
      .map(({ headers, value }) => ({
        type: Buffer.from(headers.find(([name]) => name === 'ce_type')?.[1] ?? []).toString(),
        incident: JSON.parse(Buffer.from(value ?? []).toString()) as Incident,
      }));
  const running = source.run(consumer);
  await consumer.until(() => read().some(({ incident }) => incident.version >= last));
  await source.stop();
  await running;
  await bus.close();
  return read();
}

describe('an incident that persons work on', () => {
  test(
    'goes from hand to hand, across kills, and everybody hears of each step',
    async () => {
      await start();
      await attack(3);
      await eventually(() => now() !== undefined);
      const { id } = known();

      const acked = await incidents('ack', id.slice(0, 8), '--note', 'on it', '--who', 'alice', '--json');
      expect(acked).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(acked.out)).toMatchObject({ id, status: 'acknowledged', version: 2 });
      expect(await incidents('assign', id, '--to', 'bob', '--who', 'alice')).toMatchObject({ code: 0 });
      expect(await incidents('note', id, 'a scanner?', '--who', 'bob')).toMatchObject({ code: 0 });

      await attack(1);
      await eventually(() => known().firings === 2);
      expect(known()).toMatchObject({ status: 'acknowledged', assignee: 'bob', version: 5 });

      await service.end('SIGKILL');
      const alone = await incidents('resolve', id, '--note', 'a pentest', '--who', 'bob');
      expect(alone).toMatchObject({
        code: 0,
        out: expect.stringMatching(/resolved, version 6 {2}Failures of jo/),
      });
      await start();
      await attack(1);
      await eventually(() => known().status === 'open');
      expect(known()).toMatchObject({ flaps: 1, firings: 3, assignee: 'bob', version: 7 });

      // A kill may have come between publishing and noting that: then a version comes again, the same.
      const topic = [...new Map((await published(7)).map((one) => [one.incident.version, one])).values()];
      expect(topic.map(({ type, incident }) => [incident.version, type.split('.')[2]])).toEqual([
        [1, 'opened'],
        [2, 'acknowledged'],
        [3, 'assigned'],
        [4, 'noted'],
        [5, 'updated'],
        [6, 'resolved'],
        [7, 'reopened'],
      ]);
      expect(topic.at(-1)?.incident).toEqual(known());
      expect(known().history.map(({ who, what, note }) => [who, what, note ?? ''])).toEqual([
        ['tocsin', 'opened', ''],
        ['alice', 'acknowledged', 'on it'],
        ['alice', 'assigned', ''],
        ['bob', 'noted', 'a scanner?'],
        ['bob', 'resolved', 'a pentest'],
        ['tocsin', 'reopened', ''],
      ]);
      const { out } = await incidents('show', id);
      expect(out).toMatch(/v6 +bob +resolved: a pentest/);
    },
    limitMs,
  );

  test(
    'hears two who act on one version once: the other is told who was faster',
    async () => {
      await start();
      await attack(3);
      await eventually(() => now() !== undefined);
      const { id } = known();
      const both = await Promise.all([
        incidents('severity', id, 'critical', '--version', '1', '--who', 'alice'),
        incidents('assign', id, '--to', 'bob', '--version', '1', '--who', 'bob'),
      ]);
      expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
      const [winner, loser] = both[0].code === 0 ? ['alice', both[1]] : ['bob', both[0]];
      expect(loser.err).toMatch(
        new RegExp(`^${id.slice(0, 12)}: somebody was faster: version 1 is version 2 by now \\(${winner}: `),
      );
      expect(known().version).toBe(2);
    },
    limitMs,
  );

  test(
    'is touched once by what was asked for before a kill',
    async () => {
      await start();
      await attack(3);
      await eventually(() => now() !== undefined);
      const { id } = known();
      await service.end('SIGKILL');
      const store = openSqliteStore({ file: join(folder, 'state.db'), beside: true });
      const request = { incidentId: id, version: null, action: { kind: 'note' }, who: 'bob' } as const;
      const ids = store.actions.ask(
        [
          { ...request, note: 'one' },
          { ...request, note: 'two' },
        ],
        Date.now(),
      );
      await start();
      await eventually(() => store.actions.answers(ids ?? []).size === 2);
      await service.end('SIGKILL');
      await start();
      expect(await incidents('note', id, 'three', '--who', 'bob')).toMatchObject({ code: 0 });
      store.close();
      expect(known().history.map(({ note }) => note)).toEqual([undefined, 'one', 'two', 'three']);
      expect(known().version).toBe(4);
    },
    limitMs,
  );
});

describe('persons who ask while the service is killed again and again', () => {
  test(
    'have each wish done once, in the order of asking',
    async () => {
      await start();
      await attack(3);
      await eventually(() => now() !== undefined);
      const { id } = known();
      const store = openSqliteStore({ file: join(folder, 'state.db'), beside: true });
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
        await service.end('SIGKILL');
        await start();
      }
      await eventually(() => store.actions.answers(asked).size === asked.length);
      store.close();
      const notes = known().history.filter(({ what }) => what === 'noted');
      expect(notes.map(({ note }) => note)).toEqual(asked.map((_, nth) => String(nth)));
      expect(known().version).toBe(1 + asked.length);
      // What was published may come twice after a kill, and never out of order.
      const versions = (await published(known().version)).map(({ incident }) => incident.version);
      expect([...new Set(versions)]).toEqual(Array.from({ length: known().version }, (_, nth) => nth + 1));
    },
    limitMs,
  );
});

describe('a command that works on incidents', () => {
  test(
    'says that its wish is queued where a service does not answer, which does it once it can',
    async () => {
      await start();
      await attack(3);
      await eventually(() => now() !== undefined);
      const { id } = known();
      service.signal('SIGSTOP');
      const queued = await incidents('ack', id, '--json');
      expect(queued).toMatchObject({ code: 3, err: '' });
      expect(JSON.parse(queued.out)).toMatchObject({ id, refused: 'queued' });
      service.signal('SIGCONT');
      await eventually(() => known().status === 'acknowledged');
    },
    limitMs,
  );

  test(
    'says what it needs, and why not',
    async () => {
      await start();
      await attack(3);
      await eventually(() => now() !== undefined);
      const { id } = known();
      await service.end();
      const refused = await incidents('reopen', id, 'nobody', '--json');
      expect(refused.code).toBe(1);
      expect(
        refused.out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).refused),
      ).toEqual(['no-such-incident', 'already-open']);
      for (const wrong of [
        ['assign', id],
        ['assign', id, '--to', 'bob', '--nobody'],
        ['assign', id, '--to', 'tocsin'],
        ['note', id],
        ['severity', id, 'severe'],
        ['ack', id, 'nobody', '--version', '3'],
        ['ack', id, '--who', ' '],
      ])
        expect([wrong, (await incidents(...wrong)).code]).toEqual([wrong, 2]);
      expect(known().version).toBe(1);
      const listed = await incidents(
        'list',
        '--nobody',
        '--severity',
        'medium',
        '--since',
        '1h',
        '--no-shadow',
        '--json',
      );
      expect(JSON.parse(listed.out)).toMatchObject({ id });
      expect(await incidents('list', '--assignee', 'bob')).toMatchObject({ out: '', err: 'no incidents\n' });
    },
    limitMs,
  );
});
