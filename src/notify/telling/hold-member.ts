import type { Suppression } from '../routing/suppressions.ts';
import { isEnd, isOver, standingOf } from './news.ts';
import type { Desk } from './telling-desk.ts';
import { type Member, memberDueMs } from './telling-state.ts';

/** A source of inhibitions that is forgotten says nothing: so often is looked all the same. */
const recheckInhibitedMs = 300_000;

/**
 * What keeps a member from being told now. The end of what a receiver knows, and that somebody has it, is held back by
 * the calendar alone: a program would wait for ever for the end of what was silenced meanwhile.
 */
export function suppressionOf(member: Member, { suppressions, pass }: Desk): Suppression | undefined {
  const { news, record, group } = member;
  const muted = suppressions.mutedBy(group.node, pass.nowMs);
  // Of what is over the calendar has the first word: it alone only postpones.
  if (muted !== undefined && isOver(standingOf(record.incident))) return muted;
  if (news !== null && isEnd(news)) return muted;
  return suppressions.of(record.incident, group.node, pass.nowMs);
}

/** Keeps a member back until what suppresses it ends. What is over by then was nobody's news, but for the calendar's. */
export function hold(member: Member, suppression: Suppression, desk: Desk): void {
  const { pass, held } = desk;
  const { record, told } = member;
  const { reason, detail } = suppression;
  stopWaiting(member, desk);
  if (told === null && reason !== 'muted' && isOver(standingOf(record.incident))) {
    letGo(member, desk);
    pass.sayWithheld(member, { reason: 'never-told', detail: `over while ${reason}: ${detail}` });
    return;
  }
  // Of several incidents that inhibit it now one is named, now another: that is no other decision.
  const isSame = member.held?.reason === reason && (reason === 'inhibited' || member.held.detail === detail);
  if (isSame && member.isHeld) pass.count(reason);
  else pass.sayWithheld(member, { reason, detail });
  if (!isSame) {
    const since = member.held ?? { sinceMs: pass.nowMs, events: told?.events ?? 0 };
    member.held = { sinceMs: since.sinceMs, events: since.events, reason, detail };
  }
  if (!isSame || !member.isHeld) pass.touch(member);
  member.isHeld = true;
  held.add(member);
  if (isOver(standingOf(record.incident))) desk.overHeld.add(member);
  inhibit(member, suppression.by ?? null, desk);
  member.recheckMs = suppression.untilMs ?? pass.nowMs + recheckInhibitedMs;
  desk.timers.set(member, memberDueMs(member));
}

/** Nothing keeps it back any more; what had is remembered until it is told. */
export function release(member: Member, desk: Desk): void {
  if (!member.isHeld) return;
  member.isHeld = false;
  member.recheckMs = null;
  desk.held.delete(member);
  desk.overHeld.delete(member);
  inhibit(member, null, desk);
  desk.timers.set(member, memberDueMs(member));
  desk.pass.touch(member);
}

/** It waits for its group no more. */
export function stopWaiting(member: Member, desk: Desk): void {
  member.group.waiting.delete(member);
  desk.waiting.delete(member);
}

/** It has nothing to hear any more. */
export function letGo(member: Member, desk: Desk): void {
  release(member, desk);
  if (member.news === null && member.held === null) return;
  member.news = null;
  member.held = null;
  stopWaiting(member, desk);
  desk.pass.touch(member);
}

function inhibit(member: Member, by: string | null, { inhibited }: Desk): void {
  const before = member.inhibitor;
  if (before === by) return;
  if (before !== null) {
    const members = inhibited.get(before);
    members?.delete(member);
    if (members?.size === 0) inhibited.delete(before);
  }
  member.inhibitor = by;
  if (by === null) return;
  const members = inhibited.get(by) ?? new Set<Member>();
  inhibited.set(by, members);
  members.add(member);
}
