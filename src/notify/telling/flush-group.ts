import { isoTime } from '../../shared/iso-time.ts';
import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import { hold, release, stopWaiting, suppressionOf } from './hold-member.ts';
import { isAskedFor, isEnd, isOver, standingOf } from './news.ts';
import type { Desk } from './telling-desk.ts';
import { type Group, groupDueMs, type Member, memberDueMs } from './telling-state.ts';
import { hears } from './write-rows.ts';

/** A member has news and nothing holds it: it is told with its group, now or when that is due. */
export function enqueue(member: Member, desk: Desk): void {
  const { pass, timers } = desk;
  const { group } = member;
  const { lastMs, createdMs, node } = group;
  const dueMs = lastMs === null ? createdMs + node.groupWaitMs : lastMs + node.groupIntervalMs;
  group.waiting.add(member);
  desk.waiting.add(member);
  group.dueMs = Math.min(group.dueMs ?? Number.POSITIVE_INFINITY, Math.max(dueMs, pass.nowMs));
  pass.touch(member);
  if (group.dueMs <= pass.nowMs) {
    pass.flushes.add(group);
    return;
  }
  timers.set(group, groupDueMs(group));
  pass.sayWithheld(member, { reason: 'waiting-for-group', detail: `until ${isoTime(group.dueMs)}` });
}

/** Tells what waits in a group, but for what something holds by now. */
export function flush(group: Group, desk: Desk): void {
  const { pass, timers } = desk;
  const members = [...group.waiting];
  for (const member of members) stopWaiting(member, desk);
  group.dueMs = null;
  pass.touchGroup(group);
  let told = 0;
  for (const member of members) {
    const suppression = suppressionOf(member, desk);
    if (suppression !== undefined) hold(member, suppression, desk);
    else if (member.news !== null) {
      tell(member, member.news, desk);
      told += 1;
    }
  }
  if (told > 0) {
    group.lastMs = pass.nowMs;
    const repeatMs = nextRepeatMs(group, pass.nowMs);
    if (repeatMs !== null) group.repeatMs = Math.min(group.repeatMs ?? repeatMs, repeatMs);
  }
  timers.set(group, groupDueMs(group));
}

/** Tells once more what still stands, and what nobody has. */
export function repeat(group: Group, desk: Desk): void {
  const { pass, timers } = desk;
  let isAnyLeft = false;
  for (const member of group.members) {
    const { told, news, isHeld, isRouted, record } = member;
    if (told === null || news !== null || isHeld || !isRouted || isOver(standingOf(record.incident)))
      continue;
    isAnyLeft = true;
    if (record.incident.status === 'acknowledged') {
      pass.sayWithheld(member, { reason: 'acknowledged-no-repeat', detail: '' });
      continue;
    }
    const suppression = desk.suppressions.of(record.incident, group.node, pass.nowMs);
    if (suppression === undefined) tell(member, 'repeated', desk);
    else pass.sayWithheld(member, suppression);
  }
  group.repeatMs = isAnyLeft ? nextRepeatMs(group, pass.nowMs) : null;
  pass.touchGroup(group);
  timers.set(group, groupDueMs(group));
}

/**
 * When a group is to be told again what still stands, where it is. Doubled each time it is the interval and the time since
 * the last news: 1, 2, 4, 8 intervals lie 1, 3, 7, 15 behind the news. So nothing is to be remembered, and news begins anew.
 */
function nextRepeatMs({ node, lastMs }: Group, nowMs: number): number | null {
  const { repeatIntervalMs, repeatIntervalMaxMs } = node;
  if (repeatIntervalMs === null) return null;
  if (repeatIntervalMaxMs === null) return nowMs + repeatIntervalMs;
  const doubledMs = repeatIntervalMs + (nowMs - (lastMs ?? nowMs));
  return nowMs + Math.max(repeatIntervalMs, Math.min(doubledMs, repeatIntervalMaxMs));
}

/** Posts a member's news to its receiver, and the end of it to those that it was escalated to. */
function tell(member: Member, reason: NotifyReason, desk: Desk): void {
  const { pass, receivers } = desk;
  const { record, group } = member;
  const { incident } = record;
  const withheld = withheldOf(member);
  const nth = (member.told?.times ?? 0) + 1;
  for (const name of isEnd(reason) ? whoKnows(member) : [member.receiver]) {
    const receiver = receivers.get(name);
    if (receiver === undefined) continue;
    if (!hears(receiver, reason)) {
      pass.sayWithheld(member, { receiver: name, reason: 'resolved-not-asked', detail: '' });
      continue;
    }
    pass.post(group, name, { incident, reason, nth, ...(withheld === undefined ? {} : { withheld }) });
    pass.sayTold(member, { receiver: name, reason, detail: `${detailOf(member)}${pass.remark}` });
  }
  markTold(member, reason, desk);
}

/** The receiver, and those that it was escalated to, unless they hear of the incident by a route anyway. */
function whoKnows({ receiver, escalatedTo, record }: Member): readonly string[] {
  const others = Object.keys(escalatedTo).filter((name) =>
    record.members.every((member) => member.receiver !== name),
  );
  return [receiver, ...others];
}

/** Whether news that only some ask for would reach nobody: it need not wait for anything then. */
export const isUnasked = (member: Member, { receivers }: Desk): boolean => {
  const { news } = member;
  if (news === null || !isAskedFor(news)) return false;
  return whoKnows(member).every((name) => {
    const receiver = receivers.get(name);
    return receiver === undefined || !hears(receiver, news);
  });
};

/** From now on the receiver knows how the incident stands. */
export function markTold(member: Member, reason: NotifyReason, desk: Desk): void {
  const { incident } = member.record;
  const { nowMs } = desk.pass;
  const standing = standingOf(incident);
  member.told = {
    atMs: nowMs,
    standing,
    severity: incident.severity,
    events: incident.events,
    times: (member.told?.times ?? 0) + 1,
  };
  member.news = null;
  release(member, desk);
  member.held = null;
  if (standing !== 'open') member.escalation = null;
  else if (isNewAlarm(reason) && member.group.node.escalate.length > 0)
    member.escalation = { fromMs: nowMs, steps: 0, retryMs: 0 };
  if (isOver(standing)) member.escalatedTo = {};
  desk.timers.set(member, memberDueMs(member));
  desk.pass.touch(member);
}

const isNewAlarm = (reason: NotifyReason): boolean =>
  reason === 'opened' || reason === 'reopened' || reason === 'raised';

function withheldOf({ held, record }: Member): Notification['withheld'] {
  if (held === null) return undefined;
  const { sinceMs, reason, detail, events } = held;
  return {
    since: isoTime(sinceMs),
    why: `${reason}: ${detail}`,
    events: Math.max(0, record.incident.events - events),
  };
}

function detailOf({ group, held }: Member): string {
  const values = Object.entries(group.values).map(([name, value]) => `${name}=${value}`);
  const of = group.key === null ? '' : ` for the group ${values.join(' ') || 'of all'}`;
  const after = held === null ? '' : `, held back since ${isoTime(held.sinceMs)} (${held.reason})`;
  return `by ${group.node.place}${of}${after}`;
}
