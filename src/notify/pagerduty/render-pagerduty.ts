import type { Notification } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { type Fact, isStanding } from '../message/incident-facts.ts';
import {
  headlineOf,
  type MessageContent,
  type MessageOptions,
  messageContent,
} from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { visibleText } from '../message/visible-text.ts';
import { webLink } from '../message/web-link.ts';

/** What PagerDuty takes (its Events API v2): the summary in characters, the whole in bytes. Ours stays far below. */
export const pagerDutyLimits = { summary: 1_024, dedupKey: 255, bytes: 512 * 1024 } as const;

/** An event without its routing key, which is a secret. */
export interface PagerDutyEvent {
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  /** The incident's id: whatever is sent about an incident finds the same alert, a repeat too. */
  readonly dedup_key: string;
  readonly client?: string;
  /** The incident's page. */
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly timestamp: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

export const pagerDutySeverities: Readonly<Record<Severity, 'critical' | 'error' | 'warning' | 'info'>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  informational: 'info',
};

const factsMax = 40;
export const linksMax = 10;

/**
 * The events of a notification, in the order to be sent. What stands triggers, what a person took acknowledges, what is
 * over resolves. An incident that opened and became quiet, or was acknowledged, at once is told as both. Pure; bounded whatever it holds.
 */
export function renderPagerDuty(
  notification: Notification,
  options: MessageOptions = {},
): readonly PagerDutyEvent[] {
  const { reason, incident } = notification;
  const dedup_key = visibleText(incident.id, { max: pagerDutyLimits.dedupKey });
  const resolve: PagerDutyEvent = { event_action: 'resolve', dedup_key };
  const acknowledge: PagerDutyEvent = { event_action: 'acknowledge', dedup_key };
  if (reason === 'acknowledged') return [acknowledge];
  if (!isStanding(reason)) return [resolve];
  const trigger: PagerDutyEvent = {
    event_action: 'trigger',
    dedup_key,
    client: 'tocsin',
    ...clientUrl(incident.id, options),
    ...triggerParts(messageContent(notification, options)),
  };
  if (incident.status === 'acknowledged') return [trigger, acknowledge];
  return incident.status === 'resolved' ? [trigger, resolve] : [trigger];
}

function clientUrl(id: string, { linkOf }: MessageOptions): Pick<PagerDutyEvent, 'client_url'> {
  const url = linkOf === undefined ? null : webLink(linkOf(id), 2_000);
  return url === null ? {} : { client_url: url };
}

function triggerParts(content: MessageContent): Pick<PagerDutyEvent, 'links' | 'payload'> {
  const { incident } = content.notification;
  const attack = content.attack.map(({ label, url }) => ({ label: `ATT&CK ${label}`, url }));
  const links = [...content.links, ...attack]
    .slice(0, linksMax)
    .map(({ label, url }) => ({ href: url, text: value(label, 100) }));
  return {
    ...(links.length === 0 ? {} : { links }),
    payload: {
      summary: value(headlineOf(content), pagerDutyLimits.summary),
      source: value(content.who[0]?.value ?? incident.rule.id, 255),
      severity: pagerDutySeverities[incident.severity],
      timestamp: incident.lastSeen,
      class: value(incident.rule.id, 255),
      custom_details: details(content),
    },
  };
}

function details(content: MessageContent): Readonly<Record<string, unknown>> {
  const { summary, body, who, measures, evidence, runbook, next, footer } = content;
  const about = { why: value(summary, 2_000), ...facts(footer) };
  if (body !== null) return { ...about, text: lines(body, 20_000) };
  return {
    ...about,
    ...facts([...who, ...measures]),
    evidence: evidence.map((one) => value(one, 1_500)),
    ...(runbook === '' ? {} : { runbook: visibleText(runbook, { max: 4_000, lines: true }) }),
    next: next.map((command) => value(command, 200)),
  };
}

/** Members are made, never assigned: a field called `__proto__` is one like any other. */
export const facts = (all: readonly Fact[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    all.slice(0, factsMax).map((fact) => [value(fact.label, 100), value(fact.value, 1_000)] as const),
  );

/** A value in one line that is never blank. */
export const value = (text: string, max: number): string =>
  visibleText(unlinkedText(text.trim() === '' ? '-' : text), { max });
const lines = (text: string, max: number): string => visibleText(unlinkedText(text), { max, lines: true });
