import { countOf } from '../../shared/count-text.ts';
import type { HistoryEntry, HistoryStep, Incident } from '../../shared/model/incident.ts';
import { itself } from '../../shared/model/incident.ts';
import type { Notification } from '../../shared/model/notification.ts';
import { isStanding } from './incident-facts.ts';
import { clockText, timeText } from './time-text.ts';

/** Characters of what a rule says of itself: some have an essay. */
const descriptionMax = 400;

/**
 * Why this message comes where it is not the first, what the rule is about where somebody is to do something, and what
 * made it fire: whole sentences. Raw: whoever shows it escapes it.
 */
export function whyText(notification: Notification, description = ''): string {
  const about = isStanding(notification.reason) ? firstParagraph(description) : '';
  const fired = [
    sentence(about.length > descriptionMax ? `${about.slice(0, descriptionMax).toWellFormed()}…` : about),
    sentence(notification.incident.summary.trim()),
  ];
  const news = reasonSentence(notification);
  return [
    ...(notification.reason === 'opened' ? [...fired, news] : [news, ...fired]),
    withheldSentence(notification),
    elsewhereSentence(notification),
  ]
    .filter((one) => one !== '')
    .join(' ');
}

/** Behind it stand authors and licences. */
const firstParagraph = (text: string): string => (text.trim().split(/\n\s*\n/)[0] ?? '').replace(/\s+/g, ' ');

const sentence = (text: string): string => (/(?:^|[.!?…])$/.test(text) ? text : `${text}.`);

/** One sentence about why this message comes; empty for a new incident, whose summary says it. */
function reasonSentence({ reason, incident }: Notification): string {
  switch (reason) {
    case 'opened':
      return incident.status === 'resolved' ? 'It is already quiet again.' : '';
    case 'reopened':
      return reopenedSentence(incident);
    case 'resolved':
      return incident.reason === 'person'
        ? `${did(incident, 'resolved', 'resolved it')}`
        : `Quiet since ${timeText(incident.lastSeen)}.`;
    case 'revised':
      return 'An event that arrived late shows that the rule did not fire after all.';
    case 'merged':
      if (incident.reason === 'person')
        return did(incident, 'merged', `merged it into incident ${incident.mergedInto ?? 'unknown'}`);
      return `An event that arrived late shows that it is part of incident ${incident.mergedInto ?? 'unknown'}.`;
    case 'acknowledged':
      return did(incident, 'acknowledged', 'acknowledged it');
    case 'raised':
      return raisedSentence(incident);
    case 'repeated':
      return `It still stands: ${sinceText(incident)}. ${whoHasIt(incident)}`;
    case 'escalated':
      return `Nobody has acknowledged it: ${sinceText(incident)}.`;
  }
}

function reopenedSentence(incident: Incident): string {
  const last = incident.history.findLast(
    ({ what, of }) => of === undefined && (what === 'reopened' || what === 'unmerged'),
  );
  if (incident.reason === 'person' && last?.what === 'unmerged')
    return did(incident, 'unmerged', `took it out of incident ${last.from ?? 'unknown'}`);
  if (incident.reason === 'person') return did(incident, 'reopened', 'reopened it');
  const again = incident.flaps > 1 ? `, for the ${ordinal(incident.flaps)} time` : '';
  return `It fired again after it had been resolved${again}.`;
}

function raisedSentence(incident: Incident): string {
  const entry = lastOf(incident, 'severity-changed');
  const from = typeof entry?.from === 'string' ? ` from ${entry.from}` : '';
  return did(incident, 'severity-changed', `raised its severity${from} to ${incident.severity}`);
}

/** `412 events since 10:00 UTC`. */
const sinceText = ({ events, firstSeen, lastSeen }: Incident): string =>
  `${countOf(events, 'event')} since ${clockText(firstSeen, lastSeen)}`;

const whoHasIt = ({ assignee, status }: Incident): string => {
  if (assignee !== null) return `${assignee} has it.`;
  return status === 'acknowledged' ? 'Somebody has acknowledged it.' : 'Nobody has acknowledged it.';
};

/** `anna resolved it at 2026-03-01 10:05:00 UTC: false alarm.`, by the history; whoever it was where that does not say. */
function did(incident: Incident, step: HistoryStep, what: string): string {
  const entry = lastOf(incident, step);
  if (entry === undefined) return `A person ${what}.`;
  const { who, time, note = '' } = entry;
  const said = note.trim() === '' ? '' : `: ${note.trim()}`;
  const ended = /[.!?…]$/.test(said) ? said : `${said}.`;
  return `${who === itself ? 'tocsin' : who} ${what} at ${timeText(time)}${ended}`;
}

const lastOf = ({ history }: Incident, step: HistoryStep): HistoryEntry | undefined =>
  history.findLast(({ what, of }) => what === step && of === undefined);

/** `12 more events since 14:02 UTC`: nothing is kept back without a number. */
function withheldSentence({ withheld, incident }: Notification): string {
  if (withheld === undefined) return '';
  const { since, why, events } = withheld;
  const more = events === 0 ? '' : ` (${countOf(events, 'more event')} since)`;
  return `It was held back from ${clockText(since, incident.lastSeen)} on${more}: ${why}.`;
}

const elsewhereSentence = ({ undelivered }: Notification): string =>
  undelivered === undefined
    ? ''
    : `Sent here because ${undelivered.receiver} could not be told (${undelivered.detail}).`;

function ordinal(count: number): string {
  const end = count % 100 >= 11 && count % 100 <= 13 ? 0 : count % 10;
  return `${count}${['th', 'st', 'nd', 'rd'][end] ?? 'th'}`;
}
