import type { Incident } from '../../shared/model/incident.ts';
import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import { digestOf } from '../message/digest.ts';
import { type Channel, channelsOf, hearsOf, isForPeople, type ReceiverConfig } from '../receiver.ts';

/** One incident that one receiver is to hear of now. */
export interface Telling {
  readonly incident: Incident;
  readonly reason: NotifyReason;
  /** Makes the message's id another one than that of the last message of the same reason. */
  readonly nth: number;
  readonly withheld?: NonNullable<Notification['withheld']>;
}

/** What goes to one receiver at a time. */
export interface Envelope {
  readonly name: string;
  readonly receiver: ReceiverConfig;
  /** Never empty. Several make one digest for people. */
  readonly tellings: readonly Telling[];
  /** What the group has in common; null: these are no group, and each is told by itself. */
  readonly group: Readonly<Record<string, string>> | null;
}

/** Whether any channel of a receiver hears of this reason at all. */
export const hears = (receiver: ReceiverConfig, reason: NotifyReason): boolean =>
  channelsOf(receiver).some((channel) => hearsOf(receiver, channel, reason));

/**
 * Rows for the outbox, for each channel of the receiver. `hash` gives a text's digest in letters, digits and `-` (it
 * becomes an idempotency key and part of a Message-ID). The same envelope gives the same rows.
 */
export function writeRows(
  { name, receiver, tellings, group }: Envelope,
  hash: (text: string) => string,
): NewOutboxRow[] {
  return channelsOf(receiver).flatMap((channel): NewOutboxRow[] => {
    const lane = `receiver:${name}/${channel}`;
    const asked = tellings.filter(({ reason }) => hearsOf(receiver, channel, reason));
    const items = asked.map((telling) => notificationOf(telling, { name, channel, hash }));
    if (group === null || items.length < 2 || !isForPeople[channel])
      return items.map((notification) => ({ lane, payload: { kind: 'notification', notification } }));
    const id = hash(JSON.stringify([lane, ...items.map((item) => item.id).sort()]));
    const digest = digestOf(items, { id, cause: 'grouped', group: withoutEmpty(group) });
    return [{ lane, payload: { kind: 'digest', digest } }];
  });
}

function notificationOf(
  { incident, reason, nth, withheld }: Telling,
  to: { readonly name: string; readonly channel: Channel; readonly hash: (text: string) => string },
): Notification {
  // Opening happens once; an incident that flaps is reopened and resolved again, which is news each time.
  const parts = [
    to.name,
    to.channel,
    incident.id,
    reason,
    ...(reason === 'opened' ? [1] : [incident.version, nth]),
  ];
  const id = to.hash(JSON.stringify(parts));
  return { id, reason, incident, ...(withheld === undefined ? {} : { withheld }) };
}

const withoutEmpty = (group: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(group).filter(([, value]) => value !== ''));
