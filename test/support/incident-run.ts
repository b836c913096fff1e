import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { IncidentStage } from '../../src/incident/incident-stage.ts';
import type { Firing, GroupFirings } from '../../src/shared/model/firing.ts';
import type { Group } from '../../src/shared/model/group.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { ActionRequest, IncidentAction, RefusalReason } from '../../src/shared/model/incident-action.ts';
import type { IncidentChange } from '../../src/shared/model/incident-change.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import type { StoredIncident } from '../../src/shared/ports/store.ts';

export const windowedRule: Rule = {
  id: 'brute-force',
  title: 'Failed logins from {{ source.ip }}',
  description: '',
  severity: 'high',
  status: 'production',
  tags: ['attack.t1110'],
  references: [],
  runbook: '',
  falsePositives: [],
  conditions: {},
  exceptions: [],
  groupBy: ['source.ip'],
  missingGroup: 'null',
  window: { type: 'event_count', timespanMs: 300_000, condition: { gte: 10 }, reset: false },
  dedupMs: 100,
  notify: [],
  remediation: [],
  alert: true,
  hash: 'h1',
  origin: { file: 'rules/brute-force.json', path: '$' },
};

/** The rule as it is when it fires on every match. */
export function unwindowedRule(changes: Partial<Rule> = {}): Rule {
  const { window: _, ...rule } = windowedRule;
  return { ...rule, id: 'root-login', ...changes };
}

export const groupOf = (ip: string): Group => ({ key: JSON.stringify([ip]), values: { 'source.ip': ip } });

/** A firing at a time, by default with 10 matches of which one is new. */
export const firingAt = (timeMs: number, changes: Partial<Firing> = {}): Firing => ({
  timeMs,
  position: { topic: 'logs', partition: 0, offset: timeMs, index: 0 },
  value: 10,
  fromMs: timeMs - 300_000,
  toMs: timeMs,
  firstMs: timeMs - 50,
  lastMs: timeMs,
  matches: 10,
  fresh: 1,
  ...changes,
});

export const eventOf = (firing: Firing): LogEvent => ({
  fields: { 'event.id': firing.position?.offset ?? null },
  timeMs: firing.timeMs,
  timeOrigin: 'field',
  source: 'logs',
  position: firing.position ?? { topic: 'logs', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

/** What a batch did to the firings of one group; the tail is empty unless given. */
export function firingsOf(
  rule: Rule,
  parts: Partial<GroupFirings> & { readonly now?: readonly Firing[]; readonly ip?: string },
): GroupFirings {
  const now = parts.now ?? [];
  return {
    ruleId: rule.id,
    group: groupOf(parts.ip ?? '203.0.113.7'),
    change: rule.window === undefined ? 'unwindowed' : 'appended',
    fired: now.map((firing) => ({ firing, event: eventOf(firing) })),
    withdrawn: [],
    settled: [],
    tail: () => now,
    ...parts,
  };
}

/** The wall clock at which persons act: no event time comes near it. */
export const personsTime = '2026-11-21T12:00:00.000Z';

/**
 * Drives an incident stage as the service does, keeps what a store would keep, and holds what must always be true:
 * versions are 1, 2, 3, ..., at most one a call; an incident that is final never changes.
 */
export class IncidentRun {
  readonly rows = new Map<string, StoredIncident>();
  readonly changes: IncidentChange[] = [];
  readonly #rules: readonly Rule[];
  readonly #options: { groupsMax?: number; episodesMax?: number };
  stage: IncidentStage;

  constructor(rules: readonly Rule[], options: { groupsMax?: number; episodesMax?: number } = {}) {
    this.#rules = rules;
    this.#options = options;
    this.stage = this.#newStage();
  }

  #newStage(rules = this.#rules): IncidentStage {
    return new IncidentStage(rules, {
      hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 16),
      render: (template, fields, group) =>
        `${template}|${String(fields?.['event.id'] ?? '')}|${JSON.stringify(group)}`,
      ...this.#options,
    });
  }

  /** One batch. Returns what changed. */
  fold(
    groups: readonly GroupFirings[],
    watermark: number | ((ruleId: string) => number),
  ): readonly IncidentChange[] {
    const watermarkOf = typeof watermark === 'number' ? () => watermark : watermark;
    const { changes, stored } = this.stage.fold(groups, watermarkOf);
    const storedIds = stored.map(({ incident }) => incident.id);
    expect(new Set(storedIds).size).toBe(storedIds.length);
    for (const { incident } of changes) {
      const before = this.rows.get(incident.id);
      expect(before === undefined || before.fold !== null, 'a final incident changed').toBe(true);
      expect(incident.version).toBe((before?.incident.version ?? 0) + 1);
      expect(storedIds).toContain(incident.id);
    }
    this.changes.push(...changes);
    expect(new Set(changes.map(({ incident }) => incident.id)).size).toBe(changes.length);
    for (const row of stored) this.rows.set(row.incident.id, JSON.parse(JSON.stringify(row)));
    return changes;
  }

  /** What a person asks for at some time; gives the incident as it is then, or why it was refused. */
  act(id: string, action: IncidentAction, parts: Partial<ActionRequest> = {}): Incident | RefusalReason {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`no incident ${id}`);
    const request = { incidentId: id, version: null, action, who: 'alice', note: '', ...parts };
    const other = 'into' in action ? this.rows.get(action.into) : undefined;
    const into = other === undefined ? {} : { into: JSON.parse(JSON.stringify(other)) };
    const acted = this.stage.act({
      row: JSON.parse(JSON.stringify(row)),
      request,
      time: personsTime,
      ...into,
    });
    if (!acted.ok) return acted.failure.reason;
    const { changes, stored } = acted.value;
    expect(stored.map(({ incident }) => incident)).toEqual(changes.map(({ incident }) => incident));
    for (const [index, { incident, fold }] of stored.entries()) {
      const before = this.rows.get(incident.id);
      // One that is final waits again for what a person merges into it.
      const mayWait = index === 1 && stored[0]?.fold !== null;
      expect(fold === null, 'what is final stays so').toBe(before?.fold === null && !mayWait);
      expect(incident.version).toBe((before?.incident.version ?? 0) + 1);
    }
    this.changes.push(...changes);
    for (const one of stored) this.rows.set(one.incident.id, JSON.parse(JSON.stringify(one)));
    return this.rows.get(id)?.incident ?? 'no-such-incident';
  }

  /** A new process that finds what was stored. */
  restart(
    tailOf: (ruleId: string, groupKey: string) => readonly Firing[],
    options: { watermarkOf?: (ruleId: string) => number; rules?: readonly Rule[] } = {},
  ): void {
    this.stage = this.#newStage(options.rules);
    const live = [...this.rows.values()].filter(({ fold }) => fold !== null);
    this.stage.restore(JSON.parse(JSON.stringify(live)), tailOf, options.watermarkOf);
  }

  /** The incidents as they stand, oldest first; without those merged or revised where asked so. */
  incidents(which: 'all' | 'standing' | 'open' = 'all'): Incident[] {
    const isAsked = ({ reason, status }: Incident): boolean =>
      which === 'open' ? status === 'open' : which === 'all' || (reason !== 'merged' && reason !== 'revised');
    return [...this.rows.values()]
      .map(({ incident }) => incident)
      .filter(isAsked)
      .sort((a, b) =>
        a.firstSeen < b.firstSeen ? -1 : a.firstSeen > b.firstSeen ? 1 : a.id < b.id ? -1 : 1,
      );
  }
}
