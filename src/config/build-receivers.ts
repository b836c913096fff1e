import type {
  EmailChannel,
  ReceiverConfig,
  SlackChannel,
  SmtpServerConfig,
  WebhookChannel,
} from '../notify/receiver.ts';
import { Secret } from '../shared/secret.ts';
import { type BuildContext, type Keys, optionalFile, readSecret, requireSecret } from './build-context.ts';
import type { WrittenConfig } from './config-schema.ts';

type WrittenReceiver = WrittenConfig['receivers'][string];
type WrittenChannels = {
  readonly [Name in 'slack' | 'email' | 'webhook']: NonNullable<WrittenReceiver[Name]>;
};

/** One receiver: its channels, their secrets read. */
export function buildReceiver(name: string, written: WrittenReceiver, context: BuildContext): ReceiverConfig {
  const keys = ['receivers', name];
  const { slack, email, webhook, sendResolved } = written;
  return {
    ...(slack === undefined ? {} : { slack: buildSlack(slack, [...keys, 'slack'], context) }),
    ...(email === undefined ? {} : { email: buildEmail(email) }),
    ...(webhook === undefined ? {} : { webhook: buildWebhook(webhook, [...keys, 'webhook'], context) }),
    ...(sendResolved === undefined ? {} : { sendResolved }),
  };
}

function options(written: {
  readonly sendResolved?: boolean | undefined;
  readonly ratePerSecond?: number | undefined;
}): Pick<SlackChannel, 'sendResolved' | 'ratePerSecond'> {
  const { sendResolved, ratePerSecond } = written;
  return {
    ...(sendResolved === undefined ? {} : { sendResolved }),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  };
}

function buildSlack(written: WrittenChannels['slack'], keys: Keys, context: BuildContext): SlackChannel {
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
  const headers = Object.entries(written.headers ?? {}).map(([name, value]) => [name, new Secret(value)]);
  return {
    url: requireUrl(written, 'url', { keys, context }),
    ...(secret === undefined ? {} : { secret }),
    ...(written.headers === undefined ? {} : { headers: Object.fromEntries(headers) }),
    ...options(written),
  };
}

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
