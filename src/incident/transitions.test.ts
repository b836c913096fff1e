import { describe, expect, test } from 'vitest';
import { incidentStands, incidentSteps, type Transition, transition } from './transitions.ts';

// Status (and reason) afterwards, what the history says, what is published; or why not.
const truths = [
  ['OPEN-1', 'open', 'acknowledge', 'acknowledged, acknowledged, acknowledged'],
  ['OPEN-2', 'open', 'unacknowledge', 'no: not-acknowledged'],
  ['OPEN-3', 'open', 'assign', 'open, assigned, assigned'],
  ['OPEN-4', 'open', 'assign-again', 'no: already-assigned'],
  ['OPEN-5', 'open', 'note', 'open, noted, noted'],
  ['OPEN-6', 'open', 'resolve', 'resolved (person), resolved, resolved'],
  ['OPEN-7', 'open', 'reopen', 'no: already-open'],
  ['OPEN-8', 'open', 'raise', 'open, severity-changed, severity-changed'],
  ['OPEN-9', 'open', 'lower', 'open, severity-changed, severity-changed'],
  ['OPEN-10', 'open', 'severity-again', 'no: already-so-severe'],
  ['OPEN-11', 'open', 'fired', 'open, no entry, updated'],
  ['OPEN-12', 'open', 'quiet', 'resolved (quiet), resolved, resolved'],
  ['OPEN-13', 'open', 'merged', 'merged (merged), merged, merged'],
  ['OPEN-14', 'open', 'revised', 'resolved (revised), resolved, revised'],
  ['OPEN-15', 'open', 'rule-raises', 'open, severity-changed, updated'],
  ['OPEN-16', 'open', 'rule-lowers', 'open, severity-changed, updated'],
  ['OPEN-17', 'open', 'merge', 'merged (person), merged, merged'],
  ['OPEN-18', 'open', 'absorb', 'open, absorbed, absorbed'],
  ['ACK-1', 'acknowledged', 'acknowledge', 'no: already-acknowledged'],
  ['ACK-2', 'acknowledged', 'unacknowledge', 'open, unacknowledged, unacknowledged'],
  ['ACK-3', 'acknowledged', 'assign', 'acknowledged, assigned, assigned'],
  ['ACK-4', 'acknowledged', 'assign-again', 'no: already-assigned'],
  ['ACK-5', 'acknowledged', 'note', 'acknowledged, noted, noted'],
  ['ACK-6', 'acknowledged', 'resolve', 'resolved (person), resolved, resolved'],
  ['ACK-7', 'acknowledged', 'reopen', 'no: already-open'],
  ['ACK-8', 'acknowledged', 'raise', 'open, severity-changed, severity-changed'],
  ['ACK-9', 'acknowledged', 'lower', 'acknowledged, severity-changed, severity-changed'],
  ['ACK-10', 'acknowledged', 'severity-again', 'no: already-so-severe'],
  ['ACK-11', 'acknowledged', 'fired', 'acknowledged, no entry, updated'],
  ['ACK-12', 'acknowledged', 'quiet', 'resolved (quiet), resolved, resolved'],
  ['ACK-13', 'acknowledged', 'merged', 'merged (merged), merged, merged'],
  ['ACK-14', 'acknowledged', 'revised', 'resolved (revised), resolved, revised'],
  ['ACK-15', 'acknowledged', 'rule-raises', 'open, severity-changed, severity-changed'],
  ['ACK-16', 'acknowledged', 'rule-lowers', 'acknowledged, severity-changed, updated'],
  ['ACK-17', 'acknowledged', 'merge', 'merged (person), merged, merged'],
  ['ACK-18', 'acknowledged', 'absorb', 'acknowledged, absorbed, absorbed'],
  ['RES-1', 'resolved', 'acknowledge', 'no: already-resolved'],
  ['RES-2', 'resolved', 'unacknowledge', 'no: already-resolved'],
  ['RES-3', 'resolved', 'assign', 'no: already-resolved'],
  ['RES-4', 'resolved', 'assign-again', 'no: already-resolved'],
  ['RES-5', 'resolved', 'note', 'resolved, noted, noted'],
  ['RES-6', 'resolved', 'resolve', 'no: already-resolved'],
  ['RES-7', 'resolved', 'reopen', 'open (person), reopened, reopened'],
  ['RES-8', 'resolved', 'raise', 'no: already-resolved'],
  ['RES-9', 'resolved', 'lower', 'no: already-resolved'],
  ['RES-10', 'resolved', 'severity-again', 'no: already-resolved'],
  ['RES-11', 'resolved', 'fired', 'open (fired), reopened, reopened, flap'],
  ['RES-12', 'resolved', 'quiet', 'nothing'],
  ['RES-13', 'resolved', 'merged', 'merged (merged), merged, merged'],
  ['RES-14', 'resolved', 'revised', 'resolved (revised), resolved, revised'],
  ['RES-15', 'resolved', 'rule-raises', 'nothing'],
  ['RES-16', 'resolved', 'rule-lowers', 'nothing'],
  ['RES-17', 'resolved', 'merge', 'merged (person), merged, merged'],
  ['RES-18', 'resolved', 'absorb', 'no: already-resolved'],
  ['REV-1', 'revised', 'acknowledge', 'no: never-fired'],
  ['REV-2', 'revised', 'unacknowledge', 'no: never-fired'],
  ['REV-3', 'revised', 'assign', 'no: never-fired'],
  ['REV-4', 'revised', 'assign-again', 'no: never-fired'],
  ['REV-5', 'revised', 'note', 'resolved, noted, noted'],
  ['REV-6', 'revised', 'resolve', 'no: already-resolved'],
  ['REV-7', 'revised', 'reopen', 'no: never-fired'],
  ['REV-8', 'revised', 'raise', 'no: never-fired'],
  ['REV-9', 'revised', 'lower', 'no: never-fired'],
  ['REV-10', 'revised', 'severity-again', 'no: never-fired'],
  ['REV-11', 'revised', 'fired', 'open (fired), reopened, reopened'],
  ['REV-12', 'revised', 'quiet', 'nothing'],
  ['REV-13', 'revised', 'merged', 'merged (merged), merged, merged'],
  ['REV-14', 'revised', 'revised', 'nothing'],
  ['REV-15', 'revised', 'rule-raises', 'nothing'],
  ['REV-16', 'revised', 'rule-lowers', 'nothing'],
  ['REV-17', 'revised', 'merge', 'no: never-fired'],
  ['REV-18', 'revised', 'absorb', 'no: never-fired'],
  ['MRG-1', 'merged', 'acknowledge', 'no: part-of-another'],
  ['MRG-2', 'merged', 'unacknowledge', 'no: part-of-another'],
  ['MRG-3', 'merged', 'assign', 'no: part-of-another'],
  ['MRG-4', 'merged', 'assign-again', 'no: part-of-another'],
  ['MRG-5', 'merged', 'note', 'no: part-of-another'],
  ['MRG-6', 'merged', 'resolve', 'no: part-of-another'],
  ['MRG-7', 'merged', 'reopen', 'no: part-of-another'],
  ['MRG-8', 'merged', 'raise', 'no: part-of-another'],
  ['MRG-9', 'merged', 'lower', 'no: part-of-another'],
  ['MRG-10', 'merged', 'severity-again', 'no: part-of-another'],
  ['MRG-11', 'merged', 'fired', 'open (fired), reopened, reopened'],
  ['MRG-12', 'merged', 'quiet', 'nothing'],
  ['MRG-13', 'merged', 'merged', 'merged (merged), merged, merged'],
  ['MRG-14', 'merged', 'revised', 'nothing'],
  ['MRG-15', 'merged', 'rule-raises', 'nothing'],
  ['MRG-16', 'merged', 'rule-lowers', 'nothing'],
  ['MRG-17', 'merged', 'merge', 'no: part-of-another'],
  ['MRG-18', 'merged', 'absorb', 'no: part-of-another'],
  ['JOIN-1', 'joined', 'acknowledge', 'no: part-of-another'],
  ['JOIN-2', 'joined', 'unacknowledge', 'no: part-of-another'],
  ['JOIN-3', 'joined', 'assign', 'no: part-of-another'],
  ['JOIN-4', 'joined', 'assign-again', 'no: part-of-another'],
  ['JOIN-5', 'joined', 'note', 'no: part-of-another'],
  ['JOIN-6', 'joined', 'resolve', 'no: part-of-another'],
  ['JOIN-7', 'joined', 'reopen', 'no: part-of-another'],
  ['JOIN-8', 'joined', 'raise', 'no: part-of-another'],
  ['JOIN-9', 'joined', 'lower', 'no: part-of-another'],
  ['JOIN-10', 'joined', 'severity-again', 'no: part-of-another'],
  ['JOIN-11', 'joined', 'fired', 'merged, no entry, updated'],
  ['JOIN-12', 'joined', 'quiet', 'nothing'],
  ['JOIN-13', 'joined', 'merged', 'merged (merged), merged, merged'],
  ['JOIN-14', 'joined', 'revised', 'resolved (revised), resolved, revised'],
  ['JOIN-15', 'joined', 'rule-raises', 'nothing'],
  ['JOIN-16', 'joined', 'rule-lowers', 'nothing'],
  ['JOIN-17', 'joined', 'merge', 'no: part-of-another'],
  ['JOIN-18', 'joined', 'absorb', 'no: part-of-another'],
] as const;

const textOf = (found: Transition): string => {
  if (found.kind === 'none') return 'nothing';
  if (found.kind === 'refused') return `no: ${found.reason}`;
  const reason = found.reason === null ? '' : ` (${found.reason})`;
  const flap = found.isFlap ? ', flap' : '';
  return `${found.status}${reason}, ${found.what ?? 'no entry'}, ${found.change}${flap}`;
};

describe('what becomes of an incident', () => {
  test.each(truths)('%s: %s, %s: %s', (...[number, stand, step, truth]) => {
    const found = transition(stand, step);
    expect(found.number).toBe(number);
    expect(textOf(found)).toBe(truth);
  });

  test('is said for every step and every place it can stand', () => {
    const asked = incidentStands.flatMap((stand) => incidentSteps.map((step) => `${stand} ${step}`));
    expect(truths.map(([, stand, step]) => `${stand} ${step}`)).toEqual(asked);
  });
});
