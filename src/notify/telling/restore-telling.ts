import type { Incident } from '../../shared/model/incident.ts';
import type { StoredTelling } from '../../shared/ports/store.ts';
import { type RouteNode, type RouteTaken, routesTaken, ruleRoute } from '../routing/route.ts';
import { enqueue } from './flush-group.ts';
import { isEnd, isOver, standingOf } from './news.ts';
import { readGroup, readRecord, rememberedOf, type StoredGroup, type StoredMember } from './telling-codec.ts';
import type { Desk, Routing } from './telling-desk.ts';
import type { TellingRoster } from './telling-roster.ts';
import {
  addMember,
  type Group,
  groupDueMs,
  idleUntilMs,
  type Member,
  memberDueMs,
  type TellingRecord,
} from './telling-state.ts';

interface Restoring {
  readonly routing: Routing;
  readonly roster: TellingRoster;
  readonly desk: Desk;
  /** Those that are not final. */
  readonly incidents: readonly Incident[];
  incidentOf(id: string): Incident | undefined;
  readonly nowMs: number;
}

/**
 * Puts what was stored in its place under the routes there are now. Where a route is gone or says something else, what
 * waited for it goes by the routes that take the incident now, at once; where none does, to whom it was meant for. What is
 * dropped for want of the receiver leaves a notice. Whoever was told hears of the end as long as he is configured.
 */
export function restoreTelling(stored: StoredTelling, restoring: Restoring): void {
  const live = new Map(restoring.incidents.map((incident) => [incident.id, incident]));
  const groups = new Map(stored.groups.map(({ key, state }) => [key, readGroup(state)]));
  for (const { incidentId, state } of stored.records) {
    const incident = live.get(incidentId) ?? restoring.incidentOf(incidentId);
    if (incident === undefined) restoring.desk.pass.droppedRecords.add(incidentId);
    else restoreRecord(incident, state, { ...restoring, groups, isFinal: !live.has(incidentId) });
  }
  restoreIdle(groups, restoring);
}

interface RestoringRecord extends Restoring {
  readonly groups: ReadonlyMap<string, StoredGroup>;
  readonly isFinal: boolean;
}

function restoreRecord(incident: Incident, state: string, restoring: RestoringRecord): void {
  const { routing, roster, desk, isFinal } = restoring;
  const { members, notices } = readRecord(state);
  const record: TellingRecord = { incident, isFinal, isStored: true, members: [], notices };
  roster.addRecord(record);
  if (isFinal) desk.pass.touchedRecords.add(record);
  const ruleNotify = routing.notifyOf(incident.rule.id);
  const taken = routesTaken(incident, routing.root, { ruleNotify, sourceOf: routing.sourceOf });
  for (const member of members) restoreMember(member, record, { ...restoring, taken });
  const isTold = record.members.some(({ told }) => told !== null);
  if (!isTold && members.length > 0) tellOthers(record, taken, restoring);
}

/** Nobody was told yet: who hears of such incidents now is. */
function tellOthers(record: TellingRecord, taken: readonly RouteTaken[], restoring: RestoringRecord): void {
  const { routing, roster, desk, nowMs } = restoring;
  if (isOver(standingOf(record.incident)) && record.incident.reason !== 'quiet') return;
  for (const way of taken) {
    const isThere = record.members.some(({ receiver }) => receiver === way.receiver);
    if (isThere || !routing.receivers.has(way.receiver)) continue;
    const member = addMember(record, roster.groupOf(record.incident, way, { routing, nowMs }));
    member.news = 'opened';
    enqueue(member, desk);
    desk.timers.set(member.group, groupDueMs(member.group));
  }
}

