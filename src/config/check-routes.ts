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
    if (route.receiver !== undefined && !Object.hasOwn(receivers, route.receiver)) {
      const meant = didYouMean(route.receiver, Object.keys(receivers));
      const hint =
        meant === undefined
          ? `there are ${Object.keys(receivers).join(', ') || 'none'}`
          : `did you mean "${meant}"?`;
      context.fault([...keys, 'receiver'], `no receiver is named ${route.receiver}`, hint);
    }
    for (const [index, child] of (route.routes ?? []).entries()) visit(child, [...keys, 'routes', index]);
  };
  visit(root, ['routes']);
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
