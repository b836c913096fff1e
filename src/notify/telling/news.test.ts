import { describe, expect, test } from 'vitest';
import { change } from '../../../test/support/sample-incident.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentChangeKind } from '../../shared/model/incident-change.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import { newsAfter, type Standing, type Told } from './news.ts';

const told = (standing: Standing): Told => ({ atMs: 0, standing, severity: 'high', events: 1, times: 1 });

const quiet = { status: 'resolved', reason: 'quiet' } as const;
const person = { status: 'resolved', reason: 'person' } as const;
const revised = { status: 'resolved', reason: 'revised' } as const;
const merged = { status: 'merged', reason: 'merged' } as const;
const taken = { status: 'acknowledged' } as const;

/** High now, by a person, and another severity before. */
const rated = (from: Incident['severity']): Partial<Incident> => ({
  severity: 'high',
  history: [{ time: '2026-03-01T10:03:00.000Z', what: 'severity-changed', who: 'ann', from, to: 'high' }],
});

interface Case {
  readonly title: string;
  readonly kind: IncidentChangeKind;
  readonly is?: Partial<Incident>;
  /** What the receiver knows; nothing. */
  readonly knows?: Standing;
  /** What it was to hear before. */
  readonly waits?: NotifyReason;
  readonly hears: NotifyReason | 'never-told' | 'nothing-new';
}

const cases: readonly Case[] = [
  { title: 'one that opened', kind: 'opened', hears: 'opened' },
  { title: 'one that opened and was quiet in one batch', kind: 'opened', is: quiet, hears: 'opened' },
  { title: 'one of which it never heard, when it goes on', kind: 'updated', hears: 'opened' },
  { title: 'one that goes on while it waits', kind: 'updated', waits: 'opened', hears: 'opened' },
  {
    title: 'one that was quiet while it waited',
    kind: 'resolved',
    is: quiet,
    waits: 'opened',
    hears: 'opened',
  },
  {
    title: 'one that a person resolved while it waited',
    kind: 'resolved',
    is: person,
    waits: 'opened',
    hears: 'never-told',
  },
  {
    title: 'one that was revised while it waited',
    kind: 'revised',
    is: revised,
    waits: 'opened',
    hears: 'never-told',
  },
  {
    title: 'one that was merged while it waited',
    kind: 'merged',
    is: merged,
    waits: 'opened',
    hears: 'never-told',
  },
  {
    title: 'one that somebody took while it waited',
    kind: 'acknowledged',
    is: taken,
    waits: 'opened',
    hears: 'opened',
  },
  {
    title: 'one that was raised until it came here',
    kind: 'severity-changed',
    is: rated('low'),
    hears: 'raised',
  },
  {
    title: 'one that was lowered until it came here',
    kind: 'severity-changed',
    is: rated('critical'),
    hears: 'opened',
  },
  { title: 'one that came back and was not known', kind: 'reopened', hears: 'reopened' },
  { title: 'one that goes on', kind: 'updated', knows: 'open', hears: 'nothing-new' },
  {
    title: 'one that was raised',
    kind: 'severity-changed',
    is: { severity: 'critical' },
    knows: 'open',
    hears: 'raised',
  },
  {
    title: 'one that its rule raised',
    kind: 'updated',
    is: { severity: 'critical' },
    knows: 'open',
    hears: 'raised',
  },
  {
    title: 'one that was lowered',
    kind: 'severity-changed',
    is: { severity: 'low' },
    knows: 'open',
    hears: 'nothing-new',
  },
  {
    title: 'one that was lowered before it was told of the raise',
    kind: 'severity-changed',
    knows: 'open',
    waits: 'raised',
    hears: 'nothing-new',
  },
  { title: 'one that somebody took', kind: 'acknowledged', is: taken, knows: 'open', hears: 'acknowledged' },
  {
    title: 'one that goes on and somebody has',
    kind: 'updated',
    is: taken,
    knows: 'acknowledged',
    hears: 'nothing-new',
  },
  {
    title: 'one that was given back before that was told',
    kind: 'unacknowledged',
    knows: 'open',
    waits: 'acknowledged',
    hears: 'nothing-new',
  },
  { title: 'one that was quiet', kind: 'resolved', is: quiet, knows: 'open', hears: 'resolved' },
  {
    title: 'one that a person resolved',
    kind: 'resolved',
    is: person,
    knows: 'acknowledged',
    hears: 'resolved',
  },
  { title: 'one that was none', kind: 'revised', is: revised, knows: 'open', hears: 'revised' },
  {
    title: 'one that was none after all, having been resolved',
    kind: 'revised',
    is: revised,
    knows: 'resolved',
    hears: 'revised',
  },
  { title: 'one that is part of another', kind: 'merged', is: merged, knows: 'open', hears: 'merged' },
  {
    title: 'one that is part of another, having been none',
    kind: 'merged',
    is: merged,
    knows: 'revised',
    hears: 'merged',
  },
  { title: 'one that came back', kind: 'reopened', knows: 'resolved', hears: 'reopened' },
  {
    title: 'one that came back before its end was told',
    kind: 'reopened',
    knows: 'open',
    waits: 'resolved',
    hears: 'reopened',
  },
  {
    title: 'one that came back and was quiet in one batch',
    kind: 'reopened',
    is: quiet,
    knows: 'resolved',
    hears: 'reopened',
  },
  {
    title: 'one that came back and was quiet before that was told',
    kind: 'resolved',
    is: quiet,
    knows: 'resolved',
    waits: 'reopened',
    hears: 'reopened',
  },
  { title: 'a note on what is over', kind: 'noted', is: quiet, knows: 'resolved', hears: 'nothing-new' },
];

describe('a receiver hears', () => {
  test.each(cases)('of $title: $hears', ({ kind, is = {}, knows, waits, hears }) => {
    const found = newsAfter(change(kind, { version: 3, ...is }), {
      told: knows === undefined ? null : told(knows),
      news: waits ?? null,
    });
    expect(found.news ?? ('why' in found && found.why)).toBe(hears);
  });
});
