import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { logRecord, sourceConfig } from '../../test/support/log-record.ts';
import { sampleRule } from '../../test/support/sample-rule.ts';
import { compileDecoder } from '../consume/decode-record.ts';
import { assembleEngine } from '../engine/assemble-engine.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import type { ActionRequest, IncidentAction } from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import { Pipeline } from './pipeline.ts';

const source = sourceConfig({ time: { field: 'time', format: 'epoch-s', zone: 'UTC' } });
const startS = Date.UTC(2026, 2, 1, 10) / 1_000;
const rule = sampleRule({ id: 'failures', groupBy: ['user'], dedupMs: 3_600_000, status: 'production' });

/** A service over a store: every event is a firing of its user's group. */
function world(store = new MemoryStore()) {
  const metrics = new MetricsRegistry();
  const decoder = compileDecoder(source);
  const { engine } = assembleEngine({
    rules: [{ ...rule, conditions: { all: [{ fact: 'user', operator: 'notEqual', value: '' }] } }],
    sources: [source],
  });
  const transactions: (readonly IncidentChange[])[] = [];
  const pipeline = new Pipeline({
    engine,
    store,
    clock: new ManualClock(),
    metrics,
    decoders: {
      sourceOf: () => source.name,
      decode: (record, nowMs) => {
        const decoded = decoder.decode(record, nowMs);
        return { events: decoded.ok ? decoded.value : [], deadLetter: null };
      },
    },
    plan: () => ({ outbox: [] }),
    committed: ({ changes }) => transactions.push(changes),
    onGap: () => undefined,
    onFailure: () => undefined,
  });
  pipeline.restore(store.load());
  pipeline.assigned([{ topic: 'logs.test', partition: 0, earliestOffset: 0, endOffset: 100 }]);
  let offset = 0;
  const login = (user: string, second: number): Promise<void> => {
    const value = JSON.stringify({ time: startS + second, user });
    const records = [logRecord(value, { topic: 'logs.test', partition: 0, offset })];
    offset += 1;
    return pipeline.process({
      topic: 'logs.test',
      partition: 0,
      records,
      nextOffset: offset,
      endOffset: 100,
    });
  };
  const idOf = (user: string): string =>
    store.incidents({ limit: 10 }).find(({ group }) => group['user'] === user)?.id ?? '';
  return { pipeline, store, login, idOf, metrics, transactions };
}

const asking = (
  incidentId: string,
  action: IncidentAction,
  parts: Partial<ActionRequest> = {},
): ActionRequest => ({
  incidentId,
  version: null,
  action,
  who: 'alice',
  note: '',
  ...parts,
});

