import { countText } from '../../shared/count-text.ts';
import type { Digest } from '../../shared/model/notification.ts';
import {
  type DigestContent,
  type DigestLine,
  digestContent,
  namedHeading,
} from '../message/digest-content.ts';
import type { Fact } from '../message/incident-facts.ts';
import type { MessageOptions } from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { visibleText } from '../message/visible-text.ts';
import { htmlText } from './escape-html.ts';
import {
  badgeColours,
  calmColour,
  codeBlock,
  factTable,
  font,
  mailPage,
  mono,
  section,
  value,
} from './mail-page.ts';
import type { RenderedMail } from './render-mail.ts';

/** Facts of a group beyond these are counted, not shown. */
const factsMax = 20;

/** The mail of a digest, as text and as HTML. Pure; bounded and escaped whatever it holds. */
export function renderMailDigest(digest: Digest, options: MessageOptions = {}): RenderedMail {
  const whole = digestContent(digest, options);
  const left = whole.facts.length - factsMax;
  const more = { label: 'More', value: `${left} more values` };
  const content = { ...whole, facts: left > 0 ? [...whole.facts.slice(0, factsMax), more] : whole.facts };
  return { subject: subjectOf(content), text: textOf(content), html: htmlOf(content) };
}

/** How bad stands in front: a subject is read from the left, and cut on the right. */
const subjectOf = ({ kicker, headline }: DigestContent): string =>
  visibleText(`[${kicker}] ${headline}`, { max: 180 });

const line = (text: string, max: number): string => visibleText(unlinkedText(text), { max });

function textOf(content: DigestContent): string {
  const { headline, kicker, summary, facts, rules, lines, next, footer } = content;
  const parts = [
    line(`${headline} (${kicker})`, 500),
    line(summary, 1_500),
    facts.map(factLine).join('\n'),
    `By rule\n${rules.map(({ label, value: rule }) => `  ${label} × ${line(rule, 300)}`).join('\n')}`,
    `${namedHeading(content)}\n${lines.map(incidentText).join('\n')}${moreText(content, '\n  ')}`,
    `Next\n${next.map((command) => `  ${line(command, 200)}`).join('\n')}`,
    `-- \n${footer.map(factLine).join('\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const factLine = ({ label, value: fact }: Fact): string => `${line(label, 80)}: ${line(fact, 500)}`;

function incidentText({ kicker, title, who, often, id, evidence, url }: DigestLine): string {
  const about = [who, often, id].filter((part) => part !== '').map((part) => line(part, 300));
  const shown = [
    `  ${line(kicker, 60)}: ${line(title, 300)}`,
    `    ${about.join(' · ')}`,
    ...(evidence === null ? [] : [`    ${line(evidence, 600)}`]),
    ...(url === null ? [] : [`    ${url}`]),
  ];
  return shown.join('\n');
}

function moreText({ digest, lines }: DigestContent, before: string): string {
  const more = digest.total - lines.length;
  return more > 0 ? `${before}+${countText(more)} more` : '';
}

function htmlOf(content: DigestContent): string {
  const { headline, kicker, mark, severity, summary, facts, next, footer } = content;
  return mailPage({
    title: headline,
    badge: kicker,
    colour: mark === '✅' ? calmColour : badgeColours[severity],
    summary,
    rows: `<tr><td style="padding: 16px 28px 0 28px;">${factTable(facts)}</td></tr>
${section('By rule', ruleTable(content))}${section(namedHeading(content), incidentList(content))}${section(
  'Next',
  codeBlock(next.map((command) => value(command, 200))),
)}`,
    footer,
  });
}

function ruleTable({ rules }: DigestContent): string {
  const rows = rules.map(
    ({ label, value: rule }) => `<tr>
<td class="ink" align="right" valign="top" style="padding: 3px 12px 3px 0; color: #1b1f24; font-weight: bold; white-space: nowrap;">${value(label, 20)}</td>
<td class="ink" width="100%" style="padding: 3px 0; color: #1b1f24; overflow-wrap: anywhere; word-break: break-word;">${value(rule, 300)}</td>
</tr>`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0" style="${font} font-size: 13px; line-height: 1.4;">
${rows.join('\n')}
</table>`;
}

function incidentList(content: DigestContent): string {
  const more = moreText(content, '');
  const rest =
    more === ''
      ? ''
      : `<p class="dim" style="margin: 10px 0 0 0; ${font} font-size: 13px; color: #5b6470;">${more}</p>`;
  return `<table width="100%" cellpadding="0" cellspacing="0">
${content.lines.map(incidentRow).join('\n')}
</table>${rest}`;
}

/** A coloured edge says how severe; title, then who, how often and the id, then one event. */
function incidentRow({ kicker, severity, title, who, often, id, evidence, url }: DigestLine): string {
  const about = [who, often, id].filter((part) => part !== '').map((part) => value(part, 300));
  const shown =
    url === null
      ? value(title, 300)
      : `<a href="${htmlText(url, 3_000)}" rel="noreferrer">${value(title, 300)}</a>`;
  const event =
    evidence === null
      ? ''
      : `<div class="dim" style="margin: 3px 0 0 0; ${mono} font-size: 11px; line-height: 1.5; color: #5b6470; word-break: break-word;">${value(evidence, 600)}</div>`;
  return `<tr><td style="padding: 0 0 10px 0;"><table width="100%" cellpadding="0" cellspacing="0"><tr>
<td width="4" style="background: ${badgeColours[severity]}; border-radius: 2px; font-size: 1px;">&nbsp;</td>
<td style="padding: 0 0 0 12px; ${font} overflow-wrap: anywhere; word-break: break-word;">
<div class="ink" style="font-size: 14px; line-height: 1.4; color: #1b1f24;"><b>${shown}</b></div>
<div class="dim" style="margin: 2px 0 0 0; font-size: 12px; line-height: 1.5; color: #5b6470;">${value(kicker, 60)} · ${about.join(' · ')}</div>
${event}</td>
</tr></table></td></tr>`;
}
