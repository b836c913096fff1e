import { createHash } from 'node:crypto';
import type { InhibitRule } from '../../src/notify/routing/inhibition.ts';
import { compileRoutes, type Route } from '../../src/notify/routing/route.ts';
import { Suppressions } from '../../src/notify/routing/suppressions.ts';
import { readTimeInterval } from '../../src/notify/routing/time-interval.ts';
import { Telling } from '../../src/notify/telling/telling.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { IncidentChange, IncidentChangeKind } from '../../src/shared/model/incident-change.ts';
import type { Notice } from '../../src/shared/model/notice.ts';
import type { Silence } from '../../src/shared/model/silence.ts';
import { sampleIncident } from './sample-incident.ts';
import { sampleReceivers } from './timeline.ts';

export const minuteMs = 60_000;

/** Where the calendar of these worlds mutes: 14:00 to 15:00 UTC. */
export const siesta = readTimeInterval({ times: [{ from: '14:00', to: '15:00' }] }).interval;

export const inhibitRules: readonly InhibitRule[] = [
  { source: { severity: 'critical' }, target: { severity: ['low', 'high'] }, equal: ['source.ip'] },
];

export const routes: Route = {
  receiver: 'soc',
  groupBy: ['source.ip'],
  repeatIntervalMs: 240 * minuteMs,
  escalate: [{ afterMs: 15 * minuteMs, receiver: 'boss' }],
  routes: [
    { match: { rule: 'alone' }, groupBy: ['...'], continue: true, receiver: 'soar' },
    { match: { rule: 'slow' }, groupWaitMs: 2 * minuteMs, muteTimeIntervals: ['siesta'] },
    {},
  ],
};

const sourceOf = (): undefined => undefined;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 20);

/** The planner over a store of its own, in memory: many short lives of it in little time. */
export class TellingWorld {
  nowMs = Date.parse('2026-03-01T12:00:00Z');
  readonly incidents = new Map<string, Incident>();
  readonly notices = new Map<string, Notice[]>();
  /** `MINUTE LANE REASON NAME`, sorted; and the ids of all messages. */
  readonly told: string[] = [];
  readonly ids: string[] = [];
  silences: Silence[] = [];
  readonly #records = new Map<string, string>();
  readonly #groups = new Map<string, string>();
  readonly #finals = new Set<string>();
  #changes: IncidentChange[] = [];
  #newFinals: string[] = [];
  #telling = this.#start();

  change(name: string, kind: IncidentChangeKind, parts: Partial<Incident>): void {
    const before = this.incidents.get(name) ?? sampleIncident({ id: name, version: 0 });
    const incident = { ...before, ...parts, version: before.version + 1 };
    this.incidents.set(name, incident);
    this.#changes.push({ kind, incident });
  }

  final(name: string): void {
    this.#finals.add(name);
    this.#newFinals.push(name);
  }

  silence(silences: Silence[]): void {
    this.silences = silences;
    this.#telling.replaceSilences(silences);
  }

  /** One batch, or one tick. */
  commit(): void {
    const plan = this.#telling.plan({ changes: this.#changes, finals: this.#newFinals, nowMs: this.nowMs });
    this.#changes = [];
    this.#newFinals = [];
    const at = (this.nowMs - Date.parse('2026-03-01T12:00:00Z')) / minuteMs;
    const rows = plan.rows.flatMap(({ lane, payload }) => {
      if (payload.kind === 'record' || payload.kind === 'incident') return [];
      const items = payload.kind === 'digest' ? payload.digest.items : [payload.notification];
      this.ids.push(payload.kind === 'digest' ? payload.digest.id : payload.notification.id);
      const words = items.map(({ reason, incident }) => `${reason} ${incident.id}`).sort();
      return [`${at} ${lane} ${words.join(' + ')}`];
    });
    this.told.push(...rows.sort());
    for (const { incidentId, notices } of plan.writes.notices)
      this.notices.set(incidentId, [...(this.notices.get(incidentId) ?? []), ...notices]);
    for (const { incidentId, state } of plan.writes.records) put(this.#records, incidentId, state);
    for (const { key, state } of plan.writes.groups) put(this.#groups, key, state);
  }

  restart(): void {
    this.#telling = this.#start();
  }

  /** States that the store still holds. */
  get stored(): { records: number; groups: number } {
    return { records: this.#records.size, groups: this.#groups.size };
  }

  #start(): Telling {
    const telling = new Telling({
      routing: {
        root: compileRoutes(routes),
        receivers: new Map(Object.entries(sampleReceivers)),
        notifyOf: () => [],
        sourceOf,
      },
      suppressions: new Suppressions({
        inhibitRules,
        timeIntervals: new Map([['siesta', [siesta]]]),
        maintenance: [],
        sourceOf,
      }),
      hash,
    });
    telling.replaceSilences(this.silences);
    telling.restore(
      {
        records: [...this.#records].map(([incidentId, state]) => ({ incidentId, state })),
        groups: [...this.#groups].map(([key, state]) => ({ key, state })),
      },
      {
        incidents: [...this.incidents.values()].filter(({ id }) => !this.#finals.has(id)),
        incidentOf: (id) => this.incidents.get(id),
        nowMs: this.nowMs,
      },
    );
    return telling;
  }
}

function put(map: Map<string, string>, key: string, state: string | null): void {
  if (state === null) map.delete(key);
  else map.set(key, state);
}
