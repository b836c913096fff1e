import type { ReceiverConfig } from '../notify/receiver.ts';
import type { Route } from '../notify/route.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { BuildContext, Keys } from './build-context.ts';

/** Every receiver that a route names exists, and the root names one where it routes at all. */
export function checkRoutes(
  root: Route | undefined,
  receivers: Readonly<Record<string, ReceiverConfig>>,
  context: BuildContext,
): void {
  if (root === undefined) return;
  if (root.match !== undefined)
    context.fault(['routes', 'match'], 'the root takes every incident; match in routes below it');
  const visit = (route: Route, keys: Keys): void => {
    if (route.receiver !== undefined && !Object.hasOwn(receivers, route.receiver))
      unknownReceiver(route.receiver, [...keys, 'receiver'], { receivers, context });
    for (const [index, child] of (route.routes ?? []).entries()) visit(child, [...keys, 'routes', index]);
  };
  visit(root, ['routes']);
}

/** Every fallback exists, and none leads back to where it started: a message would go round for ever. */
export function checkFallbacks(
  receivers: Readonly<Record<string, ReceiverConfig>>,
  context: BuildContext,
): void {
  for (const [name, { fallback }] of Object.entries(receivers)) {
    if (fallback === undefined) continue;
    const keys = ['receivers', name, 'fallback'];
    if (!Object.hasOwn(receivers, fallback)) unknownReceiver(fallback, keys, { receivers, context });
    const way = wayOf(name, receivers);
    if (way.at(-1) === name) context.fault(keys, `leads back to ${name}: ${way.join(' -> ')}`);
  }
}

/** The receivers from this one on, each the fallback of the one before, up to the first that was there already. */
function wayOf(start: string, receivers: Readonly<Record<string, ReceiverConfig>>): readonly string[] {
  const way = [start];
  for (;;) {
    const last = way.at(-1) ?? start;
    const next = Object.hasOwn(receivers, last) ? receivers[last]?.fallback : undefined;
    if (next === undefined) return way;
    if (way.includes(next)) return [...way, next];
    way.push(next);
  }
}

function unknownReceiver(
  name: string,
  keys: Keys,
  { receivers, context }: { receivers: Readonly<Record<string, ReceiverConfig>>; context: BuildContext },
): void {
  const meant = didYouMean(name, Object.keys(receivers));
  const hint =
    meant === undefined
      ? `there are ${Object.keys(receivers).join(', ') || 'none'}`
      : `did you mean "${meant}"?`;
  context.fault(keys, `no receiver is named ${name}`, hint);
}

/** Mail needs a mail server. */
export function checkMail(
  receivers: Readonly<Record<string, ReceiverConfig>>,
  hasSmtp: boolean,
  context: BuildContext,
): void {
  const [mailed] = Object.entries(receivers).find(([, receiver]) => receiver.email !== undefined) ?? [];
  if (mailed === undefined || hasSmtp) return;
  context.fault(['receivers', mailed, 'email'], 'needs a mail server', 'add "smtp": { "host": ... }');
}
