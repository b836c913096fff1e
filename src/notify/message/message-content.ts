import { countOf, countText } from '../../shared/count-text.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Notification } from '../../shared/model/notification.ts';
import { attackLinks, type Link } from './attack-links.ts';
import { evidenceLine } from './evidence-line.ts';
import {
  type Fact,
  isStanding,
  kickerOf,
  markOf,
  measureFacts,
  titleOf,
  whoFacts,
} from './incident-facts.ts';
import { incidentLinks, isToIncident, runbookText } from './incident-links.ts';
import { type MessageTemplate, templateValues } from './message-template.ts';
import { nextSteps } from './next-steps.ts';
import { whyText } from './why-text.ts';

/** What a message has from a rule besides its incident. */
export interface RuleWords {
  /** What it is about, in its author's words. */
  readonly description: string;
  /** The fields that it asks about. */
  readonly fields: readonly string[];
}

/** What a receiver's messages are made with, besides the notification. */
export interface MessageOptions {
  /** Where an incident can be looked at; left out where there is no console to link to. */
  readonly linkOf?: (incidentId: string) => string;
  /** Undefined for a rule that is loaded no more. */
  readonly ruleOf?: (ruleId: string) => RuleWords | undefined;
  readonly template?: MessageTemplate;
}

/** What a message says, by every channel the same: raw, not yet cut to the channel's size or escaped for it. */
export interface MessageContent {
  readonly notification: Notification;
  /** A sign that is seen before anything is read. */
  readonly mark: string;
  /** `High`, `Resolved, high`. */
  readonly kicker: string;
  /** The rule's title filled in; who and where behind it where the title does not say. */
  readonly title: string;
  /** The receiver's own headline, instead of kicker and title. */
  readonly headline: string | null;
  readonly summary: string;
  readonly who: readonly Fact[];
  readonly measures: readonly Fact[];
  readonly evidence: readonly string[];
  /** Prose; empty where the runbook is an address, which then is among the links. */
  readonly runbook: string;
  readonly attack: readonly Link[];
  /** Web addresses, percent-encoded; nothing else becomes a link. */
  readonly links: readonly Link[];
  /** Command lines: what to do next. */
  readonly next: readonly string[];
  readonly footer: readonly Fact[];
  /** The receiver's own text, instead of everything between headline and footer. */
  readonly body: string | null;
}

/** Events that a message shows: enough to know what it is about, the rest stands where it links to. */
const evidenceMax = 5;

/** Takes from a notification what a message says about it. Pure. */
export function messageContent(notification: Notification, options: MessageOptions = {}): MessageContent {
  const { incident } = notification;
  const rule = options.ruleOf?.(incident.rule.id);
  const { group } = incident;
  const attack = attackLinks(incident.tags);
  const own: MessageContent = {
    notification,
    mark: markOf(notification),
    kicker: kickerOf(notification),
    title: titleOf(incident),
    headline: null,
    summary: whyText(notification, rule?.description),
    who: whoFacts(incident),
    measures: measureFacts(incident),
    evidence: incident.evidence
      .slice(0, evidenceMax)
      .map((one) => evidenceLine(one, { wanted: rule?.fields, group })),
    runbook: runbookText(incident),
    attack,
    links: incidentLinks(incident, { attack, ...options }),
    next: nextSteps(incident),
    footer: footerOf(incident),
    body: null,
  };
  return options.template === undefined ? own : withTemplate(own, options.template);
}

/**
 * The same for those who read it: what is over, or somebody has, asks nothing of them, so it is told short. What there was
 * to see and to do stood in the messages before, and stands on the incident's page.
 */
export function messageForPeople(notification: Notification, options: MessageOptions = {}): MessageContent {
  const content = messageContent(notification, options);
  if (isStanding(notification.reason)) return content;
  const { links } = content;
  return { ...content, evidence: [], runbook: '', attack: [], links: links.filter(isToIncident) };
}

/** `Evidence (5 of 1,412 events)`. */
export const evidenceHeading = (shown: number, { events }: Incident): string =>
  shown < events ? `Evidence (${countText(shown)} of ${countOf(events, 'event')})` : 'Evidence';

function withTemplate(content: MessageContent, { title, summary, body }: MessageTemplate): MessageContent {
  const fields = templateValues(content);
  const values = { fields };
  return {
    ...content,
    headline: title?.render(values) ?? null,
    summary: summary?.render(values) ?? content.summary,
    body: body?.render(values) ?? null,
  };
}

/** The headline in one line, without the mark. */
export const headlineOf = ({ headline, kicker, title }: MessageContent): string =>
  headline ?? `${kicker}: ${title}`;

const footerOf = (incident: Incident): readonly Fact[] => [
  { label: 'Incident', value: `${incident.id}, version ${incident.version}` },
  { label: 'Rule', value: incident.rule.id },
  ...(incident.tags.length > 0 ? [{ label: 'Tags', value: incident.tags.join(' ') }] : []),
];
