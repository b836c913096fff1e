import type { ReceiverConfig } from '../notify/receiver.ts';
import type { Route } from '../notify/routing/route.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { BuildContext, Keys } from './build-context.ts';
import { jsonPath } from './config-fault.ts';
import type { SchemaFault } from './zod-faults.ts';

interface Known {
  readonly receivers: Readonly<Record<string, ReceiverConfig>>;
  readonly timeIntervals: Readonly<Record<string, unknown>>;
}

/**
 * Every receiver and time interval that a route names exists, steps of escalation follow each other, and the root takes
 * everything. Gives what is no fault and yet hardly meant.
 */
export function checkRoutes(
  root: Route | undefined,
  known: Known,
  context: BuildContext,
): readonly SchemaFault[] {
  if (root === undefined) return [];
  if (root.match !== undefined)
    context.fault(['routes', 'match'], 'the root takes every incident; match in routes below it');
  const visit = (route: Route, keys: Keys): readonly SchemaFault[] => {
    checkNames(route, keys, { ...known, context });
    checkSteps(route, keys, context);
    if ((route.repeatIntervalMaxMs ?? Infinity) <= (route.repeatIntervalMs ?? 0))
      context.fault([...keys, 'repeatIntervalMax'], 'must be longer than repeatInterval');
    const below = (route.routes ?? []).flatMap((child, index) => visit(child, [...keys, 'routes', index]));
    return [...doubtfulGroups(route, keys), ...below];
  };
  return visit(root, ['routes']);
}

function checkNames(
  route: Route,
  keys: Keys,
  { receivers, timeIntervals, context }: Known & InContext,
): void {
  const named: [Keys, string][] = [
    ...(route.receiver === undefined ? [] : [[[...keys, 'receiver'], route.receiver] as [Keys, string]]),
    ...(route.escalate ?? []).map(({ receiver }, index): [Keys, string] => [
      [...keys, 'escalate', index, 'receiver'],
      receiver,
    ]),
  ];
  for (const [at, receiver] of named)
    if (!Object.hasOwn(receivers, receiver)) unknownReceiver(receiver, at, { receivers, context });
  for (const member of ['muteTimeIntervals', 'activeTimeIntervals'] as const)
    for (const [index, interval] of (route[member] ?? []).entries())
      if (!Object.hasOwn(timeIntervals, interval)) {
        const hint = hintFor(interval, Object.keys(timeIntervals));
        context.fault([...keys, member, index], `no time interval is named ${interval}`, hint);
      }
}

interface InContext {
  readonly context: BuildContext;
}

function checkSteps({ escalate = [] }: Route, keys: Keys, context: BuildContext): void {
  for (const [index, { afterMs }] of escalate.entries()) {
    const before = escalate[index - 1]?.afterMs ?? 0;
    if (afterMs <= before)
      context.fault([...keys, 'escalate', index, 'after'], 'must be later than the step before');
  }
}

const groupNames = ['rule', 'severity', 'source', 'tags', '...'];

/** Fields of groups are the rules' business; one that looks like a name that means something is hardly one. */
function doubtfulGroups({ groupBy = [] }: Route, keys: Keys): readonly SchemaFault[] {
  return groupBy.flatMap((name, index) => {
    const meant = groupNames.includes(name) || name.includes('.') ? undefined : didYouMean(name, groupNames);
    if (meant === undefined) return [];
    const path = jsonPath([...keys, 'groupBy', index]);
    return [
      { path, message: `groups by a field "${name}" of the rules' groups`, hint: `did you mean "${meant}"?` },
    ];
  });
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
  context.fault(keys, `no receiver is named ${name}`, hintFor(name, Object.keys(receivers)));
}

function hintFor(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  return meant === undefined ? `there are ${known.join(', ') || 'none'}` : `did you mean "${meant}"?`;
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
