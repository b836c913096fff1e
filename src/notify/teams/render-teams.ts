import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { type Fact, isStanding } from '../message/incident-facts.ts';
import {
  evidenceHeading,
  headlineOf,
  type MessageContent,
  type MessageOptions,
  messageForPeople,
} from '../message/message-content.ts';
import {
  type AdaptiveCard,
  type CardContainer,
  type OpenUrl,
  type RichTextBlock,
  type TeamsMessage,
  teamsLimits,
} from './adaptive-card.ts';
import {
  block,
  cardHead,
  line,
  lines,
  run,
  severityStyles,
  teamsMessage,
  titled,
  withinTeams,
} from './card-parts.ts';

const factsMax = 12;
const linkMax = 500;

/** Parts are tried whole first, then smaller until the message fits: text outside ASCII takes up to three bytes a unit. */
const smaller = [0.5, 0.25, 0.1];

/**
 * The message of a notification for a Teams workflow: an Adaptive Card within the size that Teams takes, whatever the
 * incident holds. Pure. Values stand in text runs, where no Markdown, mention or link is read.
 */
export function renderTeams(notification: Notification, options: MessageOptions = {}): TeamsMessage {
  const content = messageForPeople(notification, options);
  const form = (scale: number) => (): TeamsMessage => teamsMessage(cardOf(content, scale));
  return withinTeams([form(1), ...smaller.map(form)]);
}

function cardOf(content: MessageContent, scale: number): AdaptiveCard {
  const max = (units: number): number => Math.max(60, Math.floor(units * scale));
  const actions = actionsOf(content).slice(0, scale === 1 ? teamsLimits.actions : 2);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      head(content, max),
      ...(content.body === null ? sections(content, max) : written(content.body, max(6_000))),
      block([run(footer(content, max), { size: 'Small', isSubtle: true })], 'Medium'),
    ],
    ...(actions.length === 0 ? {} : { actions }),
  };
}

type Max = (units: number) => number;

const styleOf = (reason: NotifyReason, severity: Severity): CardContainer['style'] =>
  isStanding(reason) ? severityStyles[severity] : 'good';

function head(content: MessageContent, max: Max): CardContainer {
  const { reason, incident } = content.notification;
  return cardHead({
    title: line(`${content.mark} ${headlineOf(content)}`, max(300)),
    summary: line(content.summary, max(1_000)),
    style: styleOf(reason, incident.severity),
  });
}

function sections(content: MessageContent, max: Max): RichTextBlock[] {
  const { who, measures, evidence, runbook, next, notification } = content;
  const left = who.length - factsMax;
  const shown = left > 0 ? [...who.slice(0, factsMax), { label: 'More', value: `${left} more values` }] : who;
  const code = (text: string): RichTextBlock =>
    block([run(text, { fontType: 'Monospace', size: 'Small' })], 'None');
  return [
    ...[...shown, ...measures].map((fact) => factBlock(fact, max)),
    ...titled(
      evidenceHeading(evidence.length, notification.incident),
      evidence.map((one) => code(line(one, max(400)))),
    ),
    ...titled('Runbook', runbook === '' ? [] : [block([run(lines(runbook, max(1_500)))], 'None')]),
    ...titled(
      'Next',
      next.map((command) => code(line(command, 200))),
    ),
  ];
}

const factBlock = ({ label, value }: Fact, max: Max): RichTextBlock =>
  block(
    [
      run(`${line(label, max(80))}: `, { isSubtle: true }),
      run(line(value === '' ? '-' : value, max(200)), { fontType: 'Monospace' }),
    ],
    'None',
  );

const written = (body: string, max: number): RichTextBlock[] =>
  lines(body, max)
    .split('\n')
    .map((text) => block([run(text)], 'None'));

const footer = ({ footer: facts }: MessageContent, max: Max): string =>
  facts.map(({ label, value }) => `${label} ${line(value, max(250))}`).join(' · ');

function actionsOf({ links, attack }: MessageContent): OpenUrl[] {
  const all = [...links, ...attack.map(({ label, url }) => ({ label: `ATT&CK ${label}`, url }))];
  return all
    .filter(({ url }) => url.length <= linkMax)
    .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: line(label, 60), url }));
}
