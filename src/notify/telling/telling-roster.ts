import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentChange } from '../../shared/model/incident-change.ts';
import type { TellingWrites } from '../../shared/ports/store.ts';
import { groupValues } from '../routing/group-values.ts';
import { type RouteNode, type RouteTaken, routesTaken } from '../routing/route.ts';
import { isOver, type Standing, standingOf } from './news.ts';
import { writeGroup, writeRecord } from './telling-codec.ts';
import type { Desk, Routing } from './telling-desk.ts';
import type { TellingPass } from './telling-pass.ts';
import {
  addMember,
  emptyGroup,
  type Group,
  groupDueMs,
  idleUntilMs,
  type Member,
  type TellingRecord,
} from './telling-state.ts';
import type { WhatStands } from './what-stands.ts';

/** Who is told of which incidents, and in which groups: what `Telling` knows, by incident and by group. */
export class TellingRoster implements WhatStands {
  readonly #hash: (text: string) => string;
  readonly #records = new Map<string, TellingRecord>();
  /** Those of more than one incident, by key. */
  readonly #groups = new Map<string, Group>();
  /** Those of which no incident is left, the oldest first. */
  readonly #idle = new Set<Group>();

  constructor(hash: (text: string) => string) {
    this.#hash = hash;
  }

  get sizes(): { incidents: number; groups: number } {
    return { incidents: this.#records.size, groups: this.#groups.size };
  }

  idsAt(receiver: string): readonly string[] {
    return [...this.#records.keys()].filter((id) => this.at(receiver, id) !== undefined);
  }

  /** An incident that stands, as severe as it was told; the receiver may have been told by escalation. */
  at(receiver: string, id: string): Incident | undefined {
    const record = this.#records.get(id);
    if (record === undefined || isOver(standingOf(record.incident))) return undefined;
    const { incident, members } = record;
    const known = members.find(
      (member) =>
        (member.receiver === receiver || Object.hasOwn(member.escalatedTo, receiver)) &&
        member.told !== null &&
        !isOver(member.told.standing),
    );
    if (known === undefined) return undefined;
    const severity = known.told?.severity ?? incident.severity;
    return severity === incident.severity ? incident : { ...incident, severity };
  }

  addRecord(record: TellingRecord): void {
    this.#records.set(record.incident.id, record);
  }

  /** The record of an incident that changed, with a member for each receiver; undefined for a shadow's. */
  follow({ kind, incident }: IncidentChange, routing: Routing, pass: TellingPass): TellingRecord | undefined {
    const known = this.#records.get(incident.id);
    if (incident.shadow && known === undefined) {
      pass.count('shadow');
      if (kind === 'opened') pass.sayOf(incident.id, { reason: 'shadow', detail: 'its rule is a shadow' });
      return undefined;
    }
    const record = known ?? { incident, isFinal: false, isStored: false, members: [], notices: 0 };
    if (known === undefined) this.addRecord(record);
    record.incident = incident;
    record.isFinal = false;
    const ruleNotify = routing.notifyOf(incident.rule.id);
    const taken = routesTaken(incident, routing.root, { ruleNotify, sourceOf: routing.sourceOf });
    const isNew = known === undefined || kind === 'reopened' || kind === 'severity-changed';
    for (const member of record.members)
      member.isRouted = taken.some(({ receiver }) => receiver === member.receiver);
    for (const way of taken) {
      if (routing.receivers.has(way.receiver))
        this.#join(record, way, { kind, isNew: known === undefined, routing, pass });
      else if (isNew) pass.unknownReceiver(record, way.receiver);
    }
    if (taken.length === 0 && record.members.length === 0) pass.noReceiver(record, isNew);
    return record;
  }

  /** Makes the receiver hear of the incident, unless it does already. */
  #join(
    record: TellingRecord,
    way: RouteTaken,
    on: { kind: IncidentChange['kind']; isNew: boolean; routing: Routing; pass: TellingPass },
  ): void {
    const { incident } = record;
    if (record.members.some((member) => member.receiver === way.receiver)) return;
    // Of one that is over, somebody who never heard of it needs to hear only where it is new to everybody.
    if (isOver(standingOf(incident)) && !on.isNew) return;
    const { nowMs } = on.pass;
    const member = addMember(record, this.groupOf(incident, way, { routing: on.routing, nowMs }));
    // Final before, so that nobody remembers whom it told; or told by a version that did not write it down: everybody whom the routes name.
    if (!on.isNew || incident.version === 1 || on.kind === 'opened' || on.kind === 'reopened') return;
    const { severity, events } = incident;
    member.told = { atMs: nowMs, standing: standingBefore(on.kind, incident), severity, events, times: 1 };
  }

  /** The group that an incident belongs to by this way; made where there is none. */
  groupOf(
    incident: Incident,
    { receiver, node }: RouteTaken,
    { routing, nowMs }: { readonly routing: Pick<Routing, 'sourceOf'>; readonly nowMs: number },
  ): Group {
    if (node.groupBy === null) return emptyGroup({ key: null, node, receiver, values: {}, createdMs: nowMs });
    const values = groupValues(incident, node.groupBy, routing.sourceOf);
    const key = this.#hash(JSON.stringify([node.key, receiver, values]));
    return this.groupByKey(key, { node, receiver, values, createdMs: nowMs });
  }

  groupByKey(
    key: string,
    parts: { node: RouteNode; receiver: string; values: Readonly<Record<string, string>>; createdMs: number },
  ): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) {
      this.#idle.delete(known);
      return known;
    }
    const group = emptyGroup({ key, ...parts });
    this.#groups.set(key, group);
    return group;
  }

  markFinal(incidentId: string, pass: TellingPass): void {
    const record = this.#records.get(incidentId);
    if (record === undefined) return;
    record.isFinal = true;
    pass.touchedRecords.add(record);
  }

  hasGroup(key: string): boolean {
    return this.#groups.has(key);
  }

  /** Whoever restores says of the groups it made whether anybody is left in them. */
  markIdle(group: Group): void {
    this.#idle.add(group);
  }

  /** Forgets incidents that can change no more and that nobody waits to hear of, and the groups that this leaves empty. */
  forgetFinals(desk: Desk, idleGroupsMax: number): void {
    const { pass, timers } = desk;
    for (const record of pass.touchedRecords) {
      const isOpen = !isOver(standingOf(record.incident));
      if (!record.isFinal || isOpen || record.members.some(({ news }) => news !== null)) continue;
      this.#records.delete(record.incident.id);
      for (const member of record.members) this.#leave(member, desk);
    }
    for (const group of this.#idle) {
      if (this.#idle.size <= idleGroupsMax) break;
      this.drop(group, pass);
      pass.meet('groups', 1);
      timers.set(group, null);
    }
  }

  /** Forgets a group of which no incident is left, once its interval is over; says whether it did. */
  forgetIdle(group: Group, pass: TellingPass): boolean {
    if (group.key === null || group.members.size > 0 || idleUntilMs(group) > pass.nowMs) return false;
    this.drop(group, pass);
    return true;
  }

  #leave(member: Member, { pass, timers }: Desk): void {
    const { group } = member;
    timers.set(member, null);
    group.members.delete(member);
    if (group.members.size > 0) return;
    if (group.key === null) {
      timers.set(group, null);
      return;
    }
    group.repeatMs = null;
    if (idleUntilMs(group) <= pass.nowMs) {
      timers.set(group, null);
      this.drop(group, pass);
      return;
    }
    this.#idle.add(group);
    pass.touchGroup(group);
    timers.set(group, groupDueMs(group));
  }

  /** Forgets a group. */
  drop(group: Group, pass: TellingPass): void {
    if (group.key === null) return;
    this.#groups.delete(group.key);
    this.#idle.delete(group);
    pass.touchedGroups.delete(group);
    pass.droppedGroups.add(group.key);
  }

  /** What a pass has changed, for the store. */
  writes(pass: TellingPass): Pick<TellingWrites, 'records' | 'groups'> {
    const records: { incidentId: string; state: string | null }[] = [];
    for (const record of pass.touchedRecords) {
      const incidentId = record.incident.id;
      const isKept = this.#records.get(incidentId) === record;
      if (isKept) records.push({ incidentId, state: writeRecord(record) });
      else if (record.isStored) records.push({ incidentId, state: null });
      record.isStored = isKept;
    }
    for (const group of pass.touchedGroups) if (group.key !== null) pass.droppedGroups.delete(group.key);
    for (const incidentId of pass.droppedRecords)
      if (!this.#records.has(incidentId)) records.push({ incidentId, state: null });
    const groups = [
      ...[...pass.droppedGroups].map((key) => ({ key, state: null })),
      ...[...pass.touchedGroups].map((group) => ({ key: group.key ?? '', state: writeGroup(group) })),
    ];
    return { records, groups };
  }
}

/** How an incident stood before a change, as far as the change says. */
function standingBefore(kind: IncidentChange['kind'], incident: Incident): Standing {
  if (kind === 'unmerged') return 'merged';
  return kind === 'noted' || kind === 'released' ? standingOf(incident) : 'open';
}
