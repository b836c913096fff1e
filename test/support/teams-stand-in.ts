import { type HttpAnswer, type HttpAsked, HttpStandIn, jsonApi } from './http-stand-in.ts';

type Json = Readonly<Record<string, unknown>>;

const workflowPath =
  '/workflows/9f2c/triggers/manual/paths/invoke?api-version=2016-06-01&sig=s1gn4tur3-0f-th3-w0rkfl0w';

/** Stands in for a workflow's webhook of Microsoft Teams: takes Adaptive Cards it could show (202), refuses others. */
export class TeamsStandIn extends HttpStandIn {
  constructor() {
    super(jsonApi(workflowPath, judge));
  }

  /** As secret as a workflow's own: the signature stands in it. */
  get webhookUrl(): string {
    return `${this.origin}${workflowPath}`;
  }

  /** Cards that were taken, in order. */
  get cards(): readonly Json[] {
    return this.accepted.map(({ body }) => cardIn(JSON.parse(body)) ?? {});
  }
}

function judge(message: unknown, { body }: HttpAsked): HttpAnswer {
  if (Buffer.byteLength(body) > 28 * 1024) return { status: 413, body: 'RequestEntityTooLarge' };
  const faults = teamsFaults(message);
  return faults.length === 0 ? { status: 202 } : { status: 400, body: faults.join('; ') };
}

function cardIn(message: unknown): Json | undefined {
  const { attachments } = message as { attachments?: { contentType?: unknown; content?: Json }[] };
  const [attachment] = attachments ?? [];
  const isCard = attachment?.contentType === 'application/vnd.microsoft.card.adaptive';
  return isCard ? attachment?.content : undefined;
}

/** What keeps a message from being shown as a card; empty where nothing does. */
export function teamsFaults(message: unknown): string[] {
  const card = cardIn(message);
  if ((message as Json)['type'] !== 'message' || card === undefined) return ['no adaptive card'];
  // Teams shows cards up to version 1.5; text runs came with 1.2.
  if (card['type'] !== 'AdaptiveCard' || !/^1\.[2-5]$/.test(String(card['version']))) return ['no version'];
  const actions = (card['actions'] ?? []) as Json[];
  return [
    ...(card['body'] as Json[]).flatMap(elementFaults),
    ...(actions.length > 6 ? ['more than six actions'] : []),
    ...actions.flatMap(({ type, title, url }) =>
      type === 'Action.OpenUrl' && title !== '' && URL.canParse(String(url)) ? [] : ['a broken action'],
    ),
  ];
}

function elementFaults(element: Json): string[] {
  if (element['type'] === 'Container') return (element['items'] as Json[]).flatMap(elementFaults);
  if (element['type'] !== 'RichTextBlock') return [`an element of type ${String(element['type'])}`];
  const inlines = element['inlines'] as Json[];
  const isWhole = inlines.every(
    ({ type, text }) => type === 'TextRun' && typeof text === 'string' && text !== '',
  );
  return inlines.length > 0 && isWhole ? [] : ['a broken text run'];
}