function restoreMember(
  stored: StoredMember,
  record: TellingRecord,
  restoring: RestoringRecord & { readonly taken: readonly RouteTaken[] },
): void {
  const { desk, routing, taken } = restoring;
  const { receiver } = stored;
  const { news, told, held, isHeld, escalation, escalatedTo, said } = rememberedOf(stored);
  const way = taken.find((one) => one.receiver === receiver);
  const isKnown = routing.receivers.has(receiver);
  // Where nobody hears of such incidents any more, who was to hear of this one does: rather one too many than nobody.
  const isLast = taken.length === 0 && news !== null;
  if (!isKnown || (way === undefined && told === null && !isLast)) {
    const reason = isKnown ? 'no-receiver' : 'unknown-receiver';
    const detail = isKnown ? 'no route leads to it any more' : 'it is configured no more';
    if (news !== null) desk.pass.sayNobody(record, { receiver, reason, detail });
    desk.pass.touchedRecords.add(record);
    return;
  }
  const member = addMember(record, groupOf(stored, record, { ...restoring, way }));
  const heard = way === undefined && !isLast && news !== null && !isEnd(news) ? null : news;
  Object.assign(member, { told, news: heard, held, escalation, escalatedTo, said });
  member.isRouted = way !== undefined || isLast;
  if (heard !== null) takeUp(member, isHeld, restoring);
  desk.timers.set(member, memberDueMs(member));
}

/** It waits on, or is held until the first look at what held it. */
function takeUp(member: Member, isHeld: boolean, { desk, nowMs }: RestoringRecord): void {
  if (isHeld) {
    member.isHeld = true;
    member.recheckMs = nowMs;
    desk.held.add(member);
    if (isOver(standingOf(member.record.incident))) desk.overHeld.add(member);
    return;
  }
  const { group } = member;
  group.waiting.add(member);
  desk.waiting.add(member);
  group.dueMs ??= nowMs;
  desk.timers.set(group, groupDueMs(group));
}

/** The stored group where its route is still the one, else the one that the incident belongs to now. */
function groupOf(
  { group: at, receiver }: StoredMember,
  { incident }: TellingRecord,
  { way, groups, roster, routing, nowMs, desk }: RestoringRecord & { readonly way: RouteTaken | undefined },
): Group {
  const node = way?.node ?? ruleRoute;
  const isAlone = node.groupBy === null;
  if (typeof at !== 'string') {
    const group = roster.groupOf(incident, { receiver, node }, { routing, nowMs: at.createdMs });
    if (isAlone) restoreTimes(group, at, desk);
    return group;
  }
  const known = groups.get(at);
  if (known === undefined || !isOf(known, node))
    return roster.groupOf(incident, { receiver, node }, { routing, nowMs });
  return storedGroup(at, known, { node, roster, desk });
}

/** The route still groups by the same. */
const isOf = ({ route, values }: StoredGroup, node: RouteNode): boolean =>
  route === node.key && node.groupBy !== null && node.groupBy.join('\n') === Object.keys(values).join('\n');

function storedGroup(
  key: string,
  stored: StoredGroup,
  { node, roster, desk }: { node: RouteNode; roster: TellingRoster; desk: Desk },
): Group {
  const { receiver, values, createdMs } = stored;
  const group = roster.groupByKey(key, { node, receiver, values, createdMs });
  restoreTimes(group, stored, desk);
  return group;
}

function restoreTimes(group: Group, times: Pick<Group, 'lastMs' | 'dueMs' | 'repeatMs'>, desk: Desk): void {
  group.lastMs = times.lastMs;
  group.dueMs = times.dueMs;
  group.repeatMs = times.repeatMs;
  desk.timers.set(group, groupDueMs(group));
}

/** Groups of which no incident is left: what comes to them still waits for the end of their interval. */
function restoreIdle(
  groups: ReadonlyMap<string, StoredGroup>,
  { routing, roster, desk, nowMs }: Restoring,
): void {
  const nodes = new Map(nodesBelow(routing.root).map((node) => [node.key, node]));
  for (const [key, stored] of groups) {
    if (roster.hasGroup(key)) continue;
    const node = nodes.get(stored.route);
    if (node === undefined || !isOf(stored, node)) {
      desk.pass.droppedGroups.add(key);
      continue;
    }
    const group = storedGroup(key, stored, { node, roster, desk });
    if (idleUntilMs(group) > nowMs) roster.markIdle(group);
    else roster.drop(group, desk.pass);
  }
}

const nodesBelow = (node: RouteNode | undefined): readonly RouteNode[] =>
  node === undefined ? [] : [node, ...node.children.flatMap(nodesBelow)];
