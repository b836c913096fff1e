import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentChange } from '../../shared/model/incident-change.ts';
import type { WithheldReason } from '../../shared/model/notice.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import { type Severity, severities, severityRank } from '../../shared/model/severity.ts';

/** How an incident stands, as far as it matters to those who are told. */
export type Standing = 'open' | 'acknowledged' | 'resolved' | 'revised' | 'merged';

/** What a receiver was last told of an incident. */
export interface Told {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly standing: Standing;
  readonly severity: Severity;
  /** How many events it had then. */
  readonly events: number;
  /** How often the receiver was told of it: part of the ids of messages. */
  readonly times: number;
}

/** What a receiver is to hear, or why nothing. */
export type News =
  | { readonly news: NotifyReason }
  | { readonly news: null; readonly why: Extract<WithheldReason, 'never-told' | 'nothing-new'> };

export function standingOf({ status, reason }: Incident): Standing {
  if (status !== 'resolved') return status;
  return reason === 'revised' ? 'revised' : 'resolved';
}

export const isOver = (standing: Standing): boolean => standing !== 'open' && standing !== 'acknowledged';

/** What tells of an end, or of somebody who has it: only the calendar holds it back, and only some asked for it. */
export const isEnd = (news: NotifyReason): boolean => endings.has(news);

/** What is told only to channels that asked to hear of ends. */
export const isAskedFor = (news: NotifyReason): boolean => news === 'resolved' || news === 'acknowledged';

const endings: ReadonlySet<NotifyReason> = new Set(['resolved', 'revised', 'merged', 'acknowledged']);

const nothingNew: News = { news: null, why: 'nothing-new' };
const neverTold: News = { news: null, why: 'never-told' };

/**
 * What a receiver has to hear of an incident after a change, given what it was told last (null: nothing) and what it
 * was to hear already. Pure: every case is here. It compares how things stand, as Alertmanager's notification log does,
 * and counts nothing; so what came and went between two messages is not told twice.
 *
 * One difference: an incident that was quiet before anybody was told is told all the same, for an attack that is over is
 * news. What a person resolved, or what turned out to be none, is not.
 */
export function newsAfter(
  { kind, incident }: IncidentChange,
  { told, news }: { readonly told: Told | null; readonly news: NotifyReason | null },
): News {
  const standing = standingOf(incident);
  if (told === null) {
    if (isOver(standing) && incident.reason !== 'quiet') return neverTold;
    return { news: news ?? firstNews(kind, incident) };
  }
  if (kind === 'reopened') return { news: 'reopened' };
  return isOver(standing) ? endNews(standing, { told, news }) : standingNews(incident, { told, news });
}

function firstNews(kind: IncidentChange['kind'], { severity, history }: Incident): NotifyReason {
  if (kind === 'reopened') return 'reopened';
  const before =
    kind === 'severity-changed' ? severities.find((one) => one === history.at(-1)?.from) : undefined;
  return before !== undefined && severityRank(severity) > severityRank(before) ? 'raised' : 'opened';
}

/** The receiver knows it, and it is over. */
function endNews(
  standing: Standing,
  { told, news }: { readonly told: Told; readonly news: NotifyReason | null },
): News {
  const isEndKnown = isOver(told.standing);
  if (standing === 'revised' || standing === 'merged')
    return standing === told.standing && news === null ? nothingNew : { news: standing };
  if (!isEndKnown) return { news: news === 'reopened' ? 'reopened' : 'resolved' };
  // It came back and was quiet again before that was told: one message says both.
  return news === 'reopened' ? { news } : nothingNew;
}

/** The receiver knows it, and it stands. */
function standingNews(
  incident: Incident,
  { told, news }: { readonly told: Told; readonly news: NotifyReason | null },
): News {
  if (isOver(told.standing) || news === 'reopened') return { news: 'reopened' };
  if (severityRank(incident.severity) > severityRank(told.severity)) return { news: 'raised' };
  const isTaken = incident.status === 'acknowledged' && told.standing === 'open';
  return isTaken ? { news: 'acknowledged' } : nothingNew;
}
