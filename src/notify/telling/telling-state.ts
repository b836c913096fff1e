import type { Incident } from '../../shared/model/incident.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import type { RouteNode } from '../routing/route.ts';
import type { Suppression } from '../routing/suppressions.ts';
import type { Told } from './news.ts';

/** Something that is due at a time of the wall clock. */
export interface Timed {
  /** When it is next looked at, as it stands in the queue; null: not queued. */
  queuedMs: number | null;
}

/**
 * What one receiver is told together by one route: the incidents with the same values of the route's `groupBy`, or one
 * incident by itself.
 */
export interface Group extends Timed {
  readonly kind: 'group';
  /** Null: of one incident by itself; it lives and is stored with that. */
  readonly key: string | null;
  readonly node: RouteNode;
  readonly receiver: string;
  readonly values: Readonly<Record<string, string>>;
  readonly members: Set<Member>;
  /** Those that wait to be told. */
  readonly waiting: Set<Member>;
  /** When it began, and when the receiver was last told something of it. */
  readonly createdMs: number;
  lastMs: number | null;
  /** When those that wait are told; null: nobody waits. */
  dueMs: number | null;
  /** When what still stands is told again. */
  repeatMs: number | null;
}

/** What keeps a member from being told, or kept it: `events` is what the incident had when that began. */
export interface Held {
  readonly sinceMs: number;
  readonly reason: Suppression['reason'];
  readonly detail: string;
  readonly events: number;
}

/** One incident for one receiver. */
export interface Member extends Timed {
  readonly kind: 'member';
  readonly record: TellingRecord;
  readonly receiver: string;
  readonly group: Group;
  /** A route leads the incident to the receiver; else it hears of the end only, having been told. */
  isRouted: boolean;
  told: Told | null;
  /** What the receiver is to hear, once it may. */
  news: NotifyReason | null;
  held: Held | null;
  /** Something keeps it from being told now. */
  isHeld: boolean;
  /** When to look again at what holds it; null: nobody knows. */
  recheckMs: number | null;
  /** The incident that inhibits it. */
  inhibitor: string | null;
  /** Since when nobody acknowledged what was told, and how many steps were taken; null: nothing escalates. */
  escalation: { readonly fromMs: number; readonly steps: number; readonly retryMs: number } | null;
  /** Receivers that were told by escalation, and when: they hear of the end too. */
  escalatedTo: Readonly<Record<string, number>>;
  /** The last decision that is among the notices, so that the same one is not written again. */
  said: string;
}

/** An incident that receivers were told of, or are to be. */
export interface TellingRecord {
  incident: Incident;
  /** It can never change any more: forgotten once nobody waits to hear of it. */
  isFinal: boolean;
  /** Whether the store has it. */
  isStored: boolean;
  members: readonly Member[];
  /** Notices written. */
  notices: number;
}

export const emptyGroup = (
  parts: Pick<Group, 'key' | 'node' | 'receiver' | 'values' | 'createdMs'>,
): Group => ({
  kind: 'group',
  ...parts,
  members: new Set(),
  waiting: new Set(),
  lastMs: null,
  dueMs: null,
  repeatMs: null,
  queuedMs: null,
});

/** Most incidents escalate to nobody: they share this. */
const nobody: Member['escalatedTo'] = Object.freeze({});

/** A member of which nothing was told yet; it is put into its record and its group. */
export function addMember(record: TellingRecord, group: Group): Member {
  const member: Member = {
    kind: 'member',
    record,
    receiver: group.receiver,
    group,
    isRouted: true,
    told: null,
    news: null,
    held: null,
    isHeld: false,
    recheckMs: null,
    inhibitor: null,
    escalation: null,
    escalatedTo: nobody,
    said: '',
    queuedMs: null,
  };
  // As long as it has to be: one that is pushed to keeps room for sixteen more.
  record.members = [...record.members, member];
  group.members.add(member);
  return member;
}

/** When a member is to be looked at next by itself. */
export function memberDueMs({ isHeld, recheckMs, escalation, group }: Member): number | null {
  if (isHeld) return recheckMs;
  const step = escalation === null ? undefined : group.node.escalate[escalation.steps];
  if (escalation === null || step === undefined) return null;
  return Math.max(escalation.fromMs + step.afterMs, escalation.retryMs);
}

/** Until when a group of which no incident is left is remembered: what comes to it before then waits. */
export const idleUntilMs = ({ lastMs, createdMs, node }: Group): number =>
  (lastMs ?? createdMs) + node.groupIntervalMs;

/** When a group is to be looked at next. Null: never by itself. */
export function groupDueMs(group: Group): number | null {
  const { dueMs, repeatMs, members } = group;
  if (members.size === 0) return idleUntilMs(group);
  if (dueMs === null || repeatMs === null) return dueMs ?? repeatMs;
  return Math.min(dueMs, repeatMs);
}
