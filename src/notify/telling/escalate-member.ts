import { formatDuration } from '../../shared/duration.ts';
import type { EscalationStep } from '../routing/route.ts';
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

/**
 * Takes the steps of escalations of the incident that are due: each receiver hears of it once an alarm, by whichever
 * route, and however long ago it should have.
 */
export function escalate({ record }: Member, desk: Desk): void {
  for (const member of record.members) {
    if (member.isHeld || member.escalation === null) continue;
    takeSteps(member, desk);
    desk.timers.set(member, memberDueMs(member));
    desk.pass.touch(member);
  }
}

function takeSteps(member: Member, desk: Desk): void {
  const { pass } = desk;
  const { record, group } = member;
  while (member.escalation !== null) {
    const { fromMs, steps } = member.escalation;
    const step = group.node.escalate[steps];
    const dueMs = memberDueMs(member);
    if (step === undefined || dueMs === null || dueMs > pass.nowMs) return;
    const suppression = desk.suppressions.of(record.incident, group.node, pass.nowMs);
    if (suppression !== undefined) {
      const { reason, detail, untilMs } = suppression;
      member.escalation = { fromMs, steps, retryMs: untilMs ?? pass.nowMs + retryAfterMs };
      pass.sayWithheld(member, { receiver: step.receiver, reason, detail: `not escalated: ${detail}` });
      return;
    }
    member.escalation = { fromMs, steps: steps + 1, retryMs: 0 };
    takeStep(member, { step, nth: (member.told?.times ?? 0) + steps, fromMs }, desk);
  }
}

function takeStep(
  member: Member,
  { step, nth, fromMs }: { step: EscalationStep; nth: number; fromMs: number },
  { pass, receivers }: Desk,
): void {
  const { receiver, afterMs } = step;
  const { record, group } = member;
  const isTold = record.members.some(
    (other) => other !== member && (other.escalatedTo[receiver] ?? Number.NEGATIVE_INFINITY) >= fromMs,
  );
  if (isTold) {
    pass.sayWithheld(member, { receiver, reason: 'nothing-new', detail: 'escalated by another route' });
    return;
  }
  if (!receivers.has(receiver)) return;
  pass.post(group, receiver, { incident: record.incident, reason: 'escalated', nth });
  member.escalatedTo = { ...member.escalatedTo, [receiver]: pass.nowMs };
  const detail = `nobody acknowledged it within ${formatDuration(afterMs)}, ${group.node.place}`;
  pass.sayTold(member, { receiver, reason: 'escalated', detail });
}
