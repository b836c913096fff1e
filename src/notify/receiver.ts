import type { NotifyReason } from '../shared/model/notification.ts';
import type { Secret } from '../shared/secret.ts';
import { type DigestOptions, digestDefaults } from './digest-pace.ts';
import type { MessageTemplate } from './message/message-template.ts';

/** A way to reach a receiver. The lane of its messages is `receiver:NAME/CHANNEL`. */
export type Channel = 'slack' | 'email' | 'webhook' | 'pagerduty' | 'teams' | 'alertmanager';

export const channels: readonly Channel[] = [
  'slack',
  'email',
  'webhook',
  'pagerduty',
  'teams',
  'alertmanager',
];

interface ChannelOptions {
  /** Tell of resolved incidents too. Without it the receiver's `sendResolved` counts, then the channel's default. */
  readonly sendResolved?: boolean;
  /** Tell when a person took an incident. Without it the receiver's `sendAcknowledged` counts, then the channel's default. */
  readonly sendAcknowledged?: boolean;
  /** Messages a second at most. Default: Slack 1 (its own limit), Teams 1, PagerDuty 2, mail 5, the others 10. */
  readonly ratePerSecond?: number;
}

export interface SlackChannel extends ChannelOptions {
  /** Whoever has it can post. */
  readonly webhookUrl: Secret;
}

export interface EmailChannel extends ChannelOptions {
  readonly to: readonly string[];
  /** Default: the mail server's `from`. */
  readonly from?: string;
}

export interface WebhookChannel extends ChannelOptions {
  /** http or https. Often holds a key, so it is never shown. */
  readonly url: Secret;
  /** More headers, such as `authorization`. tocsin's own headers win over them. */
  readonly headers?: Readonly<Record<string, Secret>>;
  /** Signs each request after the Standard Webhooks specification; `whsec_` and base64, or any text. */
  readonly secret?: Secret;
}

export interface PagerDutyChannel extends ChannelOptions {
  /** Of an integration "Events API v2". Whoever has it can page. */
  readonly routingKey: Secret;
  /** Default: PagerDuty's own address; the European one, or a proxy. */
  readonly url?: Secret;
}

export interface TeamsChannel extends ChannelOptions {
  /** Of a workflow "When a Teams webhook request is received". Whoever has it can post. */
  readonly webhookUrl: Secret;
}

export interface AlertmanagerChannel extends ChannelOptions {
  /** As people open it; `/api/v2/alerts` is added. */
  readonly url: Secret;
  readonly headers?: Readonly<Record<string, Secret>>;
  /** Labels of every alert. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long an alert stands without being said again. Default 24 h. */
  readonly expiresAfterMs?: number;
}

/** Who is told, by one channel or several. The configuration's loader fills it. */
export interface ReceiverConfig {
  readonly slack?: SlackChannel;
  readonly email?: EmailChannel;
  readonly webhook?: WebhookChannel;
  readonly pagerduty?: PagerDutyChannel;
  readonly teams?: TeamsChannel;
  readonly alertmanager?: AlertmanagerChannel;
  readonly sendResolved?: boolean;
  readonly sendAcknowledged?: boolean;
  /** When Slack, Teams, mail and PagerDuty of this receiver become digests; what is not given is as `digestDefaults` has it. */
  readonly digests?: Partial<DigestOptions>;
  /** The receiver that is told what this one could not be told. Never leads back to this one. */
  readonly fallback?: string;
  /** How long this one may fail before what waits for it goes to the fallback. Default ten minutes. */
  readonly fallbackAfterMs?: number;
  /** Its own words for its messages; a webhook has none. */
  readonly template?: MessageTemplate;
}

/** Programs take one incident at a time; people had rather have one message than many. */
export const isForPeople: Readonly<Record<Channel, boolean>> = {
  slack: true,
  email: true,
  webhook: false,
  pagerduty: false,
  teams: true,
  alertmanager: false,
};

/** Programs want the end of a story, people asked not to be disturbed by it. */
const sendsResolvedByDefault: Readonly<Record<Channel, boolean>> = {
  slack: false,
  email: false,
  webhook: true,
  pagerduty: true,
  teams: false,
  alertmanager: true,
};

/** A pager stops paging, a program may follow who has what; people see it where they work on incidents. */
const sendsAcknowledgedByDefault: Readonly<Record<Channel, boolean>> = {
  slack: false,
  email: false,
  webhook: true,
  pagerduty: true,
  teams: false,
  alertmanager: false,
};

export const fallbackAfterDefaultMs = 600_000;

export const defaultRates: Readonly<Record<Channel, number>> = {
  slack: 1,
  email: 5,
  webhook: 10,
  pagerduty: 2,
  teams: 1,
  alertmanager: 10,
};

/** The channels a receiver has, in a fixed order. */
export const channelsOf = (receiver: ReceiverConfig): readonly Channel[] =>
  channels.filter((channel) => receiver[channel] !== undefined);

/** Whether this channel of the receiver hears of resolved incidents. */
const sendsResolved = (receiver: ReceiverConfig, channel: Channel): boolean =>
  receiver[channel]?.sendResolved ?? receiver.sendResolved ?? sendsResolvedByDefault[channel];

/** Whether this channel of the receiver hears of a reason at all. */
export function hearsOf(receiver: ReceiverConfig, channel: Channel, reason: NotifyReason): boolean {
  if (reason === 'resolved') return sendsResolved(receiver, channel);
  if (reason !== 'acknowledged') return true;
  const own = receiver[channel]?.sendAcknowledged ?? receiver.sendAcknowledged;
  return own ?? sendsAcknowledgedByDefault[channel];
}

/** A pager wakes people: it is not rung for each of what nobody can read one by one. */
const hasDigests = (channel: Channel): boolean => isForPeople[channel] || channel === 'pagerduty';

/** When the channel's messages become digests; undefined where a program is told of each. */
export const digestOptions = ({ digests }: ReceiverConfig, channel: Channel): DigestOptions | undefined =>
  hasDigests(channel) ? { ...digestDefaults, ...digests } : undefined;

/** Messages a second this channel of the receiver takes at most. */
export const ratePerSecond = (receiver: ReceiverConfig, channel: Channel): number =>
  receiver[channel]?.ratePerSecond ?? defaultRates[channel];

/** The mail server that all receivers' mail goes through. */
export interface SmtpServerConfig {
  readonly host: string;
  /** 587 with STARTTLS, 465 with `secure`, 25 between servers. */
  readonly port: number;
  /** TLS from the first byte on. Default false. */
  readonly secure?: boolean;
  /** Without `secure`: refuse to go on where the server offers no STARTTLS. Default true. */
  readonly requireTls?: boolean;
  readonly auth?: { readonly user: string; readonly password: Secret };
  /** PEM of the authority that signed the server's certificate, where it is none of the public ones. */
  readonly ca?: string;
  /** Sender, such as `tocsin <tocsin@example.org>`. */
  readonly from: string;
}
