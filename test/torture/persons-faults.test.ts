import { describe, expect, test } from 'vitest';
import { actOnIncident } from '../../src/incident/act-on-incident.ts';
import { mergeIncidents } from '../../src/incident/merge-incidents.ts';
import type { HistoryEntry, Incident } from '../../src/shared/model/incident.ts';
import type { ActionAnswer, ActionRequest, IncidentAction } from '../../src/shared/model/incident-action.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { answered, type Came, changed, incident, rewritten, twice, without } from './came-of-wishes.ts';
import { comparedIncident } from './compared.ts';
import { ownIncidents } from './own-incidents.ts';
import type { Asked } from './persons.ts';
import { personsFaults } from './persons-faults.ts';

// What tocsin's own code makes of some wishes is found to be right, and each thing that is then changed is reported: the
// checks that torture relies on do see what they are there to see.

const ids = { a: 'a'.repeat(32), b: 'b'.repeat(32) };

const opened = (id: string, members: Partial<Incident> = {}): Incident => {
  const incident = sampleIncident({ id });
  const history = [{ time: incident.firstSeen, what: 'opened', who: 'tocsin', version: 1 } as const];
  return {
    ...incident,
    version: 1,
    status: 'open',
    reason: 'fired',
    severity: 'medium',
    severitySetBy: null,
    assignee: null,
    mergedInto: null,
    history,
    ...members,
  };
};

/** Five wishes on two incidents: the second becomes part of the first, which has its assignee and severity then. */
function came(): Came {
  const now = new Map([opened(ids.a), opened(ids.b, { events: 7, firings: 3 })].map((one) => [one.id, one]));
  const kinds = new Map<string, string>();
  const asked: Asked[] = [];
  const ask = (id: string, action: IncidentAction, who: string): void => {
    const request: ActionRequest = {
      incidentId: id,
      version: null,
      action,
      who,
      note: `wish ${asked.length}`,
    };
    const answer = done(now, kinds, request);
    asked.push({ id: asked.length + 1, request, answer });
  };
  ask(ids.a, { kind: 'acknowledge' }, 'person-1');
  ask(ids.b, { kind: 'assign', assignee: 'carol' }, 'person-2');
  ask(ids.b, { kind: 'severity', severity: 'high' }, 'person-3');
  ask(ids.b, { kind: 'merge', into: ids.a, intoVersion: null }, 'person-4');
  ask(ids.b, { kind: 'acknowledge' }, 'person-1');
  ask(ids.a, { kind: 'resolve' }, 'person-2');
  return { asked, incidents: [...now.values()], kinds };
}

function done(now: Map<string, Incident>, kinds: Map<string, string>, request: ActionRequest): ActionAnswer {
  const time = '2026-11-21T12:00:00.000Z';
  const { incidentId, action } = request;
  const before = now.get(incidentId)!;
  const side = (id: string) => ({
    row: { incident: now.get(id)!, ruleId: 'rule', groupKey: '[]', fold: null },
    known: undefined,
  });
  const acted =
    action.kind === 'merge'
      ? mergeIncidents(side(incidentId), side(action.into), { request, intoVersion: null, time })
      : actOnIncident(before, request, time);
  if (!acted.ok) return { kind: 'refused', version: before.version, ...acted.failure };
  const changes =
    'changes' in acted.value
      ? acted.value.changes
      : [{ kind: acted.value.change, incident: acted.value.incident }];
  for (const { kind, incident } of changes) {
    now.set(incident.id, incident);
    kinds.set(`${incident.id}:${incident.version}`, kind);
  }
  return { kind: 'done', version: changes[0]!.incident.version };
}

const faultsOf = ({ asked, incidents, kinds }: Came): readonly string[] =>
  personsFaults(asked, incidents, kinds).faults;

/** Fires on, though a person had resolved it. */
const goesOn = (history: readonly HistoryEntry[]): readonly HistoryEntry[] => [
  ...history,
  { time: '2026-11-21T13:00:00.000Z', what: 'reopened', who: 'tocsin' },
];

const refused: ActionAnswer = { kind: 'refused', version: 1, reason: 'already-open', message: '' };

