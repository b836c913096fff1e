import { blockKitFaults } from './block-kit-faults.ts';
import { type HttpAnswer, type HttpAsked, type HttpPost, HttpStandIn } from './http-stand-in.ts';

/** A post to the webhook, with its JSON. */
export interface SlackPost extends HttpPost {
  readonly message: {
    readonly text: string;
    readonly blocks?: readonly Readonly<Record<string, unknown>>[];
    readonly unfurl_links?: boolean;
    readonly unfurl_media?: boolean;
  };
}

const webhookPath = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';

/** Between two messages to one webhook. */
const pauseMs = 1_000;

/**
 * Stands in for Slack's incoming webhooks: takes what Slack would take, refuses with 400 `invalid_blocks` or
 * `invalid_payload` what it would refuse, and answers with 429, 500, half an answer or not at all when told to. With a
 * clock it holds its poster to one message a second, and says with 429 and Retry-After when to come again.
 */
export class SlackStandIn extends HttpStandIn {
  constructor({ nowMs }: { nowMs?: () => number } = {}) {
    const isTooFast = nowMs === undefined ? () => false : rateLimiter(nowMs);
    super((asked) => (isTooFast() ? tooFast(1) : judge(asked)));
  }

  static start(options: { nowMs?: () => number } = {}): Promise<SlackStandIn> {
    return new SlackStandIn(options).start();
  }

  /** As secret as Slack's own. */
  get webhookUrl(): string {
    return `${this.origin}${webhookPath}`;
  }

  /** Messages that were taken, in order. */
  get messages(): readonly SlackPost[] {
    return this.accepted.map((post) => ({ ...post, message: JSON.parse(post.body) as SlackPost['message'] }));
  }

  /** Slack's answer when posts come too fast. */
  rateLimit(retryAfterSeconds: number): void {
    this.answer(tooFast(retryAfterSeconds));
  }
}

/** Slack's answer when posts come too fast: JSON, while its other answers are plain text. */
const tooFast = (seconds: number): HttpAnswer => ({
  status: 429,
  headers: { 'retry-after': String(seconds), 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ retry_after: seconds, ok: false, error: 'rate_limited' }),
});

const plain = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** Whether a post comes less than a second after the one before that was not too fast. */
function rateLimiter(nowMs: () => number): () => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (nowMs() - lastMs < pauseMs) return true;
    lastMs = nowMs();
    return false;
  };
}

function judge({ method, path, headers, body }: HttpAsked): HttpAnswer {
  if (path !== webhookPath) return plain(404, 'no_service');
  if (method !== 'POST') return plain(405, 'method_not_allowed');
  // Without it Slack looks for a form.
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return plain(400, 'invalid_payload');
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return plain(400, 'invalid_payload');
  }
  return blockKitFaults(payload).length === 0 ? plain(200, 'ok') : plain(400, 'invalid_blocks');
}
