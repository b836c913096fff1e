import type { HistoryStep, Incident, IncidentReason, IncidentStatus } from '../shared/model/incident.ts';
import type { RefusalReason } from '../shared/model/incident-action.ts';
import type { IncidentChangeKind } from '../shared/model/incident-change.ts';

/**
 * What can happen to an incident. The first ten and the last six are persons' (`merge`: it becomes part of another, which
 * absorbs it; `unmerge`: it leaves that again, open or as it stood before, and the other releases it), the rest tocsin's
 * own: further firings (`fired`; for one that a person resolved only where they are more,
 * or later, than it had then), no more firings for the dedup, what late events show, and a rule that says another
 * severity.
 */
export const incidentSteps = [
  'acknowledge',
  'unacknowledge',
  'assign',
  'assign-again',
  'note',
  'resolve',
  'reopen',
  'raise',
  'lower',
  'severity-again',
  'fired',
  'quiet',
  'merged',
  'revised',
  'rule-raises',
  'rule-lowers',
  'merge',
  'absorb',
  'unmerge',
  'unmerge-acknowledged',
  'unmerge-resolved',
  'release',
] as const;

export type IncidentStep = (typeof incidentSteps)[number];

/**
 * Where an incident stands: its status; apart from other resolved ones those that a late event took the firings of, and
 * apart from those that a late event merged (their firings are another's now) those that a person joined to another
 * (they go on taking in their firings, which count in the other).
 */
export const incidentStands = ['open', 'acknowledged', 'resolved', 'revised', 'merged', 'joined'] as const;

export type IncidentStand = (typeof incidentStands)[number];

export function standOf(incident: Incident): IncidentStand {
  if (incident.status === 'resolved' && incident.reason === 'revised') return 'revised';
  return isJoined(incident) ? 'joined' : incident.status;
}

/** A person made it part of another. */
export const isJoined = ({ status, reason }: Incident): boolean => status === 'merged' && reason === 'person';

/** What becomes of an incident: `number` names the case in tests, documentation and answers. */
export type Transition =
  | {
      readonly kind: 'change';
      readonly number: string;
      readonly status: IncidentStatus;
      /** Null: as it was. */
      readonly reason: IncidentReason | null;
      /** What the history says; null: nothing. */
      readonly what: HistoryStep | null;
      readonly change: IncidentChangeKind;
      readonly isFlap: boolean;
    }
  | { readonly kind: 'none'; readonly number: string }
  | { readonly kind: 'refused'; readonly number: string; readonly reason: RefusalReason };

type Change = Extract<Transition, { kind: 'change' }>;
type Cell = (number: string) => Transition;

const to =
  (status: IncidentStatus, change: Pick<Change, 'what' | 'change'> & Partial<Change>): Cell =>
  (number) => ({ kind: 'change', number, status, reason: null, isFlap: false, ...change });

const no =
  (reason: RefusalReason): Cell =>
  (number) => ({ kind: 'refused', number, reason });

const none: Cell = (number) => ({ kind: 'none', number });

const severity = { what: 'severity-changed', change: 'severity-changed' } as const;
const bySeverityOfRule = { what: 'severity-changed', change: 'updated' } as const;
const assigned = { what: 'assigned', change: 'assigned' } as const;
const noted = { what: 'noted', change: 'noted' } as const;
const resolved = { what: 'resolved', change: 'resolved' } as const;
const reopened = { what: 'reopened', change: 'reopened' } as const;
const counted = { what: null, change: 'updated' } as const;
const toMerged = to('merged', { what: 'merged', change: 'merged', reason: 'merged' });
const toRevised = to('resolved', { what: 'resolved', change: 'revised', reason: 'revised' });
const toJoined = to('merged', { what: 'merged', change: 'merged', reason: 'person' });
const absorbed = { what: 'absorbed', change: 'absorbed' } as const;
const unmerged = { what: 'unmerged', change: 'unmerged', reason: 'person' } as const;
const released = { what: 'released', change: 'released' } as const;
const toQuiet = to('resolved', { ...resolved, reason: 'quiet' });

