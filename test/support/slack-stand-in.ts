import { blockKitFaults } from './block-kit-faults.ts';
import { type HttpAnswer, type HttpPost, HttpStandIn } from './http-stand-in.ts';

/** A post to the webhook, with its JSON. */
export interface SlackPost extends HttpPost {
  readonly message: {
    readonly text: string;
    readonly blocks?: readonly Readonly<Record<string, unknown>>[];
    readonly unfurl_links?: boolean;
    readonly unfurl_media?: boolean;
  };
}

/**
 * Stands in for Slack's incoming webhooks: takes what Slack would take, refuses with 400 `invalid_blocks` or
 * `invalid_payload` what it would refuse, and answers with 429, 500 or not at all when told to.
 */
export class SlackStandIn extends HttpStandIn {
  constructor() {
    super(judge);
  }

  static start(): Promise<SlackStandIn> {
    return new SlackStandIn().start();
  }

  /** As secret as Slack's own. */
  get webhookUrl(): string {
    return `${this.origin}/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`;
  }

  /** Messages that were taken, in order. */
  get messages(): readonly SlackPost[] {
    return this.accepted.map((post) => ({ ...post, message: JSON.parse(post.body) as SlackPost['message'] }));
  }

  /** Slack's answer when posts come too fast. */
  rateLimit(retryAfterSeconds: number): void {
    this.answer({
      status: 429,
      headers: { 'retry-after': String(retryAfterSeconds) },
      body: JSON.stringify({ retry_after: retryAfterSeconds, ok: false, error: 'rate_limited' }),
    });
  }
}

function judge(body: string): HttpAnswer {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return { status: 400, body: 'invalid_payload' };
  }
  return blockKitFaults(payload).length === 0
    ? { status: 200, body: 'ok' }
    : { status: 400, body: 'invalid_blocks' };
}
