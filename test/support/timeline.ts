import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { DigestOptions } from '../../src/notify/digest-pace.ts';
import { Deliverer } from '../../src/notify/outbox/deliver.ts';
import { channelsOf, type ReceiverConfig } from '../../src/notify/receiver.ts';
import type { InhibitRule } from '../../src/notify/routing/inhibition.ts';
import { compileRoutes, type Route } from '../../src/notify/routing/route.ts';
import { type MaintenanceWindow, Suppressions } from '../../src/notify/routing/suppressions.ts';
import { readTimeInterval, type WrittenTimeInterval } from '../../src/notify/routing/time-interval.ts';
import { Telling, type TellingLimits } from '../../src/notify/telling/telling.ts';
import { parseDuration } from '../../src/shared/duration.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { IncidentChange, IncidentChangeKind } from '../../src/shared/model/incident-change.ts';
import type { Notice } from '../../src/shared/model/notice.ts';
import type { Message } from '../../src/shared/model/notification.ts';
import type { Silence } from '../../src/shared/model/silence.ts';
import type { TellingBound } from '../../src/shared/model/telling-bound.ts';
import type { Clock } from '../../src/shared/ports/clock.ts';
import type { Delivery, Notifier } from '../../src/shared/ports/notifier.ts';
import { Secret } from '../../src/shared/secret.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { delivered, ScriptedSink } from './delivery-world.ts';
import { inWords, timeInWords } from './heard-in-words.ts';
import { RecordingLog } from './recording-log.ts';
import { renewalBy } from './renewal-by.ts';
import { sampleIncident } from './sample-incident.ts';

// Time lines, after Alertmanager's acceptance tests: what happens when, and exactly what each receiver hears when. The
// planner, the store and the delivery are those of the service; the clock is moved by hand, tick by tick.

/** How the service under test is configured. */
export interface TimelineSetup {
  readonly routes?: Route;
  readonly receivers?: Readonly<Record<string, ReceiverConfig>>;
  readonly inhibitRules?: readonly InhibitRule[];
  readonly timeIntervals?: Readonly<Record<string, readonly WrittenTimeInterval[]>>;
  readonly maintenance?: readonly MaintenanceWindow[];
  readonly notifyOf?: (ruleId: string) => readonly string[];
  readonly limits?: Partial<TellingLimits>;
  /** Where the clock begins; 2026-03-01T12:00:00Z. */
  readonly start?: string;
  /** How long a tick of the service is; 500 ms, as it really is. Long lines take longer ones. */
  readonly tick?: string;
  /** Who is told in digests, by receiver and channel; nobody unless it is said. */
  readonly digests?: ReadonlyMap<string, DigestOptions>;
  /** Sends for real, once a second at most: time stands still meanwhile. Left out: whoever is told takes it. */
  readonly notifierOf?: (name: string, clock: Clock) => Notifier;
  /** Ends of what a line is: after so long. */
  readonly until: string;
}

/** Receivers of most lines: `soc` by chat, `soar` by a webhook, and two more to escalate to. */
export const sampleReceivers: Readonly<Record<string, ReceiverConfig>> = {
  soc: { slack: { webhookUrl: new Secret('https://hooks.example/soc') } },
  soar: { webhook: { url: new Secret('https://soar.example') } },
  oncall: { slack: { webhookUrl: new Secret('https://hooks.example/oncall'), sendResolved: true } },
  boss: { slack: { webhookUrl: new Secret('https://hooks.example/boss') } },
};

type Step = (line: Timeline) => void | Promise<void>;

/** What happens, by the time it does. Several at one time happen in one batch, in their order. */
export type Happenings = readonly (readonly [at: string, ...steps: Step[]])[];

/** What each receiver hears, as `TIME REASON NAME`, such as `30s opened A`; of a digest `5m opened B + opened C`, `10s past of 200`. */
export type Heard = Readonly<Record<string, readonly string[]>>;

