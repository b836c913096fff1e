import type { Incident } from '../../src/shared/model/incident.ts';
import type { OutgoingRecord } from '../../src/shared/model/log-record.ts';
import type { NewOutboxRow } from '../../src/shared/ports/outbox.ts';
import type { BatchCommit, StoredIncident } from '../../src/shared/ports/store.ts';

/** A batch that changed nothing: tests say what is different. */
export const emptyBatch: BatchCommit = {
  positions: [],
  watermarks: {},
  windowDelta: null,
  incidents: [],
  outbox: [],
};

export const noSnapshot = (): string => '';

export function incidentWith(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'a1',
    version: 1,
    status: 'open',
    reason: 'fired',
    rule: { id: 'r1', title: 'Rule', hash: 'h' },
    severity: 'high',
    severitySetBy: null,
    assignee: null,
    flaps: 0,
    title: 'Rule',
    summary: 'why',
    tags: [],
    group: { 'source.ip': '203.0.113.7' },
    firstSeen: '2026-03-01T10:00:00.000Z',
    lastSeen: '2026-03-01T10:00:00.000Z',
    events: 1,
    firings: 1,
    peak: 1,
    evidence: [],
    history: [],
    remediation: [],
    runbook: '',
    references: [],
    shadow: false,
    mergedInto: null,
    '@timestamp': '2026-03-01T10:00:00.000Z',
    ...changes,
  };
}

export const storedWith = (changes: Partial<Incident>, fold: string | null = '{}'): StoredIncident => {
  const incident = incidentWith(changes);
  return { incident, ruleId: incident.rule.id, groupKey: '["203.0.113.7"]', fold };
};

export const recordRow = (
  lane: string,
  value: string,
  changes: Partial<OutgoingRecord> = {},
): NewOutboxRow => ({
  lane,
  payload: {
    kind: 'record',
    record: {
      topic: lane,
      key: Buffer.from('k'),
      value: Buffer.from(value),
      headers: [],
      timestampMs: 1,
      ...changes,
    },
  },
});
