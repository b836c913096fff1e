import type { HistoryEntry, HistoryStep, Incident } from '../shared/model/incident.ts';
import { mergedMax, type RefusalReason } from '../shared/model/incident-action.ts';

/** Why the table refuses a person's step, and what to do. Raw: names and notes in it are persons' text. */
export function refusalText(reason: RefusalReason, incident: Incident): string {
  switch (reason) {
    case 'already-acknowledged':
      return `already acknowledged${byWhom(incident, 'acknowledged')}`;
    case 'not-acknowledged':
      return 'nobody has acknowledged it';
    case 'already-assigned':
      return incident.assignee === null ? 'nobody has it already' : `${incident.assignee} has it already`;
    case 'already-open':
      return incident.status === 'acknowledged'
        ? 'it stands already, acknowledged: take that back to open it to everybody'
        : 'it is open already';
    case 'already-so-severe':
      return `its severity is ${incident.severity} already`;
    case 'already-resolved':
      return `already resolved${byWhom(incident, 'resolved')}: reopen it first`;
    case 'never-fired':
      return 'a late event took its firings away: it opens by itself if they come back; until then only a note can be added';
    case 'itself':
      return 'an incident cannot be merged into itself';
    case 'only-one-in-shadow':
      return 'nobody is told of a rule in shadow: incidents of such a rule are merged with others of the kind only';
    case 'too-many-merged':
      return `${mergedMax} incidents are part of it already: merge it into another one`;
    case 'not-merged':
      return 'it is part of no other';
    case 'merged-by-events':
      return `its firings are those of incident ${incident.mergedInto}: a late event showed that, and no person can take it back`;
    case 'over-together':
      return 'it was over, with all that was merged into it, before what was its own was kept apart: merge no more into it';
    case 'part-of-another':
      return `it is part of incident ${incident.mergedInto}: work on that one`;
    default:
      return reason;
  }
}

function byWhom({ history }: Incident, what: HistoryStep): string {
  const last = history.findLast((entry) => entry.what === what && entry.of === undefined);
  return last === undefined ? '' : ` by ${last.who} at ${last.time}${noteOf(last)}`;
}

const noteOf = ({ note }: HistoryEntry): string => (note === undefined ? '' : ` (${note})`);
