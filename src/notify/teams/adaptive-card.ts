/** The part of Adaptive Cards that tocsin uses. Text stands in text runs alone: they know neither Markdown nor links. */
export interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Large' | 'Small';
  readonly fontType?: 'Monospace';
  readonly isSubtle?: true;
  readonly selectAction?: { readonly type: 'Action.OpenUrl'; readonly url: string };
}

export interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: 'Medium' | 'Small' | 'None';
}

export interface CardContainer {
  readonly type: 'Container';
  readonly style: 'attention' | 'warning' | 'accent' | 'good' | 'default';
  readonly bleed: true;
  readonly items: readonly RichTextBlock[];
}

export interface OpenUrl {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

export interface AdaptiveCard {
  readonly $schema: string;
  readonly type: 'AdaptiveCard';
  readonly version: '1.4';
  readonly msteams: { readonly width: 'Full' };
  readonly body: readonly (RichTextBlock | CardContainer)[];
  readonly actions?: readonly OpenUrl[];
}

/** What a workflow's "When a Teams webhook request is received" takes. */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
}

/** Teams refuses messages above about 28 KB; of a card's actions it shows six. */
export const teamsLimits = { bytes: 28_000, actions: 6 } as const;
