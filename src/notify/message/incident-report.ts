import type { Incident } from '../../shared/model/incident.ts';
import type { Notice } from '../../shared/model/notice.ts';
import { attackLinks, type Link } from './attack-links.ts';
import { incidentLinks, isToIncident } from './incident-links.ts';
import { nextSteps } from './next-steps.ts';

/** What is known of an incident beside its document. */
export interface KnownOfIncident {
  readonly notices: readonly Notice[];
  /** What its rule is about now, in its author's words; empty where it says nothing, or is loaded no more. */
  readonly description: string;
  /** Where people look at it; left out where there is no console to link to. */
  readonly linkOf?: (incidentId: string) => string;
}

/**
 * An incident as it is shown to whoever asks for it: its document as on the incidents topic, and beside it who was told, what
 * its rule is about, what to do next and what to read. Raw: whoever shows it escapes it.
 */
export interface IncidentReport extends Incident {
  readonly notices: readonly Notice[];
  readonly description: string;
  /** Command lines: what to do next, as messages say it. */
  readonly next: readonly string[];
  /** Pages of MITRE ATT&CK that its tags name. */
  readonly attack: readonly Link[];
  /** Its own page first, where there is one, then its runbook and references, where they are addresses. */
  readonly links: readonly Link[];
}

/** Puts together what is said to whoever asks for one incident. Pure. */
export function incidentReport(
  incident: Incident,
  { notices, description, linkOf }: KnownOfIncident,
): IncidentReport {
  const attack = attackLinks(incident.tags);
  const links = incidentLinks(incident, { attack, ...(linkOf === undefined ? {} : { linkOf }) });
  return { ...incident, notices, description, next: nextSteps(incident), attack, links };
}

/** The address of its own page; undefined where there is none. */
export const pageOf = ({ links }: IncidentReport): string | undefined => links.find(isToIncident)?.url;
