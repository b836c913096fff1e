import { type FetchFunction, IncomingWebhook, IncomingWebhookHTTPError } from '@slack/webhook';
import { isDigest } from '../../shared/model/notification.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import type { Secret } from '../../shared/secret.ts';
import { classifyReply, type HttpReply, retryAfterMs, withoutSecrets } from '../classify-reply.ts';
import { boundedText } from '../http/bounded-text.ts';
import { networkFailure } from '../http/network-failure.ts';
import type { MessageOptions } from '../message/message-content.ts';
import { renderSlack, renderSlackText } from './render-slack.ts';
import { renderSlackDigest, renderSlackDigestText } from './render-slack-digest.ts';
import type { SlackMessage } from './slack-message.ts';

export interface SlackNotifierOptions {
  /** Receiver and channel, such as `soc/slack`. */
  readonly name: string;
  readonly webhookUrl: Secret;
  readonly clock: Clock;
  /** Time limit of one post, milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
  readonly message?: MessageOptions;
}

/** Messages whose blocks Slack refused and whose plain form it has not answered yet; at the bound the oldest begins anew. */
const refusedMax = 100;

/**
 * Posts to a Slack incoming webhook through @slack/webhook. The library waits for no Retry-After and its errors carry
 * no headers, so a `fetch` of ours reads them; it never retries here, the outbox does.
 */
export class SlackNotifier implements Notifier {
  readonly name: string;
  readonly #options: SlackNotifierOptions;
  /** Their ids. The second post comes so soon that it may be too fast for Slack: then the next attempt must not begin with the blocks. */
  readonly #refused = new Set<string>();

  constructor(options: SlackNotifierOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    if (this.#refused.has(message.id)) return this.#notifyInText(message, signal);
    const answer = await this.#post(this.#render(message), signal);
    if (answer.kind !== 'reply') return answer;
    // Whatever 400 says, it is about the message, and its plain form may pass. Other refusals are about the channel.
    return answer.status === 400 ? this.#notifyInText(message, signal) : classifyReply(answer);
  }

  async #notifyInText(message: Message, signal: AbortSignal): Promise<Delivery> {
    const answer = await this.#post(this.#renderText(message), signal);
    const delivery = answer.kind === 'reply' ? classifyReply(answer) : answer;
    this.#refused.delete(message.id);
    if (delivery.kind !== 'retry') return delivery;
    this.#refused.add(message.id);
    const [oldest] = this.#refused;
    if (this.#refused.size > refusedMax && oldest !== undefined) this.#refused.delete(oldest);
    // It stays what it is: a digest that took in more would be another one, and begin with its blocks again.
    const { hasNotArrived: _, ...again } = delivery;
    return again;
  }

  async close(): Promise<void> {
    // Nothing is held between two posts.
  }

  #render(message: Message): SlackMessage {
    const options = this.#options.message;
    return isDigest(message) ? renderSlackDigest(message, options) : renderSlack(message, options);
  }

  #renderText(message: Message): SlackMessage {
    const options = this.#options.message;
    return isDigest(message) ? renderSlackDigestText(message, options) : renderSlackText(message, options);
  }

  async #post(
    message: SlackMessage,
    signal: AbortSignal,
  ): Promise<Delivery | ({ kind: 'reply' } & HttpReply)> {
    const { webhookUrl, clock, timeoutMs = 10_000 } = this.#options;
    const url = webhookUrl.reveal();
    const seen = { retryAfter: null as string | null };
    const webhook = new IncomingWebhook(url, {
      retryConfig: { retries: 0 },
      fetch: reading(seen, [signal, AbortSignal.timeout(timeoutMs)]),
    });
    try {
      await webhook.send(message);
      return { kind: 'delivered' };
    } catch (error) {
      if (!(error instanceof IncomingWebhookHTTPError)) return networkFailure(originalOf(error));
      const afterMs = retryAfterMs(seen.retryAfter, { body: error.body, nowMs: clock.nowMs() });
      const body = withoutSecrets(error.body, [url, URL.parse(url)?.pathname ?? '']);
      const reply = { kind: 'reply', status: error.statusCode, body } as const;
      return afterMs === undefined ? reply : { ...reply, retryAfterMs: afterMs };
    }
  }
}

/** A fetch that notes Retry-After, follows no redirect, reads 4 kB of an answer, and ends with any of the signals. */
function reading(seen: { retryAfter: string | null }, signals: AbortSignal[]): FetchFunction {
  return async (url, init) => {
    const { method = 'POST', headers = {}, body = '' } = init ?? {};
    const signal = AbortSignal.any(signals);
    const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    seen.retryAfter = response.headers.get('retry-after');
    const text = await boundedText(response, 4_096);
    return new Response([101, 204, 205, 304].includes(response.status) ? null : text, {
      status: response.status,
    });
  };
}

const originalOf = (error: unknown): unknown =>
  error instanceof Error && 'original' in error ? error.original : error;
