import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { away, delivered, openDelivery } from '../../../test/support/delivery-world.ts';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import { range, startMs, told, tooFast, unreachable } from '../../../test/support/storm-world.ts';
import { isDigest, type Message, type NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import { digestDefaults } from '../digest-pace.ts';

const lane = 'receiver:oncall/pagerduty';

let written = 0;
/** What is to be told of an incident; the same again is another message. */
function row(
  id: string,
  reason: NotifyReason,
  { severity = 'medium', ageMs = 0 }: { readonly severity?: Severity; readonly ageMs?: number } = {},
): NewOutboxRow {
  written += 1;
  const time = new Date(startMs - ageMs).toISOString();
  const status = reason === 'resolved' || reason === 'revised' ? 'resolved' : 'open';
  const incident = sampleIncident({ id, severity, status, lastSeen: time, '@timestamp': time });
  return { lane, payload: { kind: 'notification', notification: { id: `n${written}`, reason, incident } } };
}

const openPager = (store = new MemoryStore(), clock?: ManualClock) =>
  openDelivery({
    store,
    digests: new Map([['oncall/pagerduty', digestDefaults]]),
    ...(clock === undefined ? {} : { clock }),
  });

const heard = (messages: readonly Message[]): string[] =>
  messages.map((message) =>
    isDigest(message) ? `digest of ${message.total}` : `${message.reason} ${message.incident.id}`,
  );

const names = range(0, 30).map((number) => `i${number}`);

describe('to a pager', () => {
  test('what a digest alone told of is neither resolved nor acknowledged, and its incident says why', async () => {
    const { pager, store, clock, write, deliverer, counts } = openPager();
    write(...names.map((name) => row(name, 'opened')));
    await clock.pass(20_000);
    write(...names.map((name, nth) => row(name, nth % 2 === 0 ? 'resolved' : 'acknowledged')));
    await clock.pass(1_000);
    expect(heard(pager.messages)).toEqual(['digest of 30']);
    expect(store.notices('i0').map(({ told: isTold, reason, detail }) => [isTold, reason, detail])).toEqual([
      [true, 'in-digest', 'it has no alert of its own'],
      [false, 'in-digest', 'resolved: it has no alert of its own, so nothing was sent'],
    ]);
    expect(counts.get(`${lane} not-needed none`)).toBe(30);
    expect(store.waiting(lane)).toBe(0);
    await deliverer.stop();
  });

  test('what was told by itself is resolved, be it before the storm, in it or after it', async () => {
    const { pager, clock, write, deliverer } = openPager();
    write(row('before', 'opened'));
    await clock.pass(1_000);
    write(...names.map((name) => row(name, 'opened')), row('critical', 'opened', { severity: 'critical' }));
    await clock.pass(20_000);
    write(row('i7', 'raised', { severity: 'critical' }));
    await clock.pass(300_000);
    expect(heard(pager.messages)).toEqual(['opened before', 'opened critical', 'digest of 30', 'raised i7']);
    write(...['before', 'critical', ...names].map((name) => row(name, 'resolved')));
    await clock.pass(30_000);
    expect(heard(pager.messages).slice(4)).toEqual(['resolved before', 'resolved critical', 'resolved i7']);
    await deliverer.stop();
  });

  test('repeats of a storm are a digest too, and leave those alerts that there are to be resolved', async () => {
    const { pager, clock, write, deliverer } = openPager();
    write(row('before', 'opened'));
    await clock.pass(1_000);
    write(...names.map((name) => row(name, 'opened')));
    await clock.pass(600_000);
    write(...['before', ...names].map((name) => row(name, 'repeated')));
    await clock.pass(600_000);
    write(...['before', ...names].map((name) => row(name, 'resolved')));
    await clock.pass(600_000);
    expect(heard(pager.messages)).toEqual([
      'opened before',
      'digest of 30',
      'digest of 31',
      'resolved before',
    ]);
    await deliverer.stop();
  });

  test('ends are no storm: what opens behind many of them is told by itself', async () => {
    const { pager, clock, write, deliverer } = openPager();
    const old = range(0, 300).map((number) => `old${number}`);
    write(...old.map((name) => row(name, 'resolved')));
    await clock.pass(60_000);
    write(row('a', 'opened'), row('b', 'opened'));
    await clock.pass(200_000);
    expect(heard(pager.messages)).toEqual([...old.map((name) => `resolved ${name}`), 'opened a', 'opened b']);
    await deliverer.stop();
  });

  test('ends are of no past, and no storm beside it', async () => {
    const { pager, store, clock, write, deliverer } = openPager();
    const old = range(0, 15).map((number) => `old${number}`);
    const ageMs = 7_200_000;
    write(row('older', 'resolved', { ageMs }));
    await clock.pass(1_000);
    expect(store.pace(lane)?.mode).toBe('calm');
    const past = ['p', 'q'].map((name) => row(name, 'opened', { ageMs }));
    write(...past, ...old.map((name) => row(name, 'resolved')), row('now', 'opened'));
    await clock.pass(60_000);
    const ends = ['older', ...old].map((name) => `resolved ${name}`);
    expect(heard(pager.messages)).toEqual([...ends, 'opened now', 'digest of 2']);
    await deliverer.stop();
  });

  test('the end of what came back after a digest stays behind that, though others are dropped before', async () => {
    const { pager, clock, write, deliverer } = openPager();
    write(...names.map((name) => row(name, 'opened')));
    await clock.pass(300_000);
    write(row('i1', 'resolved'), row('i2', 'reopened'), row('i2', 'resolved'));
    await clock.pass(60_000);
    expect(heard(pager.messages)).toEqual(['digest of 30', 'reopened i2', 'resolved i2']);
    await deliverer.stop();
  });

  test('an end does not overtake what is held back for a digest', async () => {
    const { pager, clock, write, deliverer } = openPager();
    write(...names.map((name) => row(name, 'opened')));
    await clock.pass(20_000);
    write(row('late', 'opened'), row('late', 'resolved'));
    await clock.pass(300_000);
    expect(heard(pager.messages)).toEqual(['digest of 30', 'opened late', 'resolved late']);
    await deliverer.stop();
  });

  test('what may have arrived before it was refused comes again by itself, and is resolved', async () => {
    const { pager, clock, write, deliverer } = openPager();
    pager.answer = () => (pager.asked.length === 1 ? away : tooFast);
    write(row('z', 'opened'));
    await clock.pass(3_000);
    write(...names.map((name) => row(name, 'opened')));
    await clock.pass(60_000);
    pager.answer = () => delivered;
    pager.messages.length = 0;
    await clock.pass(600_000);
    write(...['z', ...names].map((name) => row(name, 'resolved')));
    await clock.pass(60_000);
    expect(heard(pager.messages)).toEqual(['opened z', 'digest of 30', 'resolved z']);
    await deliverer.stop();
  });

  test('what may have an alert for another reason is resolved: escalated before, or sent in place of others', async () => {
    const { pager, store, clock, write, deliverer } = openPager();
    const notice = { at: '', receiver: 'oncall', told: true, reason: 'escalated', detail: '' } as const;
    const notices = [{ incidentId: 'i0', notices: [notice], isToTrim: false }];
    const telling = { records: [], groups: [], notices };
    const nothing = { positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox: [] };
    store.commit({ ...nothing, telling }, () => '');
    const undelivered = { receiver: 'soc/slack', detail: 'away' };
    write(
      ...names.map((name, nth): NewOutboxRow => {
        const { payload } = row(name, 'opened');
        if (nth !== 1 || payload.kind !== 'notification') return { lane, payload };
        return { lane, payload: { ...payload, notification: { ...payload.notification, undelivered } } };
      }),
    );
    await clock.pass(20_000);
    write(...names.map((name) => row(name, 'resolved')));
    await clock.pass(60_000);
    expect(heard(pager.messages)).toEqual(['digest of 30', 'resolved i0', 'resolved i1']);
    await deliverer.stop();
  });
});

/** Arrived, and its answer never comes: the process ends before. */
const untilAborted = (signal: AbortSignal): Promise<Delivery> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(away)));

