import type { Notification } from '../../shared/model/notification.ts';
import type { Fact } from '../incident-facts.ts';
import { visibleText } from '../visible-text.ts';
import { type MailContent, mailContent } from './mail-content.ts';
import { renderMailHtml } from './render-mail-html.ts';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mail of a notification, as text and as HTML. Pure; bounded and escaped whatever the incident holds. */
export function renderMail(
  notification: Notification,
  linkOf?: (incidentId: string) => string,
): RenderedMail {
  const content = mailContent(notification, linkOf);
  return { subject: subjectOf(content), text: renderMailText(content), html: renderMailHtml(content) };
}

/** One line without control characters: what stands in a header must not begin another. */
const subjectOf = ({ kicker, title }: MailContent): string =>
  visibleText(`[${kicker}] ${title}`, { max: 180 });

function renderMailText(content: MailContent): string {
  const line = (text: string, max: number): string => visibleText(text, { max });
  const facts = (all: readonly Fact[]): string =>
    all.map(({ label, value }) => `${line(label, 80)}: ${line(value, 500)}`).join('\n');
  const parts = [
    `${line(content.kicker, 80)}: ${line(content.title, 500)}`,
    line(content.summary, 3000),
    facts(content.facts),
    content.evidence.length === 0
      ? ''
      : `Evidence\n${content.evidence.map((one) => `  ${line(one, 1500)}`).join('\n')}`,
    content.runbook === '' ? '' : `Runbook\n${visibleText(content.runbook, { max: 4000, lines: true })}`,
    content.links.map(({ label, url }) => (label === url ? url : `${line(label, 200)}: ${url}`)).join('\n'),
    `-- \n${facts(content.footer)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
