import type { Notification } from '../../shared/model/notification.ts';
import type { Fact } from '../message/incident-facts.ts';
import {
  evidenceHeading,
  headlineOf,
  type MessageContent,
  type MessageOptions,
  messageForPeople,
} from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { visibleText } from '../message/visible-text.ts';
import { renderMailHtml } from './render-mail-html.ts';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Values of a group beyond these are counted, not shown. */
const whoMax = 20;

/** The mail of a notification, as text and as HTML. Pure; bounded and escaped whatever the incident holds. */
export function renderMail(notification: Notification, options: MessageOptions = {}): RenderedMail {
  const whole = messageForPeople(notification, options);
  const content = { ...whole, who: cutFacts(whole.who) };
  return { subject: subjectOf(content), text: renderMailText(content), html: renderMailHtml(content) };
}

const cutFacts = (facts: readonly Fact[]): readonly Fact[] =>
  facts.length <= whoMax
    ? facts
    : [...facts.slice(0, whoMax), { label: 'More', value: `${facts.length - whoMax} more values` }];

/** One line without control characters: what stands in a header must not begin another. */
const subjectOf = ({ headline, kicker, title }: MessageContent): string =>
  visibleText(headline ?? `[${kicker}] ${title}`, { max: 180 });

const line = (text: string, max: number): string => visibleText(unlinkedText(text), { max });
const lines = (text: string, max: number): string => visibleText(unlinkedText(text), { max, lines: true });

const factLines = (all: readonly Fact[]): string =>
  all.map(({ label, value }) => `${line(label, 80)}: ${line(value, 500)}`).join('\n');

function renderMailText(content: MessageContent): string {
  const parts = [
    line(headlineOf(content), 500),
    line(content.summary, 3000),
    ...(content.body === null ? sections(content) : [lines(content.body, 20_000)]),
    `-- \n${factLines(content.footer)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The runbook is the rule's author's: its addresses stay what they are. */
const sections = ({
  notification,
  who,
  measures,
  evidence,
  runbook,
  next,
  links,
  attack,
}: MessageContent): string[] => [
  factLines([...who, ...measures]),
  titled(
    evidenceHeading(evidence.length, notification.incident),
    evidence.map((one) => line(one, 1500)),
  ),
  runbook === '' ? '' : `Runbook\n${visibleText(runbook, { max: 4000, lines: true })}`,
  titled(
    'Next',
    next.map((command) => line(command, 200)),
  ),
  [...links, ...attack.map(({ label, url }) => ({ label: `ATT&CK ${label}`, url }))]
    .map(({ label, url }) => (url.endsWith(label) ? url : `${line(label, 200)}: ${url}`))
    .join('\n'),
];

const titled = (title: string, all: readonly string[]): string =>
  all.length === 0 ? '' : `${title}\n${all.map((one) => `  ${one}`).join('\n')}`;