describe('whatever comes when, fails how, and is killed where', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('opens' as const),
      count: fc.integer({ min: 1, max: 25 }),
      severity: fc.constantFrom<Severity>('low', 'critical'),
    }),
    fc.record({
      kind: fc.constant('goes on' as const),
      reason: fc.constantFrom<NotifyReason>(
        'raised',
        'repeated',
        'escalated',
        'acknowledged',
        'resolved',
        'reopened',
      ),
      severity: fc.constantFrom<Severity>('low', 'critical'),
      of: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 500, 5_000, 30_000, 120_000) }),
    fc.record({
      kind: fc.constant('answer' as const),
      with: fc.constantFrom<Delivery | 'none'>(delivered, away, unreachable, tooFast, 'none'),
    }),
    fc.constant({ kind: 'kill' as const }),
  );

  test('each that stands is told, in digests or alone, and no alert rings on for what is over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const store = new MemoryStore();
        let world = openPager(store);
        let answer: Delivery | 'none' = delivered;
        const arrived: Message[] = [];
        const opened: string[] = [];
        let triggers = 0;
        const wire = (): void => {
          world.pager.answer = (message, signal) => {
            if (answer === 'none' || !('hasNotArrived' in answer)) arrived.push(message);
            return answer === 'none' ? untilAborted(signal) : answer;
          };
        };
        const restart = async (): Promise<void> => {
          await world.deliverer.stop();
          world = openPager(store, world.clock);
          wire();
          world.deliverer.wake();
        };
        const news = (ids: readonly string[], reason: NotifyReason, severity: Severity): void => {
          world.write(...ids.map((id) => row(id, reason, { severity })));
          if (reason !== 'resolved' && reason !== 'acknowledged') triggers += ids.length;
        };
        wire();
        for (const one of steps) {
          if (one.kind === 'opens') {
            const ids = range(opened.length, opened.length + one.count).map((number) => `i${number}`);
            opened.push(...ids);
            news(ids, 'opened', one.severity);
          } else if (one.kind === 'goes on')
            news(
              opened.filter((_, nth) => nth % one.of === 0),
              one.reason,
              one.severity,
            );
          else if (one.kind === 'pass') await world.clock.pass(one.ms);
          else if (one.kind === 'answer') answer = one.with;
          else await restart();
        }
        news(opened, 'resolved', 'low');
        answer = delivered;
        await restart();
        for (let minute = 0; minute < 40; minute += 1) await world.clock.pass(600_000);
        await world.deliverer.stop();
        expect(store.depth()).toEqual([]);
        const standing = new Set<string>();
        const isEnd = (message: Message): boolean =>
          !isDigest(message) && (message.reason === 'resolved' || message.reason === 'acknowledged');
        for (const message of arrived) {
          if (isDigest(message)) continue;
          if (message.reason === 'resolved') standing.delete(message.incident.id);
          else if (message.reason !== 'acknowledged') standing.add(message.incident.id);
        }
        expect([...standing]).toEqual([]);
        expect(told(arrived.filter((message) => !isEnd(message)))).toBe(triggers);
      }),
      {
        numRuns: 60,
        examples: [
          [
            [
              { kind: 'answer', with: away },
              { kind: 'opens', count: 1, severity: 'low' },
              { kind: 'answer', with: unreachable },
              { kind: 'pass', ms: 30_000 },
              { kind: 'opens', count: 10, severity: 'low' },
            ],
          ],
        ],
      },
    );
  });
});
