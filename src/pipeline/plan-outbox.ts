import type { EngineOutcome, SettledFiring } from '../engine/engine.ts';
import { planRecords } from '../notify/plan-records.ts';
import type { Telling, TellingPlan } from '../notify/telling/telling.ts';
import {
  type PlannedCommand,
  planRemediation,
  type RemediationOptions,
} from '../remediate/plan-remediation.ts';
import type { Refusal } from '../remediate/refusal.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { OutgoingRecord } from '../shared/model/log-record.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { MetBound } from '../shared/model/telling-bound.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import type { NewOutboxRow } from '../shared/ports/outbox.ts';
import type { TellingWrites } from '../shared/ports/store.ts';

export interface OutboxPlanner {
  readonly incidentsTopic: string;
  /** Where settled firings are published; undefined: nowhere. */
  readonly firingsTopic: string | undefined;
  /** Who hears of what, and when. */
  readonly telling: Telling;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly remediation: RemediationOptions;
  readonly metrics: Metrics;
  /** Hears of each command that was refused. */
  onRefusal(refusal: Refusal): void;
}

/** What goes into the transaction of what it tells of. */
export interface OutboxPlan {
  readonly outbox: readonly NewOutboxRow[];
  /** Left out where nothing changed. */
  readonly telling?: TellingWrites;
  /** Left out where none was met. */
  readonly bounds?: readonly MetBound[];
}

const encoder = new TextEncoder();
export const encodeText = (text: string): Uint8Array => encoder.encode(text);

/** `ce_source` of everything tocsin publishes. */
export const cloudEventSource = 'urn:tocsin';

/**
 * Everything that one transaction's changes have to tell, in the order it is to be told: the incidents' versions, the
 * commands proposed for those that opened, the messages to receivers. A rule in status `shadow` tells nobody.
 */
export function planOutbox(outcome: EngineOutcome, planner: OutboxPlanner, nowMs: number): OutboxPlan {
  const told = outcome.changes.filter(({ incident }) => !incident.shadow);
  const finals = outcome.stored.filter(({ fold }) => fold === null).map(({ incident }) => incident.id);
  const plan = planner.telling.plan({ changes: outcome.changes, finals, nowMs });
  count(plan, planner);
  const { records, groups, notices } = plan.writes;
  const isTellingIdle = records.length + groups.length + notices.length === 0;
  const outbox = [
    ...planRecords(told, { topic: planner.incidentsTopic, source: cloudEventSource }),
    ...told.flatMap((change) => planCommands(change, planner).map(({ record }) => recordRow(record))),
    ...plan.rows,
    ...planFirings(outcome.settled, planner.firingsTopic, nowMs),
  ];
  const bounds = plan.bounds.length === 0 ? {} : { bounds: plan.bounds };
  return isTellingIdle ? { outbox, ...bounds } : { outbox, telling: plan.writes, ...bounds };
}

function count({ told, withheld, bounds }: TellingPlan, { metrics, telling }: OutboxPlanner): void {
  for (const [reason, by] of told) metrics.count('tocsin_notifications_told_total', { reason }, by);
  for (const [reason, by] of withheld) metrics.count('tocsin_notifications_withheld_total', { reason }, by);
  for (const { bound, count } of bounds) metrics.count('tocsin_notifications_bounds_total', { bound }, count);
  const { groups, waiting, held } = telling.sizes;
  metrics.gauge('tocsin_notification_groups', groups);
  metrics.gauge('tocsin_notifications_pending', waiting, { state: 'waiting' });
  metrics.gauge('tocsin_notifications_pending', held, { state: 'held' });
}

function planCommands(change: IncidentChange, planner: OutboxPlanner): readonly PlannedCommand[] {
  const rule = planner.rules.get(change.incident.rule.id);
  if (rule === undefined) return [];
  const { commands, refusals } = planRemediation(change, rule, planner.remediation);
  for (const refusal of refusals) planner.onRefusal(refusal);
  return commands;
}

/**
 * Each settled firing as `replay --firings` prints it, with the position of its match instead of a line. Its record has
 * the time of publishing: by event times the broker's retention would take the firings of a backlog away at once.
 */
function planFirings(
  settled: readonly SettledFiring[],
  topic: string | undefined,
  nowMs: number,
): NewOutboxRow[] {
  if (topic === undefined) return [];
  return settled.map(({ ruleId, group, firing }) => {
    const { position, timeMs, value, fromMs, toMs } = firing;
    const document = {
      rule: ruleId,
      group: group.values,
      time: isoTime(timeMs),
      position,
      value,
      from: isoTime(fromMs),
      to: isoTime(toMs),
    };
    return recordRow({
      topic,
      key: encodeText(`${ruleId}${group.key}`),
      value: encodeText(JSON.stringify(document)),
      headers: [],
      timestampMs: nowMs,
    });
  });
}

const recordRow = (record: OutgoingRecord): NewOutboxRow => ({
  lane: `topic:${record.topic}`,
  payload: { kind: 'record', record },
});
