import { isoTime } from '../../shared/iso-time.ts';
import type { Notice, WithheldReason } from '../../shared/model/notice.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import type { TellingBound } from '../../shared/model/telling-bound.ts';
import type { Group, Member, TellingRecord } from './telling-state.ts';
import type { Telling } from './write-rows.ts';

/** Notices of one incident, as decided at one time. */
export interface NewNotices {
  readonly incidentId: string;
  readonly notices: readonly Notice[];
  /** There are so many of this incident now that the oldest are to leave. */
  readonly isToTrim: boolean;
}

/** Notices kept of an incident at the least; when there are twice as many, the older half leaves. */
const noticesKept = 100;

interface Decision {
  readonly receiver: string;
  readonly told: boolean;
  readonly reason: NotifyReason | WithheldReason;
  readonly detail: string;
}

/** What goes to one receiver of a group in one call; a group has few. */
interface Letter {
  readonly group: Group;
  readonly receiver: string;
  readonly tellings: Telling[];
}

/** What one call decides: collected here, and written when everything is decided. */
export class TellingPass {
  readonly nowMs: number;
  /** Groups to tell in this call. */
  readonly flushes = new Set<Group>();
  readonly touchedRecords = new Set<TellingRecord>();
  readonly touchedGroups = new Set<Group>();
  readonly droppedGroups = new Set<string>();
  /** Ids of incidents that are stored and not known any more. */
  readonly droppedRecords = new Set<string>();
  readonly told = new Map<NotifyReason, number>();
  readonly withheld = new Map<WithheldReason, number>();
  /** Bounds that were met, and how many things that was too many. */
  readonly bounds = new Map<TellingBound, number>();
  /** Added to what the notices of those who are told say. */
  remark = '';
  readonly #mail = new Map<Group, Letter[]>();
  readonly #notices = new Map<string, Notice[]>();
  readonly #trims = new Set<string>();
  /** The text of `nowMs`. */
  readonly #at: string;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
    this.#at = isoTime(nowMs);
  }

  meet(bound: TellingBound, count: number): void {
    if (count > 0) this.bounds.set(bound, (this.bounds.get(bound) ?? 0) + count);
  }

  /** The member's state, its group's with it, is to be stored. */
  touch(member: Member): void {
    this.touchedRecords.add(member.record);
    if (member.group.key !== null) this.touchedGroups.add(member.group);
  }

  /** Times of a group are to be stored; of one that is one incident, with that. */
  touchGroup(group: Group): void {
    if (group.key !== null) this.touchedGroups.add(group);
    else for (const { record } of group.members) this.touchedRecords.add(record);
  }

  /** What a pass that was not written out has changed is written with this one. */
  takeOver(other: TellingPass): void {
    for (const record of other.touchedRecords) this.touchedRecords.add(record);
    for (const group of other.touchedGroups) this.touchedGroups.add(group);
    for (const key of other.droppedGroups) this.droppedGroups.add(key);
    for (const id of other.droppedRecords) this.droppedRecords.add(id);
    for (const { incidentId, notices } of other.notices()) this.#notices.set(incidentId, [...notices]);
  }

  /** Something to send to a receiver, together with what else of the group goes to it now. */
  post(group: Group, receiver: string, telling: Telling): void {
    const letters = this.#mail.get(group);
    const letter = letters?.find((one) => one.receiver === receiver);
    if (letter !== undefined) letter.tellings.push(telling);
    else if (letters !== undefined) letters.push({ group, receiver, tellings: [telling] });
    else this.#mail.set(group, [{ group, receiver, tellings: [telling] }]);
  }

  mail(): readonly Letter[] {
    return [...this.#mail.values()].flat();
  }

  /** That the receiver is told. */
  sayTold(
    member: Member,
    { receiver, reason, detail }: { receiver: string; reason: NotifyReason; detail: string },
  ): void {
    this.told.set(reason, (this.told.get(reason) ?? 0) + 1);
    member.said = '';
    this.#note(member.record, { receiver, told: true, reason, detail });
    this.touch(member);
  }

  /** That a member is not told. Always counted; kept only where it is another decision than the last. */
  sayWithheld(
    member: Member,
    {
      receiver = member.receiver,
      reason,
      detail,
    }: { receiver?: string; reason: WithheldReason; detail: string },
  ): void {
    this.count(reason);
    const said = `${receiver} ${reason} ${detail}`;
    if (member.said === said) return;
    member.said = said;
    this.#note(member.record, { receiver, told: false, reason, detail });
    this.touch(member);
  }

  /** That no route and no rule names anybody. */
  noReceiver(record: TellingRecord, isToKeep: boolean): void {
    this.count('no-receiver');
    if (isToKeep) this.sayNobody(record, { reason: 'no-receiver', detail: 'no route and no rule names one' });
  }

  /** That a route or a rule names somebody who is not configured. */
  unknownReceiver(record: TellingRecord, receiver: string): void {
    this.count('unknown-receiver');
    this.sayNobody(record, {
      receiver,
      reason: 'unknown-receiver',
      detail: 'no such receiver is configured',
    });
  }

  /** That nobody is told, for there is nobody to tell. */
  sayNobody(record: TellingRecord, { receiver = '', reason, detail }: NobodyTold): void {
    this.#note(record, { receiver, told: false, reason, detail });
    this.touchedRecords.add(record);
  }

  /** Where there is no record: of an incident that nobody is ever told of. */
  sayOf(incidentId: string, { reason, detail }: NobodyTold): void {
    this.#add(incidentId, { receiver: '', told: false, reason, detail });
  }

  count(reason: WithheldReason): void {
    this.withheld.set(reason, (this.withheld.get(reason) ?? 0) + 1);
  }

  notices(): NewNotices[] {
    return [...this.#notices].map(([incidentId, notices]) => ({
      incidentId,
      notices,
      isToTrim: this.#trims.has(incidentId),
    }));
  }

  #note(record: TellingRecord, decision: Decision): void {
    record.notices += 1;
    if (record.notices >= 2 * noticesKept) {
      record.notices = noticesKept;
      this.#trims.add(record.incident.id);
    }
    this.#add(record.incident.id, decision);
  }

  #add(incidentId: string, decision: Decision): void {
    const notice = { at: this.#at, ...decision };
    const notices = this.#notices.get(incidentId);
    if (notices === undefined) this.#notices.set(incidentId, [notice]);
    else notices.push(notice);
  }
}

interface NobodyTold {
  readonly receiver?: string;
  readonly reason: WithheldReason;
  readonly detail: string;
}
