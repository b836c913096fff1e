import type { Notification } from '../../shared/model/notification.ts';
import type { Link } from '../message/attack-links.ts';
import type { Fact } from '../message/incident-facts.ts';
import {
  evidenceHeading,
  headlineOf,
  type MessageContent,
  type MessageOptions,
  messageForPeople,
} from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { slackCode, slackLine, slackLines, slackText, slackTextCode } from './escape-slack.ts';
import {
  mrkdwn,
  plain,
  type SlackBlock,
  type SlackMessage,
  type SlackText,
  slackLimits,
} from './slack-message.ts';

// What each part may take of the message. The sum stays below `slackLimits.message`: one block over a limit loses all.
const summaryMax = 1000;
const fieldMax = 200;
const whoFieldsMax = 5;
const evidenceMax = 2000;
const evidenceLineMax = 600;
const runbookMax = 1000;
const linksMax = 1500;
const linkMax = 500;
const nextMax = 620;
const contextMax = 600;
const bodyMax = 2900;

/**
 * The Slack message of a notification. Pure, and within Slack's limits whatever the incident holds: each value is cut
 * first (saying how much was left out), then escaped. Values stand in plain text or in code, where nothing is parsed.
 */
export function renderSlack(notification: Notification, options: MessageOptions = {}): SlackMessage {
  const content = messageForPeople(notification, options);
  const { mark, summary } = content;
  const blocks: SlackBlock[] = [
    {
      type: 'header',
      text: plain(slackText(unlinkedText(`${mark} ${headlineOf(content)}`), slackLimits.header)),
    },
    ...paragraph(slackText(unlinkedText(summary), summaryMax)),
    ...(content.body === null
      ? sections(content)
      : paragraph(slackLines(unlinkedText(content.body), bodyMax))),
    { type: 'context', elements: [mrkdwn(context(content))] },
  ];
  return { text: fallback(content), blocks, unfurl_links: false, unfurl_media: false };
}

const sections = (content: MessageContent): SlackBlock[] => [
  { type: 'section', fields: fields(content) },
  ...evidence(content),
  ...paragraph(slackLines(content.runbook === '' ? '' : `Runbook\n${content.runbook}`, runbookMax)),
  ...next(content),
  ...links(content),
];

/** The same without blocks, for when Slack refused them. */
export function renderSlackText(notification: Notification, options: MessageOptions = {}): SlackMessage {
  const content = messageForPeople(notification, options);
  const { mark, kicker, title, headline, summary, who, measures } = content;
  const lines = [
    headline === null
      ? `${mark} *${slackText(kicker, 60)}* ${slackTextCode(title, 300)}`
      : `${mark} ${slackTextCode(headline, 300)}`,
    slackTextCode(summary, summaryMax),
    ...[...who.slice(0, whoFieldsMax), ...measures].map(factLine),
    context(content, slackTextCode),
  ];
  return { text: lines.join('\n'), unfurl_links: false, unfurl_media: false };
}

/** Plain text, already escaped; nothing where there is none. */
const paragraph = (text: string): SlackBlock[] =>
  text.trim() === '' ? [] : [{ type: 'section', text: plain(text) }];

/** The incident's id stands in it whatever the title: people know a repeat by it. */
const fallback = (content: MessageContent): string =>
  `${slackLine(unlinkedText(`${content.mark} ${headlineOf(content)}`), 500)} (incident ${slackLine(content.notification.incident.id, 100)})`;

const factLine = ({ label, value }: Fact): string =>
  `${slackLine(unlinkedText(label), 60)}: ${slackTextCode(value, fieldMax - 70)}`;

function fields({ who, measures }: MessageContent): SlackText[] {
  const most = Math.max(1, Math.min(whoFieldsMax, slackLimits.fields - measures.length));
  const shown = who.slice(0, most);
  if (who.length > shown.length) {
    const last = { label: 'More', value: `${who.length - shown.length + 1} more values` };
    shown.splice(most - 1, 1, last);
  }
  const all = [...shown, ...measures].slice(0, slackLimits.fields);
  return all.map(({ label, value }) =>
    mrkdwn(`*${slackLine(label, 60)}*\n${slackCode(value, fieldMax - 70)}`),
  );
}

function evidence({ evidence: all, notification }: MessageContent): SlackBlock[] {
  const lines: string[] = [];
  let length = 0;
  for (const one of all) {
    const line = slackLine(one, evidenceLineMax);
    if (length + line.length + 1 > evidenceMax) break;
    lines.push(line);
    length += line.length + 1;
  }
  if (lines.length === 0) return [];
  const heading = evidenceHeading(lines.length, notification.incident).replace(/^\w+/, '*$&*');
  return [{ type: 'section', text: mrkdwn(`${heading}\n\`\`\`\n${lines.join('\n')}\n\`\`\``) }];
}

function next({ next: commands }: MessageContent): SlackBlock[] {
  if (commands.length === 0) return [];
  const lines = commands.map((command) => slackCode(command, nextMax / commands.length - 1));
  return [{ type: 'section', text: mrkdwn(['*Next*', ...lines].join('\n')) }];
}

function links(content: MessageContent): SlackBlock[] {
  const attack = content.attack.map(({ label, url }) => ({ label: `ATT&CK ${label}`, url }));
  const parts = [...content.links, ...attack].flatMap(link);
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

/** A link, or nothing for one that is too long. The label never holds what would end the link. */
function link({ label, url }: Link): string[] {
  if (url.length > linkMax) return [];
  const name = slackLine(label.replaceAll('|', '/'), 80);
  return [`<${url.replaceAll('&', '&amp;')}|${name}>`];
}

function context({ notification: { incident } }: MessageContent, code = slackCode): string {
  const parts = [
    `Incident ${code(incident.id, 100)} version ${incident.version}`,
    `rule ${code(incident.rule.id, 150)}`,
  ];
  if (incident.tags.length > 0) parts.push(code(incident.tags.join(' '), contextMax - 350));
  return parts.join(' · ');
}
