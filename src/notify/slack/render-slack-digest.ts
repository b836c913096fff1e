import { countText } from '../../shared/count-text.ts';
import type { Digest } from '../../shared/model/notification.ts';
import { type DigestContent, type DigestLine, digestContent } from '../message/digest-content.ts';
import type { MessageOptions } from '../message/message-content.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { slackCode, slackLine, slackText, slackTextCode } from './escape-slack.ts';
import {
  mrkdwn,
  plain,
  type SlackBlock,
  type SlackMessage,
  sectionOf,
  slackLimits,
} from './slack-message.ts';

// What each part may take of the message, so that the whole stays below `slackLimits.message`.
const summaryMax = 700;
const fieldMax = 400;
const fieldsMax = 6;
const rulesMax = 2_000;
const linesMax = 6_500;
const titleMax = 200;
const whoMax = 160;
/** The first of them show an event, too. */
const withEvidence = 5;
const evidenceMax = 280;

/** The Slack message of a digest. Pure, and within Slack's limits whatever it holds, as `renderSlack`. */
export function renderSlackDigest(digest: Digest, options: MessageOptions = {}): SlackMessage {
  const content = digestContent(digest, options);
  const { mark, headline, summary, kicker } = content;
  const header = slackText(unlinkedText(`${mark} ${headline} (${kicker})`), slackLimits.header);
  const blocks: SlackBlock[] = [
    { type: 'header', text: plain(header) },
    sectionOf(plain(slackText(unlinkedText(summary), summaryMax))),
    { type: 'section', fields: content.facts.slice(0, fieldsMax).map(field) },
    ...rules(content),
    ...lines(content),
    sectionOf(mrkdwn(['*Next*', ...content.next.map((command) => slackCode(command, 150))].join('\n'))),
    { type: 'context', elements: [mrkdwn(`Digest ${slackCode(digest.id, 100)}`)] },
  ];
  return { text: fallback(content), blocks, unfurl_links: false, unfurl_media: false };
}

/** The same without blocks, for when Slack refused them. */
export function renderSlackDigestText(digest: Digest, options: MessageOptions = {}): SlackMessage {
  const content = digestContent(digest, options);
  const named = content.lines.slice(0, 8).map((line) => `${line.mark} ${slackTextCode(line.title, 200)}`);
  const more = digest.total - named.length;
  const text = [
    fallback(content),
    slackTextCode(content.summary, summaryMax),
    ...content.facts
      .slice(0, fieldsMax)
      .map(({ label, value }) => `${slackLine(unlinkedText(label), 60)}: ${slackTextCode(value, 200)}`),
    ...named,
    ...(more > 0 ? [`+${countText(more)} more`] : []),
  ].join('\n');
  return { text, unfurl_links: false, unfurl_media: false };
}

/** The digest's id stands in it: people know a repeat by it. */
const fallback = ({ mark, headline, kicker, digest }: DigestContent): string =>
  `${slackLine(unlinkedText(`${mark} ${headline} (${kicker})`), 500)} (digest ${slackLine(digest.id, 100)})`;

const field = ({ label, value }: DigestContent['facts'][number]) =>
  mrkdwn(`*${slackLine(label, 60)}*\n${slackCode(value, fieldMax)}`);

function rules({ rules: counted }: DigestContent): SlackBlock[] {
  const shown = counted.map(({ label, value }) => `${slackLine(label, 20)} × ${slackCode(value, 160)}`);
  if (shown.length === 0) return [];
  const fitting = within(shown, rulesMax);
  const more = shown.length - fitting.length;
  const all = ['*By rule*', ...fitting, ...(more > 0 ? [`+${more} more`] : [])];
  return [sectionOf(mrkdwn(all.join('\n')))];
}

/** One block an incident; what does not fit is counted, the rest of the digest with it. */
function lines({ lines: all, digest }: DigestContent): SlackBlock[] {
  const texts = within(
    all.map((line, index) => lineText(line, index < withEvidence)),
    linesMax,
  );
  const more = digest.total - texts.length;
  return [
    ...texts.map((text) => sectionOf(mrkdwn(text))),
    ...(more > 0 ? [sectionOf(plain(`+${countText(more)} more`))] : []),
  ];
}

function lineText(
  { mark, kicker, title, who, often, id, evidence, url }: DigestLine,
  isLong: boolean,
): string {
  const about = [
    ...(who === '' ? [] : [slackCode(who, whoMax)]),
    slackLine(often, 80),
    slackCode(id, 60),
    ...(url === null ? [] : [`<${url.replaceAll('&', '&amp;')}|Open>`]),
  ];
  return [
    `${mark} *${slackLine(kicker, 60)}* ${slackCode(title, titleMax)}`,
    about.join(' · '),
    ...(isLong && evidence !== null ? [slackCode(evidence, evidenceMax)] : []),
  ].join('\n');
}

/** The first texts that have room together; each costs its block, and its line feeds are written as two characters. */
function within(texts: readonly string[], max: number): readonly string[] {
  let length = 0;
  const end = texts.findIndex((text) => {
    length += JSON.stringify(text).length + 70;
    return length > max;
  });
  return end === -1 ? texts : texts.slice(0, end);
}
