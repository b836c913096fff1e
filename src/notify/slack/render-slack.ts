import type { Incident } from '../../shared/model/incident.ts';
import type { Notification } from '../../shared/model/notification.ts';
import {
  evidenceLine,
  type Fact,
  groupFacts,
  kickerOf,
  markOf,
  measureFacts,
  whyText,
} from '../incident-facts.ts';
import { webLink } from '../web-link.ts';
import { slackCode, slackLine, slackLines, slackText } from './escape-slack.ts';
import { type SlackBlock, type SlackMessage, type SlackText, slackLimits } from './slack-message.ts';

// What each part may take of the message. The sum stays below `slackLimits.message`: one block over a limit loses all.
const summaryMax = 1200;
const fieldMax = 220;
const groupFieldsMax = 5;
const evidenceMax = 2000;
const evidenceLineMax = 600;
const runbookMax = 1000;
const linksMax = 1500;
const linkMax = 500;
const contextMax = 600;

/** Where an incident can be looked at; undefined where there is no console to link to. */
export type IncidentLink = ((incidentId: string) => string) | undefined;

/**
 * The Slack message of a notification. Pure, and within Slack's limits whatever the incident holds: each value is cut
 * first (saying how much was left out), then escaped. Values stand in plain text or in code, where nothing is parsed.
 */
export function renderSlack(notification: Notification, linkOf?: IncidentLink): SlackMessage {
  const { incident } = notification;
  const blocks: SlackBlock[] = [
    { type: 'header', text: plain(slackText(headline(notification), slackLimits.header)) },
    ...summary(notification),
    { type: 'section', fields: fields(incident) },
    ...evidence(incident),
    ...runbook(incident),
    ...links(incident, linkOf),
    { type: 'context', elements: [mrkdwn(context(incident))] },
  ];
  return { text: fallback(notification), blocks, unfurl_links: false, unfurl_media: false };
}

/** The same without blocks, for when Slack refused them. */
export function renderSlackText(notification: Notification): SlackMessage {
  const { incident } = notification;
  const lines = [
    `${markOf(notification)} *${slackText(kickerOf(notification), 60)}* ${slackCode(incident.title, 300)}`,
    slackCode(whyText(notification), summaryMax),
    ...groupFacts(incident).slice(0, groupFieldsMax).map(factLine),
    ...measureFacts(incident).map(factLine),
    context(incident),
  ];
  return { text: lines.join('\n'), unfurl_links: false, unfurl_media: false };
}

const plain = (text: string): SlackText => ({ type: 'plain_text', text, emoji: false });
const mrkdwn = (text: string): SlackText => ({ type: 'mrkdwn', text, verbatim: true });

const headline = (notification: Notification): string =>
  `${markOf(notification)} ${kickerOf(notification)}: ${notification.incident.title}`;

/** The incident's id stands in it whatever the title: people know a repeat by it. */
const fallback = (notification: Notification): string =>
  `${slackLine(headline(notification), 500)} (incident ${slackLine(notification.incident.id, 100)})`;

const factLine = ({ label, value }: Fact): string =>
  `${slackLine(label, 60)}: ${slackCode(value, fieldMax - 70)}`;

function summary(notification: Notification): SlackBlock[] {
  const text = whyText(notification);
  return text === '' ? [] : [{ type: 'section', text: plain(slackText(text, summaryMax)) }];
}

function fields(incident: Incident): SlackText[] {
  const group = groupFacts(incident);
  const shown = group.slice(0, groupFieldsMax);
  if (group.length > shown.length) {
    const last = { label: 'More', value: `${group.length - shown.length + 1} more values` };
    shown.splice(groupFieldsMax - 1, 1, last);
  }
  const all = [...shown, ...measureFacts(incident)].slice(0, slackLimits.fields);
  return all.map(({ label, value }) =>
    mrkdwn(`*${slackLine(label, 60)}*\n${slackCode(value, fieldMax - 70)}`),
  );
}

function evidence(incident: Incident): SlackBlock[] {
  const lines: string[] = [];
  let length = 0;
  for (const one of incident.evidence) {
    const line = slackLine(evidenceLine(one), evidenceLineMax);
    if (length + line.length + 1 > evidenceMax) break;
    lines.push(line);
    length += line.length + 1;
  }
  if (lines.length === 0) return [];
  const count = lines.length < incident.events ? ` (${lines.length} of ${incident.events} events)` : '';
  return [{ type: 'section', text: mrkdwn(`*Evidence*${count}\n\`\`\`\n${lines.join('\n')}\n\`\`\``) }];
}

function runbook({ runbook: text }: Incident): SlackBlock[] {
  if (text.trim() === '' || webLink(text.trim(), linkMax) !== null) return [];
  return [{ type: 'section', text: plain(`Runbook\n${slackLines(text.trim(), runbookMax)}`) }];
}

function links(incident: Incident, linkOf: IncidentLink): SlackBlock[] {
  const parts = [
    ...link(linkOf?.(incident.id) ?? '', 'Open the incident'),
    ...link(incident.runbook.trim(), 'Runbook'),
    ...incident.references.flatMap((reference) => link(reference, reference)),
  ];
  const shown: string[] = [];
  let length = 0;
  for (const part of parts) {
    if (length + part.length + 3 > linksMax) break;
    shown.push(part);
    length += part.length + 3;
  }
  if (shown.length === 0) return [];
  const more = parts.length > shown.length ? ` · +${parts.length - shown.length} more` : '';
  return [{ type: 'section', text: mrkdwn(shown.join(' · ') + more) }];
}

/** A link, or nothing for what is no web address. The label never holds what would end the link. */
function link(address: string, label: string): string[] {
  const url = webLink(address, linkMax);
  if (url === null) return [];
  const name = slackLine(label.replace(/^https?:\/\//i, '').replaceAll('|', '/'), 80);
  return [`<${url.replaceAll('&', '&amp;')}|${name}>`];
}

function context(incident: Incident): string {
  const parts = [
    `Incident ${slackCode(incident.id, 100)} version ${incident.version}`,
    `rule ${slackCode(incident.rule.id, 150)}`,
  ];
  if (incident.tags.length > 0) parts.push(slackCode(incident.tags.join(' '), contextMax - 350));
  return parts.join(' · ');
}
