import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentChange } from '../../shared/model/incident-change.ts';
import type { WithheldReason } from '../../shared/model/notice.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import type { Silence } from '../../shared/model/silence.ts';
import type { MetBound } from '../../shared/model/telling-bound.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import type { StoredTelling, TellingWrites } from '../../shared/ports/store.ts';
import type { Suppressions } from '../routing/suppressions.ts';
import { escalate, recheck } from './escalate-member.ts';
import { flush, repeat } from './flush-group.ts';
import { followChange } from './follow-change.ts';
import { letGo } from './hold-member.ts';
import { isOver, standingOf } from './news.ts';
import { restoreTelling } from './restore-telling.ts';
import type { Desk, Routing } from './telling-desk.ts';
import { TellingPass } from './telling-pass.ts';
import { TellingRoster } from './telling-roster.ts';
import { type Group, groupDueMs, type Member } from './telling-state.ts';
import { TellingTimers } from './telling-timers.ts';
import type { WhatStands } from './what-stands.ts';
import { writeRows } from './write-rows.ts';

/** Past these bounds people are told early rather than not at all. */
export interface TellingLimits {
  /** Incidents that wait for the time of their group, of all groups together. */
  readonly waitingMax: number;
  /** Incidents that are over and that the calendar holds back. */
  readonly overHeldMax: number;
  /** Groups of which no incident stands, kept for the rest of their interval. */
  readonly idleGroupsMax: number;
}

const defaultLimits: TellingLimits = { waitingMax: 20_000, overHeldMax: 10_000, idleGroupsMax: 10_000 };

/** What one batch, or one tick, does to what people hear. */
export interface TellingInput {
  readonly changes: readonly IncidentChange[];
  /** Ids of incidents that can change no more. */
  readonly finals: readonly string[];
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
}

export interface TellingPlan {
  readonly rows: readonly NewOutboxRow[];
  /** What the store is to keep, in the same transaction. */
  readonly writes: TellingWrites;
  readonly told: ReadonlyMap<NotifyReason, number>;
  readonly withheld: ReadonlyMap<WithheldReason, number>;
  /** Bounds that were met: who is told early, or not at all, or at once where it should wait. */
  readonly bounds: readonly MetBound[];
}

/**
 * Decides who hears of what, when, and why not: routes, groups and their times, what suppresses, repeats, escalation.
 * No clock and no I/O: the times are arguments, and what it remembers goes into the batch's transaction, so that a
 * restart goes on where it was, neither repeating nor missing. Time that passed without it is made up for once.
 *
 * For each incident that is not final and each of its receivers it knows what was told last. A call costs what changed
 * and what is due, never what is held.
 *
 * Bounds (`TellingLimits`): past `waitingMax` the group that has waited longest is told early; past `overHeldMax` the
 * oldest that is over leaves untold, with a notice; past `idleGroupsMax` the oldest group is forgotten, so that its
 * next incident is told at once. Each says so in `bounds`.
 */
export class Telling {
  readonly #hash: (text: string) => string;
  readonly #suppressions: Suppressions;
  readonly #limits: TellingLimits;
  readonly #roster: TellingRoster;
  readonly #timers = new TellingTimers<Member | Group>();
  readonly #waiting = new Set<Member>();
  readonly #held = new Set<Member>();
  readonly #overHeld = new Set<Member>();
  readonly #inhibited = new Map<string, Set<Member>>();
  #routing: Routing;
  #isSilenceNew = false;
  /** What the restart changed: written with the first call. */
  #restored: TellingPass | null = null;

  /** `hash` gives a text's digest in letters, digits and `-`. */
  constructor(parts: {
    routing: Routing;
    suppressions: Suppressions;
    hash(text: string): string;
    limits?: Partial<TellingLimits>;
  }) {
    this.#routing = parts.routing;
    this.#suppressions = parts.suppressions;
    this.#hash = parts.hash;
    this.#limits = { ...defaultLimits, ...parts.limits };
    this.#roster = new TellingRoster(parts.hash);
  }

  /** Other rules, which name other receivers; groups and what was told stay. */
  replaceRules(notifyOf: Routing['notifyOf']): void {
    this.#routing = { ...this.#routing, notifyOf };
  }

  /** The silences there are now. What they held is looked at in the next call. */
  replaceSilences(silences: readonly Silence[]): void {
    this.#suppressions.replaceSilences(silences);
    this.#isSilenceNew = true;
  }

