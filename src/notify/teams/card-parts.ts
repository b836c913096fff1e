import type { Severity } from '../../shared/model/severity.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { visibleText } from '../message/visible-text.ts';
import {
  type AdaptiveCard,
  type CardContainer,
  type RichTextBlock,
  type TeamsMessage,
  type TextRun,
  teamsLimits,
} from './adaptive-card.ts';

export const teamsMessage = (content: AdaptiveCard): TeamsMessage => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
});

/** The first of the messages that is no larger than Teams takes, else the last: from the fullest to the shortest. */
export function withinTeams(forms: readonly [() => TeamsMessage, ...(() => TeamsMessage)[]]): TeamsMessage {
  let [form] = forms;
  for (form of forms) {
    const message = form();
    if (new TextEncoder().encode(JSON.stringify(message)).length <= teamsLimits.bytes) return message;
  }
  return form();
}

export const severityStyles: Readonly<Record<Severity, CardContainer['style']>> = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  informational: 'default',
};

/** What a card begins with: texts are cut and cleaned already. */
export const cardHead = ({
  title,
  summary,
  style,
}: {
  title: string;
  summary: string;
  style: CardContainer['style'];
}): CardContainer => ({
  type: 'Container',
  style,
  bleed: true,
  items: [
    block([run(title, { weight: 'Bolder', size: 'Large' })]),
    ...(summary === '' ? [] : [block([run(summary)], 'Small')]),
  ],
});

/** A heading with what stands below it, or nothing. */
export const titled = (title: string, blocks: readonly RichTextBlock[]): RichTextBlock[] =>
  blocks.length === 0 ? [] : [block([run(title, { weight: 'Bolder' })], 'Medium'), ...blocks];

/** A text run is never empty. */
export const run = (text: string, look: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({
  type: 'TextRun',
  text: text === '' ? ' ' : text,
  ...look,
});

export const block = (inlines: readonly TextRun[], spacing?: 'Medium' | 'Small' | 'None'): RichTextBlock => ({
  type: 'RichTextBlock',
  inlines,
  ...(spacing === undefined ? {} : { spacing }),
});

/** A value in one line: hidden characters written out, addresses made no links. */
export const line = (text: string, max: number): string => visibleText(unlinkedText(text), { max });
/** The same, keeping line feeds. */
export const lines = (text: string, max: number): string =>
  visibleText(unlinkedText(text), { max, lines: true });
