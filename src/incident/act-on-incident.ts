import { invariant } from '../shared/invariant.ts';
import { type HistoryEntry, type Incident, itself } from '../shared/model/incident.ts';
import {
  type ActionRequest,
  type IncidentAction,
  nameMax,
  noteMax,
  type Refusal,
} from '../shared/model/incident-action.ts';
import { severityRank } from '../shared/model/severity.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { cutText } from './cut-event.ts';
import { refusalText } from './refusal-text.ts';
import { type StepEntry, type Stepped, stepped } from './step-incident.ts';
import { type IncidentStep, standOf, transition } from './transitions.ts';

type OfTwo = Extract<IncidentAction, { readonly into: string }>;

/**
 * What a person's request makes of an incident, or why it makes nothing of it. `time` is the wall clock, for the
 * history alone. Pure: the same for an incident that still folds firings and for one that is final.
 */
export function actOnIncident(
  incident: Incident,
  request: ActionRequest,
  time: string,
): Result<Stepped, Refusal> {
  const outdated = outdatedBy(incident, request.version);
  if (outdated !== null) return fail(outdated);
  const { action } = request;
  invariant(!('into' in action), 'a merge is of two incidents');
  if (action.kind === 'note' && request.note.trim() === '')
    return fail({ reason: 'nothing-said', message: 'a note says something' });
  const found = transition(standOf(incident), stepOf(action, incident));
  invariant(found.kind !== 'none', `${found.number}: a person's step is done or refused`);
  if (found.kind === 'refused')
    return fail({ reason: found.reason, message: refusalText(found.reason, incident) });
  const moved = stepped(withMembers(incident, request), found, entryOf(incident, request, time));
  return ok({ ...moved, incident: { ...moved.incident, version: incident.version + 1 } });
}

function stepOf(action: Exclude<IncidentAction, OfTwo>, incident: Incident): IncidentStep {
  if (action.kind === 'assign')
    return nameOf(action.assignee) === incident.assignee ? 'assign-again' : 'assign';
  if (action.kind !== 'severity') return action.kind;
  const rise = severityRank(action.severity) - severityRank(incident.severity);
  return rise > 0 ? 'raise' : rise < 0 ? 'lower' : 'severity-again';
}

const nameOf = (name: string | null): string | null => (name === null ? null : cutText(name, nameMax));

function withMembers(incident: Incident, { action, who }: ActionRequest): Incident {
  if (action.kind === 'assign') return { ...incident, assignee: nameOf(action.assignee) };
  if (action.kind !== 'severity') return incident;
  return { ...incident, severity: action.severity, severitySetBy: cutText(who, nameMax) };
}

function entryOf(incident: Incident, { action, who, note }: ActionRequest, time: string): StepEntry {
  return {
    time,
    who: cutText(who, nameMax),
    ...(note === '' ? {} : { note: cutText(note, noteMax) }),
    ...(action.kind === 'assign' ? { from: incident.assignee, to: nameOf(action.assignee) } : {}),
    ...(action.kind === 'severity' ? { from: incident.severity, to: action.severity } : {}),
  };
}

/** Further firings outdate nothing; what a person did since does, but for what is that of `except`. */
export function outdatedBy(
  incident: Incident,
  version: number | null,
  except: string = itself,
): Refusal | null {
  if (version === null || version === incident.version) return null;
  if (version > incident.version)
    return {
      reason: 'no-such-version',
      message: `there is no version ${version} yet: it is version ${incident.version}`,
    };
  const since = incident.history.filter(
    ({ who, version: at = 0 }) => who !== itself && who !== except && at > version,
  );
  if (since.length === 0) return null;
  const message = `somebody was faster: version ${version} is version ${incident.version} by now (${since.slice(-3).map(stepText).join('; ')}); look at it again`;
  return { reason: 'somebody-was-faster', message };
}

/** A step of a history in a few words: `alice acknowledged it at 2026-03-01T10:00:00.000Z`. Raw: whoever shows it escapes it. */
const stepText = ({ who, what, time, from, to }: HistoryEntry): string => {
  const change = from === undefined ? '' : ` from ${from ?? 'nobody'} to ${to ?? 'nobody'}`;
  return `${who}: ${what}${change} at ${time}`;
};
