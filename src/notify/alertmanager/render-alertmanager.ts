import { isoTime } from '../../shared/iso-time.ts';
import { isoToMs } from '../../shared/iso-to-ms.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Notification } from '../../shared/model/notification.ts';
import { severities } from '../../shared/model/severity.ts';
import { headlineOf, type MessageOptions, messageContent } from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { textOf, visibleText } from '../message/visible-text.ts';

/** One element of `POST /api/v2/alerts` (postableAlerts). */
export interface AlertmanagerAlert {
  /** What tells alerts apart: equal in every message about an incident of one severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

export interface AlertmanagerOptions extends MessageOptions {
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** How long an alert stands without being said again. */
  readonly expiresAfterMs: number;
  /** Labels of every alert of this receiver. */
  readonly labels?: Readonly<Record<string, string>>;
}

const labelsMax = 20;
const valueMax = 1_024;

/** The alert of a notification. Pure; what is over ends, what stands ends only when it expires. */
export function renderAlertmanager(
  notification: Notification,
  options: AlertmanagerOptions,
): AlertmanagerAlert {
  const { incident } = notification;
  const startMs = Math.min(isoToMs(incident.firstSeen), options.nowMs);
  const link = options.linkOf?.(incident.id);
  return {
    labels: labelsOf(incident, options.labels ?? {}),
    annotations: annotationsOf(notification, options),
    startsAt: isoTime(startMs),
    endsAt: isoTime(Math.max(startMs, endMs(notification, options))),
    ...(link === undefined ? {} : { generatorURL: link }),
  };
}

/** The alert of an incident that still stands, and of which there is no other news. */
export const renderStanding = (incident: Incident, options: AlertmanagerOptions): AlertmanagerAlert =>
  renderAlertmanager({ id: '', reason: 'opened', incident }, options);

/**
 * Ends of what an incident may have been before. Its severity is a label, for routes go by it, and by its labels an alert is
 * known: of another severity it was another alert, which would stand until it expires. One that never was ends in silence.
 */
export function renderFormer(
  { reason, incident }: Notification,
  options: AlertmanagerOptions,
): readonly AlertmanagerAlert[] {
  if (reason === 'opened') return [];
  const startMs = Math.min(isoToMs(incident.firstSeen), options.nowMs);
  const endMs = Math.min(isoToMs(incident['@timestamp']), options.nowMs);
  const times = { startsAt: isoTime(startMs), endsAt: isoTime(Math.max(startMs, endMs)) };
  return severities
    .filter((severity) => severity !== incident.severity)
    .map((severity) => ({
      labels: labelsOf({ ...incident, severity }, options.labels ?? {}),
      annotations: {},
      ...times,
    }));
}

/** An alert that came and went at once stands this long: Alertmanager tells nobody of one that was over when it came. */
const passingMs = 300_000;

/** An end in the future is none yet: an alert that is over ends now at the latest. */
function endMs({ reason, incident }: Notification, { nowMs, expiresAfterMs }: AlertmanagerOptions): number {
  if (incident.status === 'open' || incident.status === 'acknowledged') return nowMs + expiresAfterMs;
  if (reason === 'opened' || reason === 'reopened') return nowMs + Math.min(passingMs, expiresAfterMs);
  return Math.min(isoToMs(incident['@timestamp']), nowMs);
}

function labelsOf(
  { id, rule, severity, group }: Incident,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const fields = Object.entries(group)
    .slice(0, labelsMax)
    .map(([name, value]) => [labelName(name), labelText(textOf(value))] as const)
    .filter(([, value]) => value !== '');
  const fixed = { alertname: labelText(rule.id), incident: id, severity, source: 'tocsin' };
  return { ...Object.fromEntries(fields), ...own, ...fixed };
}

/** `source.ip` is `source_ip`: names as every version of Alertmanager and its templates take them. */
export const labelName = (field: string): string => {
  const name = field
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, 128);
  return /^[A-Za-z]/.test(name) ? name : `field_${name}`;
};

/**
 * Alertmanager's own templates put labels and annotations raw into Slack, mail and chats. Angle brackets are what
 * mentions, links and tags are made of, so their look-alikes stand here.
 */
const tame = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›');

/** A label's value. */
export const labelText = (text: string): string => visibleText(tame(unlinkedText(text)), { max: valueMax });

/** An annotation's text in one line. */
export const line = (written: string, max: number): string =>
  visibleText(tame(unlinkedText(written)), { max });

function annotationsOf(notification: Notification, options: MessageOptions): Record<string, string> {
  const content = messageContent(notification, options);
  const { summary, body, evidence, runbook, attack, links, next } = content;
  const lines = (written: string, max: number): string =>
    visibleText(tame(unlinkedText(written)), { max, lines: true });
  const address = links.find(({ label }) => label === 'Runbook')?.url;
  const all = {
    summary: line(headlineOf(content), valueMax),
    description: body === null ? line(summary, 4_000) : lines(body, 8_000),
    evidence: evidence
      .slice(0, 3)
      .map((one) => line(one, 1_500))
      .join('\n'),
    runbook: lines(runbook, 4_000),
    runbook_url: address ?? '',
    attack: attack.map(({ url }) => url).join(' '),
    // A command that cannot stand here as it is would be another one.
    next: next.filter((command) => line(command, valueMax) === command).join('\n'),
    events: String(notification.incident.events),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
