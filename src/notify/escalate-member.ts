import { enqueue } from './flush-group.ts';
import { hold, release, suppressionOf } from './hold-member.ts';
import type { Desk } from './telling-desk.ts';
import { type Member, memberDueMs } from './telling-state.ts';

/** What holds an escalation back and has no end that is known is looked at again so soon. */
const retryAfterMs = 60_000;

/** Looks again at what holds a member back: it is told now with its group, or something still, or else, holds it. */
export function recheck(member: Member, desk: Desk): void {
  if (!member.isHeld) return;
  const suppression = suppressionOf(member, desk);
  if (suppression !== undefined) {
    hold(member, suppression, desk);
    return;
  }
  release(member, desk);
  if (member.news !== null) enqueue(member, desk);
}

/** Takes the steps of an escalation that are due: each receiver hears of it once, however long ago it should have. */
export function escalate(member: Member, desk: Desk): void {
  const { pass, timers } = desk;
  const { record, group } = member;
  const { incident } = record;
  while (member.escalation !== null) {
    const { fromMs, steps } = member.escalation;
    const step = group.node.escalate[steps];
    const dueMs = memberDueMs(member);
    if (step === undefined || dueMs === null || dueMs > pass.nowMs) break;
    const suppression = desk.suppressions.of(incident, group.node, pass.nowMs);
    if (suppression !== undefined) {
      const { reason, detail, untilMs } = suppression;
      member.escalation = { fromMs, steps, retryMs: untilMs ?? pass.nowMs + retryAfterMs };
      pass.sayWithheld(member, { receiver: step.receiver, reason, detail: `not escalated: ${detail}` });
      break;
    }
    member.escalation = { fromMs, steps: steps + 1, retryMs: 0 };
    if (desk.receivers.has(step.receiver)) {
      const nth = (member.told?.times ?? 0) + steps;
      pass.post(group, step.receiver, { incident, reason: 'escalated', nth });
      member.escalatedTo = [...new Set([...member.escalatedTo, step.receiver])];
      const detail = `nobody acknowledged what ${member.receiver} was told, ${group.node.place}`;
      pass.sayTold(member, { receiver: step.receiver, reason: 'escalated', detail });
    }
  }
  timers.set(member, memberDueMs(member));
  pass.touch(member);
}
