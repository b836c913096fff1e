/** The part of Block Kit that tocsin uses. */
export interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
  /** plain_text only: whether `:name:` becomes a picture. */
  readonly emoji?: false;
  /** mrkdwn only: bare addresses and names do not become links. */
  readonly verbatim?: true;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | { readonly type: 'section'; readonly text: SlackText }
  | { readonly type: 'section'; readonly fields: readonly SlackText[] }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

export interface SlackMessage {
  /** Shown by notifications and readers that know no blocks. Escaped as everything else. */
  readonly text: string;
  readonly blocks?: SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

export const plain = (text: string): SlackText => ({ type: 'plain_text', text, emoji: false });
export const mrkdwn = (text: string): SlackText => ({ type: 'mrkdwn', text, verbatim: true });
export const sectionOf = (text: SlackText): SlackBlock => ({ type: 'section', text });

/** Slack's limits (its Block Kit reference), with the whole below what was seen refused (about 12,000). */
export const slackLimits = {
  blocks: 50,
  header: 150,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  contextElements: 10,
  contextText: 2000,
  text: 4000,
  message: 12_000,
} as const;