describe('the wishes of persons', () => {
  test('what tocsin makes of them has no faults', () => {
    const all = came();
    expect(personsFaults(all.asked, all.incidents, all.kinds)).toEqual({
      done: 5,
      merges: 1,
      unmerges: 0,
      refused: 1,
      faults: [],
    });
  });

  test('leave a part where it is, whatever it does meanwhile', () => {
    expect(faultsOf(rewritten(ids.b, goesOn)(came()))).toEqual([]);
  });

  test.each<readonly [string, (all: Came) => Came, RegExp]>([
    ['an acknowledged act is missing', rewritten(ids.a, without('acknowledged')), /were told .*acknowledged/],
    [
      'one stands twice',
      rewritten(ids.a, twice('acknowledged')),
      /its history says .*acknowledged.*acknowledged/,
    ],
    ['one is of another person', rewritten(ids.a, changed('acknowledged', { who: 'person-9' })), /person-9/],
    ['one has another note', rewritten(ids.a, changed('acknowledged', { note: 'wish 77' })), /wish 77/],
    ['one made another version', rewritten(ids.a, changed('acknowledged', { version: 77 })), /77/],
    ['one assigned to another', rewritten(ids.b, changed('assigned', { to: 'dave' })), /dave/],
    ['one was published as something else', (all) => ({ ...all, kinds: new Map() }), /was not published as/],
    ['one was refused and done', answered(0, refused), /were told/],
    ['one was done and refused', answered(4, { kind: 'done', version: 5 }), /were told/],
    ['one has no answer', answered(0, undefined), /no answer/],
    [
      'one was done to what is not there',
      (all) => ({ ...all, incidents: all.incidents.slice(0, 1) }),
      /not there/,
    ],
    ['nobody wished for one', (all) => ({ ...all, asked: all.asked.slice(1) }), /were told/],
    ['a merge is missing in the part', rewritten(ids.b, without('merged')), /were told .*merged/],
    ['a merge is missing in the other', rewritten(ids.a, without('absorbed')), /were told .*absorbed/],
    [
      'a merge stands twice in the other',
      rewritten(ids.a, twice('absorbed')),
      /its history says .*absorbed.*absorbed/,
    ],
    [
      'a merge is of another person there',
      rewritten(ids.a, changed('absorbed', { who: 'person-9' })),
      /person-9/,
    ],
    ['a merge is of another part', rewritten(ids.a, changed('absorbed', { from: 'c'.repeat(32) })), /cccc/],
    [
      'an assignee came along and is not said',
      rewritten(ids.a, without('assigned')),
      /should have inherited/,
    ],
    [
      'a severity that came along is another',
      rewritten(ids.a, changed('severity-changed', { to: 'low' })),
      /should have inherited/,
    ],
    [
      'the steps of the part did not come along',
      rewritten(ids.a, (all) => all.filter(({ of }) => of === undefined)),
      /should have inherited/,
    ],
    [
      'the assignee is another than the history says',
      incident(ids.a, { assignee: 'dave' }),
      /assigned to dave/,
    ],
    ['the severity is another', incident(ids.a, { severity: 'low' }), /of severity low/],
    [
      'the status is another',
      incident(ids.b, { status: 'resolved' }),
      /is resolved, and by its history merged/,
    ],
    ['it is not over', incident(ids.a, { status: 'open' }), /still open/],
    [
      'one that came back after events had merged it is no part of another',
      rewritten(ids.b, (history) => goesOn(changed('merged', { who: 'tocsin' })(history))),
      /is merged, and by its history open/,
    ],
  ])('it is seen that %s', (_, change, fault) => {
    expect(faultsOf(change(came())).join('\n')).toMatch(fault);
  });
});

describe('what persons merged', () => {
  /** As a run without persons has them. */
  const expected = [opened(ids.a), opened(ids.b, { events: 7, firings: 3 })].map(comparedIncident);

  test('is, each by its own part, what it would be had nobody merged it', () => {
    const { incidents, faults } = ownIncidents(came().incidents, expected);
    expect(faults).toEqual([]);
    expect(incidents.toSorted((a, b) => a.events - b.events)).toEqual(
      expected.toSorted((a, b) => a.events - b.events),
    );
  });

  test.each<readonly [string, (all: Came) => Came]>([
    ['the sum has an event too few', (all) => incident(ids.a, { events: all.incidents[0]!.events - 1 })(all)],
    ['the sum has a firing twice', (all) => incident(ids.a, { firings: all.incidents[0]!.firings + 1 })(all)],
    ['the first was not seen', incident(ids.a, { firstSeen: '2030-01-01T00:00:00.000Z' })],
    ['the peak is another', incident(ids.a, { peak: 9_999 })],
    ['the part counts on by itself', incident(ids.b, { events: 8 })],
    ['the part is part of another', incident(ids.b, { mergedInto: 'c'.repeat(32) })],
    ['the other does not name the part', incident(ids.a, { mergedFrom: [] })],
    ['the part is gone', (all) => ({ ...all, incidents: all.incidents.slice(0, 1) })],
  ])('it is seen that %s', (_, change) => {
    const { incidents, faults } = ownIncidents(change(came()).incidents, expected);
    const texts = (list: readonly object[]): string =>
      list
        .map((one) => JSON.stringify(one))
        .sort()
        .join('\n');
    expect(texts(incidents) !== texts(expected) || faults.length > 0).toBe(true);
  });
});