  /**
   * Takes up where a stored state left off, under the routes there are now; called once, before the first `plan`.
   * `incidents`: those that are not final; `incidentOf` finds one that is.
   */
  restore(
    stored: StoredTelling,
    from: {
      readonly incidents: readonly Incident[];
      incidentOf(id: string): Incident | undefined;
      readonly nowMs: number;
    },
  ): void {
    for (const incident of from.incidents) this.#suppressions.observe(incident);
    this.#restored = new TellingPass(from.nowMs);
    const desk = this.#desk(this.#restored);
    restoreTelling(stored, { ...from, routing: this.#routing, desk, roster: this.#roster });
  }

  /** What stands at receivers as they were told: for those that forget what nobody repeats. */
  get whatStands(): WhatStands {
    return this.#roster;
  }

  /** For metrics. */
  get sizes(): { incidents: number; groups: number; waiting: number; held: number } {
    const { incidents, groups } = this.#roster.sizes;
    return { incidents, groups, waiting: this.#waiting.size, held: this.#held.size };
  }

  /** What is to be told after a batch, or as time passes: call it with each transaction, some times a second. */
  plan({ changes, finals, nowMs }: TellingInput): TellingPlan {
    const pass = new TellingPass(nowMs);
    if (this.#restored !== null) pass.takeOver(this.#restored);
    this.#restored = null;
    const desk = this.#desk(pass);
    // A batch holds what inhibits and what is inhibited in any order.
    for (const { incident } of changes) this.#suppressions.observe(incident);
    for (const change of changes) this.#follow(change, desk);
    for (const id of finals) this.#roster.markFinal(id, pass);
    this.#lookAgain(changes, desk);
    this.#takeDue(desk);
    for (const group of pass.flushes) flush(group, desk);
    this.#keepBounds(desk);
    const rows = this.#rows(pass);
    this.#roster.forgetFinals(desk, this.#limits.idleGroupsMax);
    const writes = { ...this.#roster.writes(pass), notices: pass.notices() };
    pass.meet('inhibitors', this.#suppressions.takeForgotten());
    const bounds = [...pass.bounds].map(([bound, count]) => ({ bound, count }));
    return { rows, writes, told: pass.told, withheld: pass.withheld, bounds };
  }

  #desk(pass: TellingPass): Desk {
    return {
      receivers: this.#routing.receivers,
      suppressions: this.#suppressions,
      timers: this.#timers,
      pass,
      waiting: this.#waiting,
      held: this.#held,
      overHeld: this.#overHeld,
      inhibited: this.#inhibited,
    };
  }

  #follow(change: IncidentChange, desk: Desk): void {
    const record = this.#roster.follow(change, this.#routing, desk.pass);
    if (record === undefined) return;
    for (const member of record.members) followChange(member, change, desk);
  }

  /** What was inhibited by an incident that has changed, and what silences held that are others now. */
  #lookAgain(changes: readonly IncidentChange[], desk: Desk): void {
    for (const { kind, incident } of changes) {
      const isLess = isOver(standingOf(incident)) || kind === 'severity-changed' || kind === 'updated';
      const members = isLess ? this.#inhibited.get(incident.id) : undefined;
      for (const member of [...(members ?? [])]) recheck(member, desk);
    }
    if (!this.#isSilenceNew) return;
    this.#isSilenceNew = false;
    for (const member of [...this.#held]) recheck(member, desk);
  }

  #takeDue(desk: Desk): void {
    const { pass } = desk;
    for (let due = this.#timers.take(pass.nowMs); due !== undefined; due = this.#timers.take(pass.nowMs)) {
      if (due.kind === 'member') {
        if (due.isHeld) recheck(due, desk);
        else escalate(due, desk);
        continue;
      }
      if (this.#roster.forgetIdle(due, pass)) continue;
      if (due.repeatMs !== null && due.repeatMs <= pass.nowMs) repeat(due, desk);
      if (due.dueMs !== null && due.dueMs <= pass.nowMs) pass.flushes.add(due);
      else this.#timers.set(due, groupDueMs(due));
    }
  }

  #keepBounds(desk: Desk): void {
    const { pass } = desk;
    const { waitingMax, overHeldMax } = this.#limits;
    pass.remark = `, early: more than ${waitingMax} waited`;
    for (const { group } of this.#waiting) {
      if (this.#waiting.size <= waitingMax) break;
      pass.meet('waiting', group.waiting.size);
      flush(group, desk);
    }
    for (const member of this.#overHeld) {
      if (this.#overHeld.size <= overHeldMax) break;
      pass.meet('held', 1);
      letGo(member, desk);
      const detail = `more than ${overHeldMax} incidents that are over were held back`;
      pass.sayWithheld(member, { reason: 'never-told', detail });
    }
  }

  #rows(pass: TellingPass): NewOutboxRow[] {
    const rows: NewOutboxRow[] = [];
    for (const { group, receiver: name, tellings } of pass.mail()) {
      const receiver = this.#routing.receivers.get(name);
      if (receiver === undefined) continue;
      const values = group.key === null ? null : group.values;
      for (const row of writeRows({ name, receiver, tellings, group: values }, this.#hash)) rows.push(row);
    }
    return rows;
  }
}