describe('what persons ask for', () => {
  test('is done and answered in one transaction, and folding goes on with it', async () => {
    const { pipeline, store, login, idOf, transactions } = world();
    await login('jo', 0);
    const id = idOf('jo');
    const [asked = -1] = store.actions.ask([asking(id, { kind: 'acknowledge' })], 0) ?? [];
    pipeline.act();
    expect(store.actions.answers([asked]).get(asked)).toEqual({ kind: 'done', version: 2 });
    expect(store.incident(id)).toMatchObject({ status: 'acknowledged', version: 2 });
    expect(transactions.at(-1)).toMatchObject([{ kind: 'acknowledged', incident: { version: 2 } }]);
    await login('jo', 60);
    expect(store.incident(id)).toMatchObject({ status: 'acknowledged', version: 3, firings: 2 });
  });

  test('on one incident makes a version and a transaction each, in the order of asking', async () => {
    const { pipeline, store, login, idOf, transactions } = world();
    await login('jo', 0);
    await login('mo', 0);
    const jo = idOf('jo');
    const wishes = [
      asking(jo, { kind: 'acknowledge' }),
      asking(idOf('mo'), { kind: 'acknowledge' }),
      asking(jo, { kind: 'note' }, { note: 'one' }),
      asking(jo, { kind: 'resolve' }),
    ];
    const before = transactions.length;
    store.actions.ask(wishes, 0);
    pipeline.act();
    expect(transactions.slice(before).map((changes) => changes.map(({ kind }) => kind))).toEqual([
      ['acknowledged', 'acknowledged'],
      ['noted'],
      ['resolved'],
    ]);
    expect(store.incident(jo)?.history.map(({ what, version }) => [what, version])).toEqual([
      ['opened', 1],
      ['acknowledged', 2],
      ['noted', 3],
      ['resolved', 4],
    ]);
  });

  test('of two incidents is one transaction, in its turn, and counts in both from then on', async () => {
    const { pipeline, store, login, idOf, transactions } = world();
    await login('jo', 0);
    await login('mo', 1);
    const [jo, mo] = [idOf('jo'), idOf('mo')];
    const merge = { kind: 'merge', into: jo, intoVersion: null } as const;
    const wishes = [asking(jo, { kind: 'acknowledge' }), asking(mo, merge), asking(mo, merge)];
    const ids = store.actions.ask(wishes, 0) ?? [];
    const before = transactions.length;
    pipeline.act();
    expect(transactions.slice(before).map((changes) => changes.map(({ kind }) => kind))).toEqual([
      ['acknowledged'],
      ['merged', 'absorbed'],
      // Refused: it is part of another by then.
      [],
    ]);
    expect(ids.map((id) => store.actions.answers([id]).get(id)?.kind)).toEqual(['done', 'done', 'refused']);
    expect(store.incident(jo)).toMatchObject({ status: 'acknowledged', version: 3, firings: 2 });
    const next = world(store);
    next.pipeline.act();
    expect(store.incident(jo)?.version, 'nothing is done twice').toBe(3);
    await login('mo', 60);
    expect(store.incident(jo)).toMatchObject({ version: 4, firings: 3 });
    expect(store.incident(mo)).toMatchObject({ status: 'merged', version: 3, firings: 2 });
  });

  test('take a merge back in one transaction, before and after a restart, and each once', async () => {
    const { pipeline, store, login, idOf, transactions } = world();
    await login('jo', 0);
    await login('mo', 1);
    const [jo, mo] = [idOf('jo'), idOf('mo')];
    const two = { into: jo, intoVersion: null } as const;
    const wishes = [asking(mo, { kind: 'merge', ...two }), asking(mo, { kind: 'unmerge', ...two })];
    const [merged = -1, unmerged = -1] =
      store.actions.ask([...wishes, asking(jo, { kind: 'acknowledge' })], 0) ?? [];
    const before = transactions.length;
    pipeline.act();
    expect(transactions.slice(before).map((changes) => changes.map(({ kind }) => kind))).toEqual([
      ['merged', 'absorbed'],
      ['unmerged', 'released'],
      ['acknowledged'],
    ]);
    expect([merged, unmerged].map((id) => store.actions.answers([id]).get(id))).toEqual([
      { kind: 'done', version: 2 },
      { kind: 'done', version: 3 },
    ]);
    const [nobody = -1] =
      store.actions.ask([asking(mo, { kind: 'unmerge', into: '', intoVersion: null })], 0) ?? [];
    world(store).pipeline.act();
    expect(store.actions.answers([nobody]).get(nobody)).toMatchObject({ reason: 'not-merged' });
    await login('mo', 60);
    expect(store.incident(mo)).toMatchObject({ status: 'open', version: 4, firings: 2 });
    expect(store.incident(jo)).toMatchObject({ status: 'acknowledged', version: 4, firings: 1 });
  });

  test('is answered with why not, and counted', async () => {
    const { pipeline, store, login, idOf, metrics } = world();
    await login('jo', 0);
    const ids = store.actions.ask(
      [asking(idOf('jo'), { kind: 'reopen' }), asking('nobody', { kind: 'resolve' })],
      0,
    );
    pipeline.act();
    const answers = [...store.actions.answers(ids ?? []).values()];
    expect(answers).toMatchObject([
      { kind: 'refused', version: 1, reason: 'already-open' },
      { kind: 'refused', version: 0, reason: 'no-such-incident' },
    ]);
    expect(metrics.exposition()).toContain(
      'tocsin_incident_actions_total{action="reopen",outcome="already-open"} 1',
    );
    expect(store.actions.waiting(10)).toEqual([]);
  });

  test('is done by the next process where the first ended before', async () => {
    const first = world();
    await first.login('jo', 0);
    const id = first.idOf('jo');
    const [asked = -1] = first.store.actions.ask([asking(id, { kind: 'resolve' })], 0) ?? [];
    const next = world(new MemoryStore(first.store.disk));
    next.pipeline.act();
    expect(next.store.actions.answers([asked]).get(asked)).toEqual({ kind: 'done', version: 2 });
    const last = world(new MemoryStore(first.store.disk));
    last.pipeline.act();
    expect(last.store.incident(id)).toMatchObject({ version: 2, status: 'resolved', reason: 'person' });
  });

  test('costs a turn nothing: nobody looks into the queue then', async () => {
    const { pipeline, store, login, idOf } = world();
    await login('jo', 0);
    const [asked = -1] = store.actions.ask([asking(idOf('jo'), { kind: 'resolve' })], 0) ?? [];
    await login('jo', 1);
    pipeline.tick(true);
    expect(store.actions.answers([asked]).size).toBe(0);
  });
});
