import type { Config } from '../config/config-model.ts';
import { digest } from '../engine/assemble-engine.ts';
import { AlertmanagerNotifier } from '../notify/alertmanager/alertmanager-notifier.ts';
import type { DigestOptions } from '../notify/digest-pace.ts';
import { WebhookNotifier } from '../notify/http/webhook-notifier.ts';
import { conditionFields } from '../notify/message/condition-fields.ts';
import { linkingTo } from '../notify/message/incident-links.ts';
import type { MessageOptions, RuleWords } from '../notify/message/message-content.ts';
import type { Fallback } from '../notify/outbox/deliver.ts';
import { PagerDutyNotifier } from '../notify/pagerduty/pagerduty-notifier.ts';
import {
  type Channel,
  channelsOf,
  digestOptions,
  fallbackAfterDefaultMs,
  type ReceiverConfig,
  ratePerSecond,
} from '../notify/receiver.ts';
import { SlackNotifier } from '../notify/slack/slack-notifier.ts';
import { SmtpNotifier } from '../notify/smtp/smtp-notifier.ts';
import { TeamsNotifier } from '../notify/teams/teams-notifier.ts';
import { cloudEventSource } from '../pipeline/plan-outbox.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import type { Notifier } from '../shared/ports/notifier.ts';

export interface Notifiers {
  /** By receiver and channel, such as `soc/slack`. */
  readonly notifiers: ReadonlyMap<string, Notifier>;
  /** Messages a second, by the same names. */
  readonly rates: ReadonlyMap<string, number>;
  /** Digests of what is limited together, by the same names: the webhooks of Slack and Teams. */
  readonly addresses: ReadonlyMap<string, string>;
  /** When the messages of one of them become digests, by the same names; those of programs never do. */
  readonly digests: ReadonlyMap<string, DigestOptions>;
  /** Where what one of them could not be told goes instead, by the same names. */
  readonly fallbacks: ReadonlyMap<string, Fallback>;
}

export interface NotifierDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** The rule that runs under that id now: a message shows the fields that its conditions name. */
  readonly ruleOf: (ruleId: string) => Rule | undefined;
}

/** One notifier for each channel of each receiver. */
export function openNotifiers(config: Config, deps: NotifierDeps): Notifiers {
  const notifiers = new Map<string, Notifier>();
  const rates = new Map<string, number>();
  const addresses = new Map<string, string>();
  const digests = new Map<string, DigestOptions>();
  const fallbacks = new Map<string, Fallback>();
  for (const [receiverName, receiver] of Object.entries(config.receivers)) {
    for (const channel of channelsOf(receiver)) {
      const name = `${receiverName}/${channel}`;
      rates.set(name, ratePerSecond(receiver, channel));
      const options = digestOptions(receiver, channel);
      if (options !== undefined) digests.set(name, options);
      const address = addressOf(receiver, channel);
      if (address !== undefined) addresses.set(name, address);
      const elsewhere = fallbackOf(receiver, config);
      if (elsewhere !== undefined) fallbacks.set(name, elsewhere);
      const notifier = openers[channel](name, receiver, { ...deps, config });
      if (notifier !== undefined) notifiers.set(name, notifier);
    }
  }
  return { notifiers, rates, addresses, digests, fallbacks };
}

/** Whoever posts to a webhook of a chat shares its limit with all others who do. */
function addressOf({ slack, teams }: ReceiverConfig, channel: Channel): string | undefined {
  const url = { slack: slack?.webhookUrl, teams: teams?.webhookUrl }[channel as 'slack' | 'teams'];
  return url === undefined ? undefined : digest(url.reveal());
}

function fallbackOf(
  { fallback, fallbackAfterMs = fallbackAfterDefaultMs }: ReceiverConfig,
  { receivers }: Config,
): Fallback | undefined {
  const receiver = fallback === undefined ? undefined : receivers[fallback];
  if (receiver === undefined) return undefined;
  return { to: channelsOf(receiver).map((channel) => `${fallback}/${channel}`), afterMs: fallbackAfterMs };
}

type Opener = (name: string, receiver: ReceiverConfig, deps: Deps) => Notifier | undefined;

const openers: Readonly<Record<Channel, Opener>> = {
  slack: (name, receiver, deps) =>
    receiver.slack && new SlackNotifier({ name, ...receiver.slack, ...common(receiver, deps) }),
  email: (name, { email, template }, { config, log, metrics, ruleOf }) =>
    email &&
    config.smtp &&
    new SmtpNotifier({
      name,
      server: config.smtp,
      ...email,
      log,
      metrics,
      message: messageOptions(template, { config, ruleOf }),
    }),
  webhook: (name, { webhook }, { clock, config }) =>
    webhook && new WebhookNotifier({ name, ...webhook, source: cloudEventSource, clock, ...linking(config) }),
  pagerduty: (name, receiver, deps) =>
    receiver.pagerduty && new PagerDutyNotifier({ name, ...receiver.pagerduty, ...common(receiver, deps) }),
  teams: (name, receiver, deps) =>
    receiver.teams && new TeamsNotifier({ name, ...receiver.teams, ...common(receiver, deps) }),
  alertmanager: (name, receiver, deps) =>
    receiver.alertmanager &&
    new AlertmanagerNotifier({ name, ...receiver.alertmanager, ...common(receiver, deps) }),
};

type Deps = NotifierDeps & { readonly config: Config };

const common = (
  { template }: ReceiverConfig,
  { clock, config, ruleOf }: Deps,
): { readonly clock: Clock; readonly message: MessageOptions } => ({
  clock,
  message: messageOptions(template, { config, ruleOf }),
});

const messageOptions = (
  template: ReceiverConfig['template'],
  { config, ruleOf }: Pick<Deps, 'config' | 'ruleOf'>,
): MessageOptions => ({
  ...linking(config),
  ruleOf: (ruleId) => ruleWords(ruleOf(ruleId), ruleOf),
  ...(template === undefined ? {} : { template }),
});

/** A rule over rules asks what those ask. */
function ruleWords(rule: Rule | undefined, ruleOf: NotifierDeps['ruleOf']): RuleWords | undefined {
  if (rule === undefined) return undefined;
  const { description, window, conditions } = rule;
  const inputs = (window?.rules ?? []).map((id) => ruleOf(id)?.conditions);
  return { description, fields: conditionFields([window, conditions, ...inputs]) };
}

/** Links to the incidents' pages, where people can reach them. */
const linking = ({ web }: Config): Pick<MessageOptions, 'linkOf'> => linkingTo(web?.publicUrl ?? null);
