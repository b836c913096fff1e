import { describe, expect, test } from 'vitest';
import type { HistoryEntry, Incident } from '../../src/shared/model/incident.ts';
import type { IncidentAction } from '../../src/shared/model/incident-action.ts';
import { into, outOf, type Two, two } from '../support/two-incidents.ts';
import { askedOf, cameOf } from './asked-of-run.ts';
import { answered, type Came, incident, rewritten, twice, without } from './came-of-wishes.ts';
import { comparedIncident } from './compared.ts';
import { ownIncidents } from './own-incidents.ts';
import { personsFaults } from './persons-faults.ts';

// The same as of merges, of merges that persons take back: what tocsin makes of them is right, and each thing that is then
// changed is reported.

const world = two();
const { a, b } = world;

type Wish = readonly [id: string, action: IncidentAction, who: string];

const resolve = (id: string): Wish => [id, { kind: 'resolve' }, 'person-2'];

/** Merged, taken back, tried once more in vain, merged anew and taken back behind another's changes; then both are over. */
const wishes: readonly Wish[] = [
  [b, { kind: 'assign', assignee: 'carol' }, 'person-2'],
  [b, into(a), 'person-4'],
  [b, outOf(a), 'person-3'],
  [b, outOf(a), 'person-1'],
  [b, { kind: 'acknowledge' }, 'person-1'],
  [b, into(a), 'person-1'],
  [a, { kind: 'assign', assignee: 'dave' }, 'person-2'],
  [b, outOf(a), 'person-2'],
  [b, { kind: 'resolve' }, 'person-2'],
  [a, { kind: 'resolve' }, 'person-2'],
];

const came = ({ run }: Two, wishes: readonly Wish[]): Came =>
  cameOf(
    run,
    wishes.map(([incidentId, action, who], nth) =>
      askedOf(run, nth, { incidentId, version: null, action, who, note: `wish ${nth}` }),
    ),
  );

const untouched = world.run.incidents().map(comparedIncident);
const all = came(world, wishes);
const faultsOf = (of: Came): readonly string[] => personsFaults(of.asked, of.incidents, of.kinds).faults;

/** Only the nth step of that name is otherwise. */
const changedAt =
  (nth: number, what: HistoryEntry['what'], members: Partial<HistoryEntry>) =>
  (history: readonly HistoryEntry[]): readonly HistoryEntry[] => {
    const one = history.filter((entry) => entry.what === what && entry.of === undefined)[nth];
    return history.map((entry) => (entry === one ? { ...entry, ...members } : entry));
  };

const withoutGivenBack = (what: HistoryEntry['what']) => (history: readonly HistoryEntry[]) =>
  history.filter((entry) => entry.what !== what || entry.note?.startsWith('had from') !== true);

