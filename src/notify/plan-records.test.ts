import { describe, expect, test } from 'vitest';
import { change, sampleIncident } from '../../test/support/sample-incident.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import { outgoingRecord } from '../shared/model/incident-record.ts';
import type { OutgoingRecord } from '../shared/model/log-record.ts';
import { incidentRecord, planRecords, withoutEvidence } from './plan-records.ts';

const encode = (text: string): Uint8Array => Buffer.from(text);
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const plan = { topic: 'tocsin.incidents', source: 'urn:tocsin:test' };
const published = (change: IncidentChange) => outgoingRecord(incidentRecord(change, plan), encode);
const headersOf = ({ headers }: OutgoingRecord) =>
  Object.fromEntries(headers.map(([name, value]) => [name, decode(value)]));

describe('the record of an incident', () => {
  const record = published(change('updated', { version: 3 }));

  test('is keyed by the incident and holds the whole of it', () => {
    expect(decode(record.key!)).toBe('5f2c0a9be1d34c77');
    expect(JSON.parse(decode(record.value!))).toEqual(sampleIncident({ version: 3 }));
    expect(record.topic).toBe('tocsin.incidents');
  });

  test('stands at the time of the event', () => {
    expect(record.timestampMs).toBe(Date.UTC(2026, 2, 1, 10, 3));
  });

  test('is a CloudEvent in binary mode, with an id for each version', () => {
    expect(headersOf(record)).toEqual({
      ce_specversion: '1.0',
      ce_id: '5f2c0a9be1d34c77:3',
      ce_type: 'tocsin.incident.updated.v1',
      ce_source: 'urn:tocsin:test',
      ce_time: '2026-03-01T10:03:00.000Z',
      ce_subject: '5f2c0a9be1d34c77',
      'content-type': 'application/json',
    });
  });

  test('is the same for the same version', () => {
    expect(published(change('updated', { version: 3 }))).toEqual(record);
  });

  test('stands in the lane of its topic, in the order of the changes', () => {
    const rows = planRecords([change('opened'), change('resolved')], plan);
    expect(rows.map((row) => row.lane)).toEqual(['topic:tocsin.incidents', 'topic:tocsin.incidents']);
    expect(
      rows.map(
        ({ payload }) =>
          payload.kind === 'incident' && headersOf(outgoingRecord(payload.record, encode))['ce_type'],
      ),
    ).toEqual(['tocsin.incident.opened.v1', 'tocsin.incident.resolved.v1']);
  });
});

describe('a record that is too large', () => {
  test('goes without the events of its evidence, and says so', () => {
    const smaller = withoutEvidence(published(change('opened')), { encode, decode });
    const { evidence } = JSON.parse(decode(smaller!.value!));
    expect(evidence).toEqual([{ ...sampleIncident().evidence[0], event: null }]);
    expect(headersOf(smaller!)['tocsin-cut']).toBe('evidence');
  });

  test('has no smaller form where there is nothing to leave out', () => {
    expect(withoutEvidence(published(change('opened', { evidence: [] })), { encode, decode })).toBeNull();
    const deadLetter = { topic: 't', key: null, value: encode('{'), headers: [], timestampMs: 0 };
    expect(withoutEvidence(deadLetter, { encode, decode })).toBeNull();
    const { headers } = published(change('opened'));
    const forged = { ...deadLetter, headers: [...headers, ['tocsin-reason', encode('not-json')] as const] };
    expect(withoutEvidence(forged, { encode, decode }), 'one whose sender gave it our headers').toBeNull();
  });
});
