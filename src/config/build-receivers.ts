import type { HeartbeatConfig } from '../notify/http/heartbeat.ts';
import { type MessageTemplate, parseMessageTemplate } from '../notify/message/message-template.ts';
import type {
  AlertmanagerChannel,
  Channel,
  EmailChannel,
  PagerDutyChannel,
  ReceiverConfig,
  SlackChannel,
  SmtpServerConfig,
  TeamsChannel,
  WebhookChannel,
} from '../notify/receiver.ts';
import { Secret } from '../shared/secret.ts';
import { type BuildContext, type Keys, optionalFile, readSecret, requireSecret } from './build-context.ts';
import type { WrittenConfig } from './config-schema.ts';

type WrittenReceiver = WrittenConfig['receivers'][string];
type WrittenChannels = { readonly [Name in Channel]: NonNullable<WrittenReceiver[Name]> };

/** One receiver: its channels, their secrets read. */
export function buildReceiver(name: string, written: WrittenReceiver, context: BuildContext): ReceiverConfig {
  const keys = ['receivers', name];
  const { slack, email, webhook, pagerduty, teams, alertmanager, template } = written;
  const at = (channel: Channel): Keys => [...keys, channel];
  const speaks = [slack, email, pagerduty, teams, alertmanager].some((channel) => channel !== undefined);
  return {
    ...(slack && { slack: buildSlack(slack, at('slack'), context) }),
    ...(email && { email: buildEmail(email) }),
    ...(webhook && { webhook: buildWebhook(webhook, at('webhook'), context) }),
    ...(pagerduty && { pagerduty: buildPagerDuty(pagerduty, at('pagerduty'), context) }),
    ...(teams && { teams: buildSlack(teams, at('teams'), context) }),
    ...(alertmanager && { alertmanager: buildAlertmanager(alertmanager, at('alertmanager'), context) }),
    ...common(written),
    ...(template && { template: buildTemplate(template, [...keys, 'template'], { context, speaks }) }),
  };
}

function common({
  sendResolved,
  sendAcknowledged,
  fallback,
  fallbackAfter,
  digestAfter,
  digestEvery,
  pastAfter,
}: WrittenReceiver): Pick<
  ReceiverConfig,
  'sendResolved' | 'sendAcknowledged' | 'fallback' | 'fallbackAfterMs' | 'digests'