describe('merges that persons take back', () => {
  test('have no faults, and both incidents are as if nobody had merged them', () => {
    expect(personsFaults(all.asked, all.incidents, all.kinds)).toEqual({
      done: 9,
      merges: 2,
      unmerges: 2,
      refused: 1,
      faults: [],
    });
    expect(ownIncidents(all.incidents, untouched)).toEqual({ incidents: untouched, faults: [] });
  });

  test.each<readonly [string, readonly Wish[]]>([
    ['resolved before', [resolve(b), [b, into(a), 'person-1'], [b, outOf(a), 'person-2'], resolve(a)]],
    [
      'resolved before, and the other acknowledged',
      [
        [a, { kind: 'acknowledge' }, 'person-3'],
        resolve(b),
        [b, into(a), 'person-1'],
        [b, outOf(a), 'person-2'],
        resolve(a),
      ],
    ],
    [
      'taken out of one that is resolved: its severity stays',
      [[b, into(a), 'person-1'], resolve(a), [b, outOf(a), 'person-2'], resolve(b)],
    ],
    [
      'resolved before, and taken out of one that is resolved',
      [resolve(b), [b, into(a), 'person-1'], resolve(a), [b, outOf(a), 'person-2']],
    ],
    [
      'taken out of one that was resolved and reopened',
      [[b, into(a), 'person-1'], resolve(a), [a, { kind: 'reopen' }, 'person-2'], [b, outOf(a), 'person-2']],
    ],
  ])('have no faults where one is %s', (_, wishes) => {
    const { asked, incidents, kinds } = came(two(), wishes);
    const { faults } = personsFaults(asked, incidents, kinds);
    expect(faults.filter((fault) => !fault.endsWith('still open'))).toEqual([]);
  });

  test('are judged by the newest of a history that is cut', () => {
    const notes = Array.from({ length: 250 }, (): Wish => [a, { kind: 'note' }, 'person-1']);
    const cut = came(two(), [[b, into(a), 'person-1'], ...notes, [b, outOf(a), 'person-2'], resolve(b)]);
    expect(cut.incidents.find(({ id }) => id === a)?.history).toHaveLength(200);
    expect(faultsOf(cut)).toEqual([]);
    const lost = rewritten(a, (history) => history.filter(({ note }) => note !== 'wish 240'))(cut);
    expect(faultsOf(lost).join('\n')).toMatch(/were told/);
  });

  test.each<readonly [string, (all: Came) => Came, RegExp]>([
    ['it is missing in the part', rewritten(b, without('unmerged')), /were told .*unmerged/],
    ['it is missing in the other', rewritten(a, without('released')), /were told .*released/],
    ['it stands twice in the part', rewritten(b, twice('unmerged')), /its history says .*unmerged.*unmerged/],
    [
      'it stands twice in the other',
      rewritten(a, twice('released')),
      /its history says .*released.*released/,
    ],
    ['it is of another person', rewritten(a, changedAt(0, 'released', { who: 'person-9' })), /person-9/],
    ['it is of another part', rewritten(a, changedAt(0, 'released', { from: 'c'.repeat(16) })), /cccc/],
    ['it is out of another', rewritten(b, changedAt(1, 'unmerged', { from: 'c'.repeat(16) })), /cccc/],
    ['it has another note', rewritten(b, changedAt(1, 'unmerged', { note: 'wish 77' })), /wish 77/],
    ['it made another version', rewritten(b, changedAt(0, 'unmerged', { version: 77 })), /77/],
    ['one that was refused was done', answered(3, { kind: 'done', version: 9 }), /were told/],
    ['one that was done was refused', answered(2, all.asked[3]?.answer), /were told/],
    [
      'nobody wished for it',
      (came) => ({ ...came, asked: came.asked.filter((_, nth) => nth !== 2) }),
      /were told/,
    ],
    [
      'it was published as something else',
      (came) => ({
        ...came,
        kinds: new Map([...came.kinds].map(([id, kind]) => [id, kind === 'released' ? 'noted' : kind])),
      }),
      /was not published as released/,
    ],
    ['an assignee stayed behind', rewritten(a, withoutGivenBack('assigned')), /should have inherited/],
    ['a severity stayed behind', rewritten(a, withoutGivenBack('severity-changed')), /should have inherited/],
    [
      'an assignee went that another person had given',
      rewritten(a, (history) => [
        ...history,
        { ...history.find(({ note }) => note?.startsWith('had from'))!, version: 10 },
      ]),
      /should have inherited/,
    ],
    ["the severity is still the part's", incident(a, { severity: 'critical' }), /of severity critical/],
    ['the part is still merged', incident(b, { status: 'merged' }), /is merged, and by its history resolved/],
    [
      'the part stands otherwise than before',
      rewritten(b, without('resolved')),
      /is resolved, and by its history acknowledged/,
    ],
  ])('it is seen that %s', (_, change, fault) => {
    expect(faultsOf(change(all)).join('\n')).toMatch(fault);
  });

  test.each<readonly [string, string, Partial<Incident>]>([
    ["the sum still has the part's events", a, { events: 11 }],
    ['the part lost its events', b, { events: 1 }],
    ['the other still names the part', a, { mergedFrom: [{ ...all.incidents[1]!, rule: 'password-spray' }] }],
    ['the part was never seen', b, { firstSeen: '2030-01-01T00:00:00.000Z' }],
  ])('it is seen that %s', (_, id, members) => {
    const { incidents, faults } = ownIncidents(incident(id, members)(all).incidents, untouched);
    expect({ incidents, faults }).not.toEqual({ incidents: untouched, faults: [] });
  });
});
