import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import type { Fact } from '../incident-facts.ts';
import { headlineOf, type MessageContent, type MessageOptions, messageContent } from '../message-content.ts';
import { unlinkedText } from '../unlinked-text.ts';
import { visibleText } from '../visible-text.ts';
import {
  type AdaptiveCard,
  type CardContainer,
  type OpenUrl,
  type RichTextBlock,
  type TeamsMessage,
  type TextRun,
  teamsLimits,
} from './adaptive-card.ts';

const factsMax = 12;
const linkMax = 500;

/** Parts are tried whole first, then smaller until the message fits: text outside ASCII takes up to three bytes a unit. */
const scales = [1, 0.5, 0.25, 0.1];

/**
 * The message of a notification for a Teams workflow: an Adaptive Card within the size that Teams takes, whatever the
 * incident holds. Pure. Values stand in text runs, where no Markdown, mention or link is read.
 */
export function renderTeams(notification: Notification, options: MessageOptions = {}): TeamsMessage {
  const content = messageContent(notification, options);
  let message = messageOf(cardOf(content, 1));
  for (const scale of scales) {
    message = messageOf(cardOf(content, scale));
    if (new TextEncoder().encode(JSON.stringify(message)).length <= teamsLimits.bytes) break;
  }
  return message;
}

const messageOf = (content: AdaptiveCard): TeamsMessage => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
});

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

const styles: Readonly<Record<Severity, CardContainer['style']>> = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  informational: 'default',
};

const styleOf = (reason: NotifyReason, severity: Severity): CardContainer['style'] =>
  reason === 'opened' || reason === 'reopened' ? styles[severity] : 'good';

function head(content: MessageContent, max: Max): CardContainer {
  const { reason, incident } = content.notification;
  const title = run(line(`${content.mark} ${headlineOf(content)}`, max(300)), {
    weight: 'Bolder',
    size: 'Large',
  });
  const summary = line(content.summary, max(1_000));
  return {
    type: 'Container',
    style: styleOf(reason, incident.severity),
    bleed: true,
    items: [block([title]), ...(summary === '' ? [] : [block([run(summary)], 'Small')])],
  };
}

function sections(content: MessageContent, max: Max): RichTextBlock[] {
  const { who, measures, evidence, runbook, next, notification } = content;
  const left = who.length - factsMax;
  const shown = left > 0 ? [...who.slice(0, factsMax), { label: 'More', value: `${left} more values` }] : who;
  const code = (text: string): RichTextBlock =>
    block([run(text, { fontType: 'Monospace', size: 'Small' })], 'None');
  const { events } = notification.incident;
  const count = evidence.length < events ? ` (${evidence.length} of ${events} events)` : '';
  return [
    ...[...shown, ...measures].map((fact) => factBlock(fact, max)),
    ...titled(
      `Evidence${count}`,
      evidence.map((one) => code(line(one, max(400)))),
    ),
    ...titled('Runbook', runbook === '' ? [] : [block([run(lines(runbook, max(1_500)))], 'None')]),
    ...titled(
      'Next',
      next.map((command) => code(line(command, 200))),
    ),
  ];
}

const titled = (title: string, blocks: readonly RichTextBlock[]): RichTextBlock[] =>
  blocks.length === 0 ? [] : [block([run(title, { weight: 'Bolder' })], 'Medium'), ...blocks];

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

/** A text run is never empty. */
const run = (text: string, look: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({
  type: 'TextRun',
  text: text === '' ? ' ' : text,
  ...look,
});

const block = (inlines: readonly TextRun[], spacing?: 'Medium' | 'Small' | 'None'): RichTextBlock => ({
  type: 'RichTextBlock',
  inlines,
  ...(spacing === undefined ? {} : { spacing }),
});

const line = (text: string, max: number): string => visibleText(unlinkedText(text), { max });
const lines = (text: string, max: number): string => visibleText(unlinkedText(text), { max, lines: true });
