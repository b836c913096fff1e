import { countText } from '../../shared/count-text.ts';
import type { Digest } from '../../shared/model/notification.ts';
import {
  type DigestContent,
  type DigestLine,
  digestContent,
  namedHeading,
} from '../message/digest-content.ts';
import type { MessageOptions } from '../message/message-content.ts';
import type { AdaptiveCard, RichTextBlock, TeamsMessage, TextRun } from './adaptive-card.ts';
import {
  block,
  cardHead,
  line,
  run,
  severityStyles,
  teamsMessage,
  titled,
  withinTeams,
} from './card-parts.ts';

const factsMax = 12;

interface Size {
  readonly scale: number;
  readonly lines: number;
  readonly rules: number;
}

/** What is tried until the message fits: how much of each text, and how many incidents and rules. */
const fullest: Size = { scale: 1, lines: 20, rules: 11 };
const smaller: readonly Size[] = [
  { scale: 0.5, lines: 20, rules: 11 },
  { scale: 0.3, lines: 12, rules: 5 },
  { scale: 0.1, lines: 6, rules: 3 },
];

/** The message of a digest for a Teams workflow, within the size that Teams takes. Pure. */
export function renderTeamsDigest(digest: Digest, options: MessageOptions = {}): TeamsMessage {
  const content = digestContent(digest, options);
  const form = (size: Size) => (): TeamsMessage => teamsMessage(cardOf(content, size));
  return withinTeams([form(fullest), ...smaller.map(form)]);
}

function cardOf(content: DigestContent, size: Size): AdaptiveCard {
  const max = (units: number): number => Math.max(60, Math.floor(units * size.scale));
  const { mark, headline, kicker, severity, summary, facts, rules, lines, next, footer, digest } = content;
  const shown = lines.slice(0, size.lines);
  const more = digest.total - shown.length;
  const subtle = (text: string): RichTextBlock =>
    block([run(text, { size: 'Small', isSubtle: true })], 'None');
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      cardHead({
        title: line(`${mark} ${headline} (${kicker})`, max(300)),
        summary: line(summary, max(1_000)),
        style: mark === '✅' ? 'good' : severityStyles[severity],
      }),
      ...facts
        .slice(0, factsMax)
        .map(({ label, value }) =>
          block([run(`${line(label, 60)}: `, { isSubtle: true }), run(line(value, max(300)))], 'None'),
        ),
      ...titled('By rule', [
        ...rules
          .slice(0, size.rules)
          .map(({ label, value }) => block([run(`${label} × ${line(value, max(200))}`)], 'None')),
        ...(rules.length > size.rules ? [subtle(`+${rules.length - size.rules} more`)] : []),
      ]),
      ...titled(namedHeading(content), [
        ...shown.flatMap((one) => incidentBlocks(one, max)),
        ...(more > 0 ? [subtle(`+${countText(more)} more`)] : []),
      ]),
      ...titled(
        'Next',
        next.map((command) =>
          block([run(line(command, 200), { fontType: 'Monospace', size: 'Small' })], 'None'),
        ),
      ),
      block(
        [
          run(footer.map(({ label, value }) => `${label} ${line(value, 100)}`).join(' · '), {
            size: 'Small',
            isSubtle: true,
          }),
        ],
        'Medium',
      ),
    ],
  };
}

function incidentBlocks(
  { mark, title, kicker, who, often, id, url }: DigestLine,
  max: (units: number) => number,
): RichTextBlock[] {
  const about = [kicker, who, often, id].filter((part) => part !== '').map((part) => line(part, max(160)));
  return [
    block([run(`${mark} `), run(line(title, max(200)), { weight: 'Bolder', ...opening(url) })], 'Small'),
    block([run(about.join(' · '), { size: 'Small', isSubtle: true })], 'None'),
  ];
}

const opening = (url: string | null): Pick<TextRun, 'selectAction'> =>
  url === null ? {} : { selectAction: { type: 'Action.OpenUrl', url } };
