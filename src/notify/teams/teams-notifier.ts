import { isDigest } from '../../shared/model/notification.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import type { Secret } from '../../shared/secret.ts';
import { postJson } from '../http/post-json.ts';
import type { MessageOptions } from '../message/message-content.ts';
import { renderTeams } from './render-teams.ts';
import { renderTeamsDigest } from './render-teams-digest.ts';

export interface TeamsNotifierOptions {
  /** Receiver and channel, such as `soc/teams`. */
  readonly name: string;
  /** The address of a workflow's webhook. Whoever has it can post. */
  readonly webhookUrl: Secret;
  readonly clock: Clock;
  /** Time limit of one post, milliseconds. Default 15 s: a workflow answers slowly. */
  readonly timeoutMs?: number;
  readonly message?: MessageOptions;
}

/**
 * Posts Adaptive Cards to a workflow of Microsoft Teams ("When a Teams webhook request is received"). The connectors'
 * MessageCard is retired. A post is not idempotent: people know a repeat by the incident and its version, or the digest's id.
 */
export class TeamsNotifier implements Notifier {
  readonly name: string;
  readonly #options: TeamsNotifierOptions;

  constructor(options: TeamsNotifierOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const { webhookUrl: url, clock, timeoutMs = 15_000, message: options } = this.#options;
    const rendered = isDigest(message) ? renderTeamsDigest(message, options) : renderTeams(message, options);
    return postJson({
      url,
      body: JSON.stringify(rendered),
      clock,
      timeoutMs,
      signal,
    });
  }

  async close(): Promise<void> {
    // Nothing is held between two posts.
  }
}
