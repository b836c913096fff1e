import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { NotifyReason } from '../shared/model/notification.ts';
import type { NewOutboxRow } from '../shared/ports/outbox.ts';
import { type Channel, channelsOf, type ReceiverConfig, sendsResolved } from './receiver.ts';
import { type Route, route } from './route.ts';
import { type SilenceReason, whyNotify } from './why-notify.ts';

/** Who is to be told of what, as configured. */
export interface Routing {
  readonly routes?: Route;
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
  /** The receivers a rule names itself; none for a rule that is no longer loaded. */
  notifyOf(ruleId: string): readonly string[];
}

/** A change that a channel does not hear of, and why: to be counted. `receiver` is empty where there is none. */
interface Silence {
  readonly incidentId: string;
  readonly receiver: string;
  readonly reason: SilenceReason;
}

export interface NotificationPlan {
  readonly rows: readonly NewOutboxRow[];
  readonly silences: readonly Silence[];
}

/**
 * Who is told of what changed in a batch, as rows for the outbox. `hash` gives a text's digest in letters, digits and
 * `-` (it becomes an idempotency key and part of a Message-ID). Equal changes give equal rows.
 */
export function planNotifications(
  changes: readonly IncidentChange[],
  routing: Routing,
  hash: (text: string) => string,
): NotificationPlan {
  const rows: NewOutboxRow[] = [];
  const silences: Silence[] = [];
  for (const change of changes) planChange(change, { routing, hash, rows, silences });
  return { rows, silences };
}

interface Planning {
  readonly routing: Routing;
  readonly hash: (text: string) => string;
  readonly rows: NewOutboxRow[];
  readonly silences: Silence[];
}

function planChange(change: IncidentChange, planning: Planning): void {
  const { incident } = change;
  const { routing, silences } = planning;
  const names = route(incident, routing.routes, routing.notifyOf(incident.rule.id));
  if (names.length === 0) {
    const reason = incident.shadow ? 'shadow' : 'no-receiver';
    silences.push({ incidentId: incident.id, receiver: '', reason });
  }
  for (const name of names) {
    const receiver = routing.receivers.get(name);
    if (receiver !== undefined) planReceiver(change, { name, receiver }, planning);
    else silences.push({ incidentId: incident.id, receiver: name, reason: 'unknown-receiver' });
  }
}

function planReceiver(
  change: IncidentChange,
  { name, receiver }: { name: string; receiver: ReceiverConfig },
  planning: Planning,
): void {
  for (const channel of channelsOf(receiver)) {
    const why = whyNotify(change, sendsResolved(receiver, channel));
    if (why.tell) {
      planning.rows.push(notificationRow(change, { name, channel, reason: why.reason, hash: planning.hash }));
    } else {
      planning.silences.push({ incidentId: change.incident.id, receiver: name, reason: why.reason });
    }
  }
}

function notificationRow(
  { incident }: IncidentChange,
  to: { name: string; channel: Channel; reason: NotifyReason; hash: (text: string) => string },
): NewOutboxRow {
  // Opening happens once; an incident that flaps is reopened and resolved again, which is news each time.
  const version = to.reason === 'opened' ? 1 : incident.version;
  const id = to.hash(JSON.stringify([to.name, to.channel, incident.id, to.reason, version]));
  return {
    lane: `receiver:${to.name}/${to.channel}`,
    payload: { kind: 'notification', notification: { id, reason: to.reason, incident } },
  };
}
