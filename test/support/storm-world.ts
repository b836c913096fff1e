import { type DigestOptions, digestDefaults } from '../../src/notify/digest-pace.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import { isDigest, type Message } from '../../src/shared/model/notification.ts';
import type { Delivery } from '../../src/shared/ports/notifier.ts';
import type { NewOutboxRow } from '../../src/shared/ports/outbox.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { openDelivery } from './delivery-world.ts';
import { sampleIncident } from './sample-incident.ts';

/** Where the manual clock begins. */
export const startMs = Date.UTC(2026, 2, 1, 12);
export const lane = 'receiver:soc/slack';
export const unreachable: Delivery = {
  kind: 'retry',
  reason: 'network',
  detail: 'no connection (ECONNREFUSED)',
  hasNotArrived: true,
};
export const tooFast: Delivery = { kind: 'retry', reason: 'rate-limited', detail: '', hasNotArrived: true };

/** A new incident of that number, seen so long after twelve. */
export function news(
  number: number,
  { atMs = 0, ...parts }: Partial<Incident> & { atMs?: number } = {},
): NewOutboxRow {
  const time = new Date(startMs + atMs).toISOString();
  const incident = sampleIncident({ id: `i${number}`, lastSeen: time, '@timestamp': time, ...parts });
  return {
    lane,
    payload: { kind: 'notification', notification: { id: `n${number}`, reason: 'opened', incident } },
  };
}

/** A deliverer that puts what it tells `soc/slack` in digests. */
export const openStorm = (
  options: Partial<DigestOptions> = {},
  store = new MemoryStore(),
  clock = new ManualClock(),
) => openDelivery({ store, clock, digests: new Map([['soc/slack', { ...digestDefaults, ...options }]]) });

/** How many notifications they stand for; a repeat of a message counts once. */
export const told = (messages: readonly Message[]): number =>
  [...new Map(messages.map((message) => [message.id, message])).values()].reduce(
    (sum, message) => sum + (isDigest(message) ? message.total : 1),
    0,
  );

/** Whole numbers, the last excluded. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