/** Lives a time line through, and expects exactly these messages at exactly these times. Gives it back for more. */
export async function timeline(
  setup: TimelineSetup,
  happenings: Happenings,
  heard: Heard,
): Promise<Timeline> {
  const line = new Timeline(setup);
  try {
    await line.live(happenings);
    expect(line.heard).toEqual(heard);
    line.expectNobodyForgotten();
    for (const name of line.incidents.keys()) line.decided[name] = line.reasons(name);
    return line;
  } finally {
    await line.close();
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 20);

export const ms = (duration: string): number => {
  const parsed = parseDuration(duration);
  if (!parsed.ok) throw new Error(parsed.failure);
  return parsed.value;
};

export class Timeline {
  readonly clock: ManualClock;
  readonly incidents = new Map<string, Incident>();
  readonly heardAt: Record<string, string[]> = {};
  readonly messages: Message[] = [];
  /** What was decided about each incident by the end: see `reasons`. */
  readonly decided: Record<string, readonly string[]> = {};
  /** Names of receivers and channels that answer nothing but this. */
  readonly failing = new Map<string, Delivery>();
  silences: Silence[] = [];
  setup: TimelineSetup;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-timeline-'));
  readonly #startMs: number;
  readonly #tickMs: number;
  #changes: IncidentChange[] = [];
  #finals: string[] = [];
  #open: { store: SqliteStore; telling: Telling; deliverer: Deliverer };
  readonly bounds: Partial<Record<TellingBound, number>> = {};

  constructor(setup: TimelineSetup) {
    this.setup = setup;
    this.#startMs = Date.parse(setup.start ?? '2026-03-01T12:00:00Z');
    this.#tickMs = ms(setup.tick ?? '500ms');
    this.clock = new ManualClock(this.#startMs);
    this.#open = this.#start();
  }

  /** Messages of one moment in the order of their words: of two incidents told at once none is the first. */
  get heard(): Heard {
    const sorted = Object.entries(this.heardAt).map(([name, messages]) => {
      const byTime = Map.groupBy(messages, (message) => message.slice(0, message.indexOf(' ')));
      return [name, [...byTime.values()].flatMap((same) => same.sort())] as const;
    });
    return Object.fromEntries(sorted);
  }

  get telling(): Telling {
    return this.#open.telling;
  }

  notices(name: string): readonly Notice[] {
    return this.#open.store.notices(name);
  }

  /** `REASON` of those who were told, `not REASON` of those who were not, in order. */
  reasons(name: string): string[] {
    return this.notices(name).map(({ receiver, told, reason }) =>
      `${receiver} ${told ? '' : 'not '}${reason}`.trim(),
    );
  }

  async live(happenings: Happenings): Promise<void> {
    const untilMs = this.#startMs + ms(this.setup.until);
    const waiting = happenings.map(([at, ...steps]) => ({ atMs: this.#startMs + ms(at), steps }));
    for (;;) {
      const nowMs = this.clock.nowMs();
      while (waiting[0] !== undefined && waiting[0].atMs <= nowMs)
        for (const step of waiting.shift()?.steps ?? []) await step(this);
      this.commit();
      if (nowMs >= untilMs) break;
      await this.clock.pass(Math.min(this.#tickMs, (waiting[0]?.atMs ?? Number.POSITIVE_INFINITY) - nowMs));
    }
    await this.clock.pass(1);
  }

  change(name: string, kind: IncidentChangeKind, parts: Partial<Incident> = {}): void {
    const before = this.incidents.get(name) ?? sampleIncident({ id: name, version: 0, events: 1 });
    const incident = { ...before, ...parts, version: before.version + 1 };
    this.incidents.set(name, incident);
    this.#changes.push({ kind, incident });
  }

  final(name: string): void {
    this.#finals.push(name);
  }

  /** What the pipeline does with each batch, and at each tick. */
  commit(): void {
    const { store, telling, deliverer } = this.#open;
    const changes = this.#changes.splice(0);
    const finals = this.#finals.splice(0);
    const plan = telling.plan({ changes, finals, nowMs: this.clock.nowMs() });
    for (const { bound, count } of plan.bounds) this.bounds[bound] = (this.bounds[bound] ?? 0) + count;
    const over = new Set(finals);
    const incidents = [...this.incidents.values()]
      .filter(({ id }) => changes.some(({ incident }) => incident.id === id) || over.has(id))
      .map((incident) => ({
        incident,
        ruleId: incident.rule.id,
        groupKey: incident.id,
        fold: over.has(incident.id) ? null : '{}',
      }));
    const { records, groups, notices } = plan.writes;
    const isIdle =
      plan.rows.length + incidents.length + records.length + groups.length + notices.length === 0;
    if (isIdle) return;
    const batch = { positions: [], watermarks: {}, windowDelta: null, incidents, outbox: plan.rows };
    store.commit({ ...batch, telling: plan.writes }, () => '');
    if (plan.rows.length > 0) deliverer.wake();
  }

  /** Dies without a word, and begins again from the disk; with another configuration where one is given. */
  async restart(setup: Partial<TimelineSetup> = {}): Promise<void> {
    this.setup = { ...this.setup, ...setup };
    await this.#open.deliverer.stop();
    this.#open.store.close();
    this.#open = this.#start();
  }

  async close(): Promise<void> {
    await this.#open.deliverer.stop();
    this.#open.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Nothing that stands is untold, unless the last notice of it names a reason. */
  expectNobodyForgotten(): void {
    for (const { id, status } of this.incidents.values()) {
      if (status !== 'open' && status !== 'acknowledged') continue;
      expect(this.notices(id).length, `nobody knows why nobody was told of ${id}`).toBeGreaterThan(0);
    }
  }

  #start(): { store: SqliteStore; telling: Telling; deliverer: Deliverer } {
    const store = openSqliteStore({ file: join(this.#folder, 'tocsin.db'), synchronous: 'off' });
    const receivers = new Map(Object.entries(this.setup.receivers ?? sampleReceivers));
    const telling = this.#telling(receivers);
    const { telling: stored, incidents } = store.load();
    telling.replaceSilences(this.silences);
    telling.restore(stored, {
      incidents: incidents.map(({ incident }) => incident),
      incidentOf: (id) => store.incident(id),
      nowMs: this.clock.nowMs(),
    });
    const deliverer = this.#deliverer(store, { receivers, telling });
    deliverer.wake();
    return { store, telling, deliverer };
  }

  #telling(receivers: ReadonlyMap<string, ReceiverConfig>): Telling {
    const { routes, inhibitRules = [], timeIntervals = {}, maintenance = [], notifyOf, limits } = this.setup;
    const sourceOf = (topic: string): string => topic.replace('logs.', '');
    const intervals = Object.entries(timeIntervals).map(
      ([name, written]) => [name, written.map((one) => readTimeInterval(one).interval)] as const,
    );
    return new Telling({
      routing: {
        root: routes === undefined ? undefined : compileRoutes(routes),
        receivers,
        notifyOf: notifyOf ?? (() => []),
        sourceOf,
      },
      suppressions: new Suppressions({
        inhibitRules,
        timeIntervals: new Map(intervals),
        maintenance,
        sourceOf,
      }),
      hash,
      ...(limits === undefined ? {} : { limits }),
    });
  }

  #deliverer(
    store: SqliteStore,
    { receivers, telling }: { receivers: ReadonlyMap<string, ReceiverConfig>; telling: Telling },
  ): Deliverer {
    const names = [...receivers].flatMap(([name, receiver]) =>
      channelsOf(receiver).map((channel) => `${name}/${channel}`),
    );
    return new Deliverer({
      outbox: store,
      sink: new ScriptedSink(),
      notifiers: new Map(names.map((name) => [name, this.#notifier(name)])),
      rates: new Map(names.map((name) => [name, this.setup.notifierOf === undefined ? 1_000 : 1])),
      digests: this.setup.digests ?? new Map(),
      whatStands: telling.whatStands,
      clock: this.clock,
      log: new RecordingLog(),
      metrics: { count: () => undefined, gauge: () => undefined, observe: () => undefined },
      random: () => 0,
    });
  }

  #notifier(name: string): Notifier {
    const real = this.setup.notifierOf?.(name, this.clock);
    const notify = async (message: Message, signal: AbortSignal): Promise<Delivery> => {
      const send = () => (real === undefined ? delivered : this.clock.during(real.notify(message, signal)));
      const answer = this.failing.get(name) ?? (await send());
      if (answer.kind !== 'delivered') return answer;
      const heard = this.heardAt[name] ?? [];
      this.heardAt[name] = heard;
      heard.push(`${timeInWords(this.clock.nowMs() - this.#startMs)} ${inWords(message)}`);
      this.messages.push(message);
      return answer;
    };
    const by = { clock: this.clock, instead: () => this.failing.get(name) };
    const renewal = renewalBy(real?.renewal, by);
    const kept = { ...(renewal && { renewal }), ...(real?.keepsAlerts && { keepsAlerts: true as const }) };
    return { name, notify, ...kept, close: async () => real?.close() };
  }
}
