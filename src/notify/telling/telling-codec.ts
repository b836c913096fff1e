import { invariant } from '../../shared/invariant.ts';
import type { Group, Member, TellingRecord } from './telling-state.ts';

/** The times of a group, milliseconds of the wall clock. */
export type StoredTimes = Pick<Group, 'createdMs' | 'lastMs' | 'dueMs' | 'repeatMs'>;

/** A group that is more than one incident, as JSON. Version 1. */
export interface StoredGroup extends StoredTimes {
  readonly v: 1;
  readonly receiver: string;
  /** `key` of its route. */
  readonly route: string;
  readonly values: Readonly<Record<string, string>>;
}

type Remembered = Pick<Member, 'told' | 'news' | 'held' | 'isHeld' | 'escalation' | 'escalatedTo' | 'said'>;
type Changed = { readonly [Name in keyof Remembered]?: Remembered[Name] | undefined };

/**
 * A member, as JSON. Where it is its own group, with the times of that; else with the key of its group. What is as in
 * the beginning is left out: most of it is, most of the time.
 */
export type StoredMember = Changed & Pick<Member, 'receiver'> & { readonly group: string | StoredTimes };

export interface StoredRecord {
  readonly v: 1;
  readonly notices: number;
  readonly members: readonly StoredMember[];
}

export const writeGroup = (group: Group): string =>
  JSON.stringify({
    v: 1,
    receiver: group.receiver,
    route: group.node.key,
    values: group.values,
    ...timesOf(group),
  } satisfies StoredGroup);

export function readGroup(text: string): StoredGroup {
  const stored = JSON.parse(text) as StoredGroup;
  invariant(stored.v === 1, `the state of a group has the unknown version ${stored.v}`);
  return stored;
}

export const writeRecord = ({ members, notices }: TellingRecord): string =>
  JSON.stringify({ v: 1, notices, members: members.map(storedMember) } satisfies StoredRecord);

export function readRecord(text: string): StoredRecord {
  const stored = JSON.parse(text) as StoredRecord;
  invariant(stored.v === 1, `what receivers were told of an incident has the unknown version ${stored.v}`);
  return stored;
}

function storedMember(member: Member): StoredMember {
  const { receiver, told, news, held, isHeld, escalation, escalatedTo, said, group } = member;
  // What is undefined is left out of the JSON.
  return {
    receiver,
    group: group.key ?? timesOf(group),
    told: told ?? undefined,
    news: news ?? undefined,
    held: held ?? undefined,
    isHeld: isHeld || undefined,
    escalation: escalation ?? undefined,
    escalatedTo: Object.keys(escalatedTo).length === 0 ? undefined : escalatedTo,
    said: said || undefined,
  };
}

/** What a stored member remembers, with what was left out. */
export const rememberedOf = (stored: StoredMember): Remembered => ({
  told: stored.told ?? null,
  news: stored.news ?? null,
  held: stored.held ?? null,
  isHeld: stored.isHeld ?? false,
  escalation: stored.escalation ?? null,
  escalatedTo: stored.escalatedTo ?? {},
  said: stored.said ?? '',
});

const timesOf = ({ createdMs, lastMs, dueMs, repeatMs }: Group): StoredTimes => ({
  createdMs,
  lastMs,
  dueMs,
  repeatMs,
});
