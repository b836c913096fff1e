import type { Config } from './config/config-model.ts';
import { WebhookNotifier } from './notify/http/webhook-notifier.ts';
import { channelsOf, type ReceiverConfig, ratePerSecond, type WebhookChannel } from './notify/receiver.ts';
import { SlackNotifier } from './notify/slack/slack-notifier.ts';
import { SmtpNotifier } from './notify/smtp/smtp-notifier.ts';
import { cloudEventSource } from './plan-outbox.ts';
import type { Clock } from './shared/ports/clock.ts';
import type { Log } from './shared/ports/log.ts';
import type { Notifier } from './shared/ports/notifier.ts';

export interface Notifiers {
  /** By receiver and channel, such as `soc/slack`. */
  readonly notifiers: ReadonlyMap<string, Notifier>;
  /** Messages a second, by the same names. */
  readonly rates: ReadonlyMap<string, number>;
}

/** One notifier for each channel of each receiver. */
export function openNotifiers(config: Config, deps: { log: Log; clock: Clock }): Notifiers {
  const notifiers = new Map<string, Notifier>();
  const rates = new Map<string, number>();
  for (const [receiverName, receiver] of Object.entries(config.receivers)) {
    for (const channel of channelsOf(receiver)) {
      const name = `${receiverName}/${channel}`;
      rates.set(name, ratePerSecond(receiver, channel));
    }
    for (const notifier of notifiersOf(receiverName, receiver, { config, ...deps }))
      notifiers.set(notifier.name, notifier);
  }
  return { notifiers, rates };
}

function notifiersOf(
  name: string,
  receiver: ReceiverConfig,
  deps: { config: Config; log: Log; clock: Clock },
): Notifier[] {
  const { slack, email, webhook } = receiver;
  const { log, clock, config } = deps;
  const opened: Notifier[] = [];
  if (slack !== undefined)
    opened.push(new SlackNotifier({ name: `${name}/slack`, webhookUrl: slack.webhookUrl, clock }));
  if (webhook !== undefined)
    opened.push(
      new WebhookNotifier({
        name: `${name}/webhook`,
        ...webhookParts(webhook),
        source: cloudEventSource,
        clock,
      }),
    );
  if (email !== undefined && config.smtp !== undefined) {
    const from = email.from === undefined ? {} : { from: email.from };
    opened.push(new SmtpNotifier({ name: `${name}/email`, server: config.smtp, to: email.to, ...from, log }));
  }
  return opened;
}

/** What the notifier takes of a webhook channel. */
function webhookParts({
  url,
  headers,
  secret,
}: WebhookChannel): Pick<WebhookChannel, 'url' | 'headers' | 'secret'> {
  return { url, ...(headers === undefined ? {} : { headers }), ...(secret === undefined ? {} : { secret }) };
}
