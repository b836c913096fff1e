import type { NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { isStanding } from '../message/incident-facts.ts';
import { isToIncident } from '../message/incident-links.ts';
import { evidenceHeading, type MessageContent } from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { htmlLines, htmlText } from './escape-html.ts';
import {
  badgeColours,
  calmColour,
  codeBlock,
  factTable,
  font,
  mailPage,
  section,
  value,
} from './mail-page.ts';

/** The HTML part of a mail. Every value passes `htmlText`, which cuts and escapes it. */
export function renderMailHtml(content: MessageContent): string {
  const { reason, incident } = content.notification;
  return mailPage({
    title: content.headline ?? content.title,
    badge: content.kicker,
    colour: colourOf(reason, incident.severity),
    summary: content.summary,
    link: content.links.find(isToIncident),
    rows: content.body === null ? sections(content) : ownBody(content.body),
    footer: content.footer,
  });
}

const colourOf = (reason: NotifyReason, severity: Severity): string =>
  isStanding(reason) ? badgeColours[severity] : calmColour;

const sections = (content: MessageContent): string =>
  `<tr><td style="padding: 16px 28px 0 28px;">${factTable([...content.who, ...content.measures])}</td></tr>
${evidence(content)}${runbook(content)}${next(content)}${links(content)}`;

const ownBody = (body: string): string =>
  `<tr><td class="ink" style="padding: 16px 28px 0 28px; ${font} font-size: 14px; line-height: 1.5; color: #1b1f24; overflow-wrap: anywhere;">${brokenLines(htmlLines(unlinkedText(body), 20_000))}</td></tr>
`;

const brokenLines = (html: string): string => html.replaceAll('\n', '<br>\n');

function evidence(content: MessageContent): string {
  if (content.evidence.length === 0) return '';
  const lines = content.evidence.map((line) => value(line, 3000));
  return section(evidenceHeading(lines.length, content.notification.incident), codeBlock(lines, '\n\n'));
}

function next({ next: commands }: MessageContent): string {
  if (commands.length === 0) return '';
  return section('Next', codeBlock(commands.map((command) => value(command, 200))));
}

function runbook(content: MessageContent): string {
  if (content.runbook === '') return '';
  const text = brokenLines(htmlLines(content.runbook, 5000));
  return section(
    'Runbook',
    `<p class="ink" style="margin: 0; font-size: 14px; line-height: 1.5; color: #1b1f24; overflow-wrap: anywhere;">${text}</p>`,
  );
}

function links(content: MessageContent): string {
  const attack = content.attack.map(({ label, url }) => ({ label: `ATT&CK ${label}`, url }));
  const all = [...content.links.filter((link) => !isToIncident(link)), ...attack].map(
    ({ label, url }) => `<a href="${htmlText(url, 12_000)}" rel="noreferrer">${htmlText(label, 300)}</a>`,
  );
  if (all.length === 0) return '';
  return section(
    'Links',
    `<p style="margin: 0; font-size: 13px; line-height: 1.6; overflow-wrap: anywhere;">${all.join('<br>\n')}</p>`,
  );
}
