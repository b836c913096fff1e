import type { HistoryEntry, IncidentStatus } from '../../src/shared/model/incident.ts';
import { severities } from '../../src/shared/model/severity.ts';
import { isPersons } from './of-persons.ts';

interface Stand {
  readonly status: IncidentStatus;
  /** A person made it part of another: what it does meanwhile is in its history, and leaves it there. */
  readonly isPart: boolean;
  /** A person resolved it last, not quiet nor a late event. */
  readonly isPutAside: boolean;
}

/** What the steps of a life lead to (docs/incidents.md): its own, not those of what was merged into it. */
export function statusBy(history: readonly HistoryEntry[]): IncidentStatus {
  const own = history.filter(({ of }) => of === undefined);
  const { status, isPart } = own.reduce(after, { status: 'open', isPart: false, isPutAside: false });
  return isPart ? 'merged' : status;
}

function after(stand: Stand, entry: HistoryEntry): Stand {
  const { what, from, to } = entry;
  switch (what) {
    case 'opened':
    case 'reopened':
    case 'unacknowledged':
      return { ...stand, status: 'open' };
    case 'acknowledged':
      return { ...stand, status: 'acknowledged' };
    case 'resolved':
      // Of a part it says that a late event took its firings away, and with that it has left the other.
      return { status: 'resolved', isPart: false, isPutAside: isPersons(entry) };
    case 'merged':
      return isPersons(entry) ? { ...stand, isPart: true } : { ...stand, status: 'merged', isPart: false };
    case 'unmerged':
      return { ...stand, status: standingAgain(stand), isPart: false };
    case 'severity-changed':
      return stand.status === 'acknowledged' && rank(to) > rank(from) ? { ...stand, status: 'open' } : stand;
    default:
      return stand;
  }
}

/** As it stood before; where it was quiet before or meanwhile, the history says so behind. */
const standingAgain = ({ status, isPutAside }: Stand): IncidentStatus =>
  status === 'resolved' && !isPutAside ? 'open' : status;

const rank = (severity: string | null | undefined): number =>
  (severities as readonly unknown[]).indexOf(severity);
