import type { DigestOptions } from '../../src/notify/digest-pace.ts';
import { Deliverer, type Fallback } from '../../src/notify/outbox/deliver.ts';
import type { DeliveryLimits } from '../../src/notify/outbox/lane.ts';
import type { OutgoingRecord } from '../../src/shared/model/log-record.ts';
import { type Digest, isDigest, type Notification } from '../../src/shared/model/notification.ts';
import type { Delivery, Message, Notifier } from '../../src/shared/ports/notifier.ts';
import type { NewOutboxRow } from '../../src/shared/ports/outbox.ts';
import type { RecordSink } from '../../src/shared/ports/record-sink.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { RecordingLog } from './recording-log.ts';
import { sampleIncident, sampleNotification } from './sample-incident.ts';

/** What receivers and brokers answer. */
export const delivered: Delivery = { kind: 'delivered' };
export const away: Delivery = { kind: 'retry', reason: 'network', detail: 'no connection (ECONNREFUSED)' };
export const rejected: Delivery = { kind: 'rejected', reason: 'client', detail: 'answered 404: no_service' };

/** Answers as the test says: what a real receiver does is the notifiers' contract. */
class ScriptedNotifier implements Notifier {
  readonly name: string;
  readonly asked: { readonly id: string; readonly atMs: number }[] = [];
  readonly messages: Message[] = [];
  answer: (message: Message, signal: AbortSignal) => Delivery | Promise<Delivery> = () => delivered;
  readonly keepsAlerts?: true;
  readonly #clock: ManualClock;

  constructor(name: string, clock: ManualClock, { keepsAlerts }: Pick<Notifier, 'keepsAlerts'> = {}) {
    this.name = name;
    if (keepsAlerts) this.keepsAlerts = keepsAlerts;
    this.#clock = clock;
  }

  /** Those about one incident. */
  get notifications(): Notification[] {
    return this.messages.filter((message): message is Notification => !isDigest(message));
  }

  get digests(): Digest[] {
    return this.messages.filter(isDigest);
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    this.asked.push({ id: message.id, atMs: this.#clock.nowMs() });
    this.messages.push(message);
    return this.answer(message, signal);
  }

  async close(): Promise<void> {}
}

/** Answers as the test says; counts what is in flight. */
export class ScriptedSink implements RecordSink {
  readonly published: OutgoingRecord[][] = [];
  inFlight = 0;
  mostInFlight = 0;
  answer: (records: readonly OutgoingRecord[]) => Delivery | Promise<Delivery> = () => delivered;

  async ensureTopics(): Promise<void> {}
  async publish(records: readonly OutgoingRecord[]): Promise<Delivery> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await Promise.resolve();
    const answer = await this.answer(records);
    if (answer.kind === 'delivered') this.published.push([...records]);
    this.inFlight -= 1;
    return answer;
  }
  async close(): Promise<void> {}
}

/** A deliverer with everything around it at hand, on a clock that the test moves. */
export function openDelivery({
  store = new MemoryStore(),
  clock = new ManualClock(),
  limits = {},
  fallbacks = new Map(),
  addresses = new Map(),
  digests = new Map(),
}: {
  store?: MemoryStore;
  clock?: ManualClock;
  limits?: Partial<DeliveryLimits>;
  fallbacks?: ReadonlyMap<string, Fallback>;
  addresses?: ReadonlyMap<string, string>;
  digests?: ReadonlyMap<string, DigestOptions>;
} = {}) {
  const sink = new ScriptedSink();
  const slack = new ScriptedNotifier('soc/slack', clock);
  const email = new ScriptedNotifier('soc/email', clock);
  const pager = new ScriptedNotifier('oncall/pagerduty', clock, { keepsAlerts: true });
  const log = new RecordingLog();
  const counts = new Map<string, number>();
  const deliverer = new Deliverer({
    outbox: store,
    sink,
    notifiers: new Map([slack, email, pager].map((notifier) => [notifier.name, notifier])),
    rates: new Map([
      ['soc/slack', 1],
      ['soc/email', 1_000],
      ['oncall/pagerduty', 2],
    ]),
    fallbacks,
    addresses,
    digests,
    clock,
    log,
    metrics: {
      count: (name, labels = {}, by = 1) => {
        const isDelivery = name === 'tocsin_deliveries_total';
        const key = `${isDelivery ? '' : `${name} `}${Object.values(labels).join(' ')}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      },
      gauge: () => undefined,
      observe: () => undefined,
    },
    random: () => 0,
    limits,
  });
  const write = (...outbox: NewOutboxRow[]): void => {
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    deliverer.wake();
  };
  return { clock, sink, slack, email, pager, log, counts, store, deliverer, write };
}

/** A message to a receiver about the incident of that name. */
export const message = (name: string, id: string, lane = 'receiver:soc/slack'): NewOutboxRow => ({
  lane,
  payload: {
    kind: 'notification',
    notification: { ...sampleNotification(sampleIncident({ id: name })), id },
  },
});

/** A record of at least that many bytes. */
export const record = (id: string, topic = 'tocsin.incidents', size = 0): NewOutboxRow => ({
  lane: `topic:${topic}`,
  payload: {
    kind: 'record',
    record: { topic, key: Buffer.from(id), value: Buffer.from(id.padEnd(size)), headers: [], timestampMs: 0 },
  },
});

/** The keys of records, as text. */
export const keys = (records: readonly OutgoingRecord[]): string[] =>
  records.map(({ key }) => Buffer.from(key ?? []).toString());
export const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index));