/** The whole life of an incident. Nothing else in the program decides what may follow what. */
const table: Readonly<Record<IncidentStand, Readonly<Record<IncidentStep, Cell>>>> = {
  open: {
    acknowledge: to('acknowledged', { what: 'acknowledged', change: 'acknowledged' }),
    unacknowledge: no('not-acknowledged'),
    assign: to('open', assigned),
    'assign-again': no('already-assigned'),
    note: to('open', noted),
    resolve: to('resolved', { ...resolved, reason: 'person' }),
    reopen: no('already-open'),
    raise: to('open', severity),
    lower: to('open', severity),
    'severity-again': no('already-so-severe'),
    fired: to('open', counted),
    quiet: toQuiet,
    merged: toMerged,
    revised: toRevised,
    'rule-raises': to('open', bySeverityOfRule),
    'rule-lowers': to('open', bySeverityOfRule),
    merge: toJoined,
    absorb: to('open', absorbed),
    unmerge: no('not-merged'),
    'unmerge-acknowledged': no('not-merged'),
    'unmerge-resolved': no('not-merged'),
    release: to('open', released),
  },
  acknowledged: {
    acknowledge: no('already-acknowledged'),
    unacknowledge: to('open', { what: 'unacknowledged', change: 'unacknowledged' }),
    assign: to('acknowledged', assigned),
    'assign-again': no('already-assigned'),
    note: to('acknowledged', noted),
    resolve: to('resolved', { ...resolved, reason: 'person' }),
    reopen: no('already-open'),
    // Whoever acknowledged it did so for what it was: more severe, it is everybody's again.
    raise: to('open', severity),
    lower: to('acknowledged', severity),
    'severity-again': no('already-so-severe'),
    fired: to('acknowledged', counted),
    quiet: toQuiet,
    merged: toMerged,
    revised: toRevised,
    'rule-raises': to('open', severity),
    'rule-lowers': to('acknowledged', bySeverityOfRule),
    merge: toJoined,
    absorb: to('acknowledged', absorbed),
    unmerge: no('not-merged'),
    'unmerge-acknowledged': no('not-merged'),
    'unmerge-resolved': no('not-merged'),
    release: to('acknowledged', released),
  },
  resolved: {
    acknowledge: no('already-resolved'),
    unacknowledge: no('already-resolved'),
    assign: no('already-resolved'),
    'assign-again': no('already-resolved'),
    note: to('resolved', noted),
    resolve: no('already-resolved'),
    reopen: to('open', { ...reopened, reason: 'person' }),
    raise: no('already-resolved'),
    lower: no('already-resolved'),
    'severity-again': no('already-resolved'),
    // Only one that a person resolved gets here: one that became quiet takes no firings any more.
    fired: to('open', { ...reopened, reason: 'fired', isFlap: true }),
    quiet: none,
    merged: toMerged,
    revised: toRevised,
    'rule-raises': none,
    'rule-lowers': none,
    merge: toJoined,
    absorb: no('already-resolved'),
    unmerge: no('not-merged'),
    'unmerge-acknowledged': no('not-merged'),
    'unmerge-resolved': no('not-merged'),
    release: to('resolved', released),
  },
  revised: {
    acknowledge: no('never-fired'),
    unacknowledge: no('never-fired'),
    assign: no('never-fired'),
    'assign-again': no('never-fired'),
    note: to('resolved', noted),
    resolve: no('already-resolved'),
    reopen: no('never-fired'),
    raise: no('never-fired'),
    lower: no('never-fired'),
    'severity-again': no('never-fired'),
    fired: to('open', { ...reopened, reason: 'fired' }),
    quiet: none,
    merged: toMerged,
    revised: none,
    'rule-raises': none,
    'rule-lowers': none,
    merge: no('never-fired'),
    absorb: no('never-fired'),
    unmerge: no('not-merged'),
    'unmerge-acknowledged': no('not-merged'),
    'unmerge-resolved': no('not-merged'),
    release: no('never-fired'),
  },
  merged: {
    acknowledge: no('part-of-another'),
    unacknowledge: no('part-of-another'),
    assign: no('part-of-another'),
    'assign-again': no('part-of-another'),
    note: no('part-of-another'),
    resolve: no('part-of-another'),
    reopen: no('part-of-another'),
    raise: no('part-of-another'),
    lower: no('part-of-another'),
    'severity-again': no('part-of-another'),
    fired: to('open', { ...reopened, reason: 'fired' }),
    quiet: none,
    merged: toMerged,
    revised: none,
    'rule-raises': none,
    'rule-lowers': none,
    merge: no('part-of-another'),
    absorb: no('part-of-another'),
    unmerge: no('merged-by-events'),
    'unmerge-acknowledged': no('merged-by-events'),
    'unmerge-resolved': no('merged-by-events'),
    release: no('part-of-another'),
  },
  joined: {
    acknowledge: no('part-of-another'),
    unacknowledge: no('part-of-another'),
    assign: no('part-of-another'),
    'assign-again': no('part-of-another'),
    note: no('part-of-another'),
    resolve: no('part-of-another'),
    reopen: no('part-of-another'),
    raise: no('part-of-another'),
    lower: no('part-of-another'),
    'severity-again': no('part-of-another'),
    // It stays part of the other, which counts what it fires.
    fired: to('merged', counted),
    quiet: none,
    merged: toMerged,
    revised: toRevised,
    'rule-raises': none,
    'rule-lowers': none,
    merge: no('part-of-another'),
    absorb: no('part-of-another'),
    unmerge: to('open', unmerged),
    'unmerge-acknowledged': to('acknowledged', unmerged),
    'unmerge-resolved': to('resolved', unmerged),
    release: no('part-of-another'),
  },
};

const prefixes: Readonly<Record<IncidentStand, string>> = {
  open: 'OPEN',
  acknowledged: 'ACK',
  resolved: 'RES',
  revised: 'REV',
  merged: 'MRG',
  joined: 'JOIN',
};

/** Made once: each further firing asks. */
const transitions = Object.fromEntries(
  incidentStands.map((stand) => [
    stand,
    Object.fromEntries(
      incidentSteps.map((step, index) => [step, table[stand][step](`${prefixes[stand]}-${index + 1}`)]),
    ),
  ]),
) as Readonly<Record<IncidentStand, Readonly<Record<IncidentStep, Transition>>>>;

/** The one table: what a step makes of an incident that stands so. Pure and whole: every cell is there. */
export const transition = (stand: IncidentStand, step: IncidentStep): Transition => transitions[stand][step];