> {
  const digests = {
    ...(digestAfter === undefined ? {} : { after: digestAfter }),
    ...(digestEvery === undefined ? {} : { everyMs: digestEvery }),
    ...(pastAfter === undefined ? {} : { pastAfterMs: pastAfter }),
  };
  return {
    ...(Object.keys(digests).length === 0 ? {} : { digests }),
    ...(sendResolved === undefined ? {} : { sendResolved }),
    ...(sendAcknowledged === undefined ? {} : { sendAcknowledged }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(fallbackAfter === undefined ? {} : { fallbackAfterMs: fallbackAfter }),
  };
}

/** A receiver's own words, parsed once; what is wrong in them is said at load, not in the night. */
function buildTemplate(
  written: NonNullable<WrittenReceiver['template']>,
  keys: Keys,
  { context, speaks }: { context: BuildContext; speaks: boolean },
): MessageTemplate {
  if (!speaks) context.fault(keys, 'has no effect: a webhook gets the incident as it is');
  const parsed = Object.entries(written).flatMap(([name, text]) => {
    if (text === undefined) return [];
    const { template, faults } = parseMessageTemplate(text);
    for (const fault of faults) context.fault([...keys, name], fault);
    return [[name, template] as const];
  });
  return Object.fromEntries(parsed);
}

function options(written: {
  readonly sendResolved?: boolean | undefined;
  readonly sendAcknowledged?: boolean | undefined;
  readonly ratePerSecond?: number | undefined;
}): Pick<SlackChannel, 'sendResolved' | 'sendAcknowledged' | 'ratePerSecond'> {
  const { sendResolved, sendAcknowledged, ratePerSecond } = written;
  return {
    ...(sendAcknowledged === undefined ? {} : { sendAcknowledged }),
    ...(sendResolved === undefined ? {} : { sendResolved }),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  };
}

/** Teams is configured as Slack is. */
function buildSlack(
  written: WrittenChannels['slack' | 'teams'],
  keys: Keys,
  context: BuildContext,
): SlackChannel & TeamsChannel {
  const webhookUrl = requireUrl(written, 'webhookUrl', { keys, context });
  return { webhookUrl, ...options(written) };
}

const buildEmail = (written: WrittenChannels['email']): EmailChannel => ({
  to: written.to,
  ...(written.from === undefined ? {} : { from: written.from }),
  ...options(written),
});

function buildWebhook(
  written: WrittenChannels['webhook'],
  keys: Keys,
  context: BuildContext,
): WebhookChannel {
  const secret = readSecret(written, 'secret', { keys, context });
  return {
    url: requireUrl(written, 'url', { keys, context }),
    ...(secret === undefined ? {} : { secret }),
    ...headersOf(written),
    ...options(written),
  };
}

function buildPagerDuty(
  written: WrittenChannels['pagerduty'],
  keys: Keys,
  context: BuildContext,
): PagerDutyChannel {
  const routingKey = requireSecret(written, 'routingKey', { keys, context });
  const key = routingKey.reveal();
  if (key !== '' && !/^[A-Za-z0-9]{32}$/.test(key))
    context.fault([...keys, 'routingKey'], 'is no key of PagerDuty: those have 32 letters and digits');
  const url = written.url === undefined ? {} : { url: requireUrl(written, 'url', { keys, context }) };
  return { routingKey, ...url, ...options(written) };
}

function buildAlertmanager(
  written: WrittenChannels['alertmanager'],
  keys: Keys,
  context: BuildContext,
): AlertmanagerChannel {
  const { labels, expiresAfter } = written;
  return {
    url: requireUrl(written, 'url', { keys, context }),
    ...headersOf(written),
    ...(labels === undefined ? {} : { labels }),
    ...(expiresAfter === undefined ? {} : { expiresAfterMs: expiresAfter }),
    ...options(written),
  };
}

const headersOf = (written: {
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): { headers?: Readonly<Record<string, Secret>> } =>
  written.headers === undefined
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(written.headers).map(([name, value]) => [name, new Secret(value)]),
        ),
      };

/** A secret that is an http or https address. The fault does not show it. */
function requireUrl(
  owner: Readonly<Record<string, unknown>>,
  name: string,
  at: { readonly keys: Keys; readonly context: BuildContext },
): Secret {
  const url = requireSecret(owner, name, at);
  const parsed = URL.parse(url.reveal());
  const isHttp = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (url.reveal() !== '' && !isHttp) at.context.fault([...at.keys, name], 'is no http or https address');
  return url;
}

/** An address that hears that tocsin is alive. */
export function buildHeartbeat(
  written: NonNullable<WrittenConfig['heartbeat']>,
  context: BuildContext,
): HeartbeatConfig {
  const url = requireUrl(written, 'url', { keys: ['heartbeat'], context });
  return { url, ...headersOf(written), everyMs: written.every };
}

/** The mail server; its sender is tocsin@HOST unless given. */
export function buildSmtp(
  written: NonNullable<WrittenConfig['smtp']>,
  context: BuildContext,
): SmtpServerConfig {
  const keys = ['smtp'];
  const { host, port, secure, requireTls, username } = written;
  const hasPassword = written.password !== undefined || written.passwordFile !== undefined;
  if ((username === undefined) === hasPassword) {
    context.fault(keys, 'give username and password (or passwordFile) together, or none of them');
  }
  const password = readSecret(written, 'password', { keys, context });
  const ca = optionalFile(written.caFile, ['smtp', 'caFile'], context);
  return {
    host,
    port,
    from: written.from ?? `tocsin <tocsin@${host}>`,
    ...(secure === undefined ? {} : { secure }),
    ...(requireTls === undefined ? {} : { requireTls }),
    ...(ca === undefined ? {} : { ca }),
    ...(username === undefined || password === undefined ? {} : { auth: { user: username, password } }),
  };
}
