import { buildBus } from './build-bus.ts';
import type { BuildContext } from './build-context.ts';
import { buildHeartbeat, buildReceiver, buildSmtp } from './build-receivers.ts';
import { buildInhibitRules, buildMaintenance, buildRoute, buildTimeIntervals } from './build-routes.ts';
import { buildSources, checkNames, checkTopics } from './build-sources.ts';
import { checkFallbacks, checkMail, checkRoutes } from './check-routes.ts';
import type { ConfigFault } from './config-fault.ts';
import type { Config, ListConfig } from './config-model.ts';
import type { WrittenConfig } from './config-schema.ts';
import type { Environment } from './env.ts';

/** From what was written, valid in itself, to the configuration: files read, names checked against each other. */
export function buildConfig(
  written: WrittenConfig,
  from: { readonly file: string | undefined; readonly env: Environment },
  context: BuildContext,
): Config {
  const { outputs } = written;
  const sources = buildSources(written.sources);
  const receivers = Object.fromEntries(
    Object.entries(written.receivers).map(([name, receiver]) => [
      name,
      buildReceiver(name, receiver, context),
    ]),
  );
  checkNames(sources, outputs, context);
  const warnings = checkTopics(sources, outputs, context);
  const routes = written.routes === undefined ? undefined : buildRoute(written.routes);
  const timeIntervals = buildTimeIntervals(written.timeIntervals, context);
  warnings.push(...checkRoutes(routes, { receivers, timeIntervals }, context));
  checkFallbacks(receivers, context);
  checkMail(receivers, written.smtp !== undefined, context);
  return {
    file: from.file ?? null,
    logLevel: written.logLevel,
    bus: buildBus(written.bus, from.env, context),
    sources,
    outputs,
    rules: written.rules.map(context.absolute),
    lists: buildLists(written.lists, context),
    operators: written.operators.map(context.absolute),
    facts: written.facts.map(context.absolute),
    factLimits: written.factLimits,
    receivers,
    ...(routes === undefined ? {} : { routes }),
    timeIntervals,
    inhibitRules: buildInhibitRules(written.inhibitRules, context),
    maintenance: buildMaintenance(written.maintenance, context),
    ...(written.smtp === undefined ? {} : { smtp: buildSmtp(written.smtp, context) }),
    ...(written.heartbeat === undefined ? {} : { heartbeat: buildHeartbeat(written.heartbeat, context) }),
    remediation: written.remediation,
    state: { file: context.absolute(written.state.file) },
    web: buildWeb(written.web, context),
    warnings: warnings.map((warning): ConfigFault => ({ file: from.file ?? 'defaults', ...warning })),
  };
}

function buildLists(written: WrittenConfig['lists'], context: BuildContext): Config['lists'] {
  const build = (list: ListConfig): ListConfig =>
    'file' in list ? { file: context.absolute(list.file) } : { values: list.values };
  return Object.fromEntries(Object.entries(written).map(([name, list]) => [name, build(list)]));
}

/** `HOST:PORT`; no host means every address of the machine. */
function buildWeb({ listen, publicUrl }: WrittenConfig['web'], context: BuildContext): Config['web'] {
  const url = publicUrl === undefined ? null : publicUrlOf(publicUrl, context);
  if (listen === 'off') {
    if (url !== null) context.fault(['web', 'publicUrl'], 'has no effect: web.listen is off');
    return null;
  }
  const colon = listen.lastIndexOf(':');
  const port = Number(listen.slice(colon + 1));
  if (port > 65_535) context.fault(['web', 'listen'], 'has a port above 65535');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '0.0.0.0' : host, port, publicUrl: url };
}

/** Without a slash at its end: a path behind it makes a link. */
function publicUrlOf(written: string, context: BuildContext): string | null {
  const url = URL.parse(written);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url !== null && isWeb && isPlain) return url.href.replace(/\/+$/, '');
  context.fault(
    ['web', 'publicUrl'],
    'must be an address such as https://tocsin.example.org, with a path at most',
  );
  return null;
}
