import type { IncidentChange } from '../../shared/model/incident-change.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import { enqueue, isUnasked, markTold } from './flush-group.ts';
import { hold, letGo, release, stopWaiting, suppressionOf } from './hold-member.ts';
import { isEnd, isOver, newsAfter, standingOf } from './news.ts';
import type { Desk } from './telling-desk.ts';
import { type Member, memberDueMs } from './telling-state.ts';

/** What a change of its incident means for one receiver: it is told, or waits, or not; each with a reason. */
export function followChange(member: Member, change: IncidentChange, desk: Desk): void {
  followPersons(member, change, desk);
  const before = member.news;
  const found = newsAfter(change, member);
  // A receiver that no route leads to any more hears the end of what it was told, and nothing else.
  if (found.news !== null && !member.isRouted && !isEnd(found.news)) forget(member, 'nothing-new', desk);
  else if (found.news === null) forget(member, found.why, desk);
  else {
    member.news = found.news;
    const isKnown = found.news === before && !isOver(standingOf(change.incident));
    if (isUnasked(member, desk)) passOver(member, found.news, desk);
    else if (isKnown && member.group.waiting.has(member)) desk.pass.count('waiting-for-group');
    else tellOrHold(member, desk);
  }
}

function forget(member: Member, why: 'never-told' | 'nothing-new', desk: Desk): void {
  const { held } = member;
  const detail = why === 'never-told' && held !== null ? `over while ${held.reason}: ${held.detail}` : '';
  letGo(member, desk);
  desk.pass.sayWithheld(member, { reason: why, detail });
}

/** Nobody wants to hear of it: the receiver counts as told. */
function passOver(member: Member, news: NotifyReason, desk: Desk): void {
  stopWaiting(member, desk);
  desk.pass.sayWithheld(member, { reason: 'resolved-not-asked', detail: '' });
  markTold(member, news, desk);
}

function tellOrHold(member: Member, desk: Desk): void {
  const suppression = suppressionOf(member, desk);
  if (suppression !== undefined) {
    hold(member, suppression, desk);
    return;
  }
  release(member, desk);
  enqueue(member, desk);
}

/** Somebody has it, or it is over: nothing escalates. Nobody has it any more: what was told counts from now on. */
function followPersons(member: Member, { kind, incident }: IncidentChange, desk: Desk): void {
  const { told, escalation, group } = member;
  const standing = standingOf(incident);
  if (standing !== 'open' && escalation !== null) member.escalation = null;
  if (standing === 'open' && told?.standing === 'acknowledged') {
    member.told = { ...told, standing: 'open' };
    if (group.node.escalate.length > 0 && kind !== 'reopened')
      member.escalation = { fromMs: desk.pass.nowMs, steps: 0, retryMs: 0 };
  }
  if (member.told === told && member.escalation === escalation) return;
  desk.timers.set(member, memberDueMs(member));
  desk.pass.touch(member);
}
