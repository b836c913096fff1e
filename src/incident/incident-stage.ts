import { invariant } from '../shared/invariant.ts';
import type { Firing, GroupFirings } from '../shared/model/firing.ts';
import type { Refusal } from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import type { Result } from '../shared/result.ts';
import { type Acted, type ActionOnRow, actInGroup, actInGroups } from './act-in-group.ts';
import { type AnnounceParts, announce, deadlineOf } from './announce.ts';
import { GroupDeadlines } from './group-deadlines.ts';
import {
  applyFirings,
  dedupOf,
  emptyGroup,
  type FoldTimes,
  type GroupIncidents,
  groupName,
  settleAll,
} from './group-incidents.ts';
import { Heads } from './heads.ts';
import { integrityRules } from './integrity-rules.ts';
import type { HeardOfParts, PartNews } from './parts-news.ts';
import { remembering } from './remembering.ts';
import { isWhole, restoredGroup } from './restored-group.ts';

export interface IncidentStageOptions extends Omit<AnnounceParts, 'commandIds'> {
  /** Ids of the remediation commands proposed for a new incident; default: none. */
  readonly commandIds?: AnnounceParts['commandIds'];
  /** Groups with incidents that are not final; default 100,000 (some 5 kB each, and their evidence). */
  readonly groupsMax?: number;
  /** Episodes of one group that are not final; default 1,000. */
  readonly episodesMax?: number;
}

/** What one batch did to the incidents. */
export interface IncidentOutcome {
  /** New versions: at most one of each incident. */
  readonly changes: readonly IncidentChange[];
  /** What the store is to keep, in the batch's transaction. */
  readonly stored: readonly StoredIncident[];
  /** Groups that a bound ended before they were quiet. */
  readonly capped: readonly EndedEarly[];
}

interface EndedEarly {
  readonly ruleId: string;
  readonly reason: 'open-incidents';
  readonly count: number;
}

/** Where the stage collects what one call changes. */
interface Pass {
  readonly changes: IncidentChange[];
  readonly stored: StoredIncident[];
  readonly capped: EndedEarly[];
  /** Of incidents that are part of others, for those. */
  readonly news: PartNews[];
  watermarkOf(ruleId: string): number;
}

/**
 * Folds the firings of each (rule, group) into incidents (docs/semantics.md, "Incident"). No clock: an incident
 * resolves when the watermark says that it is quiet. Incidents that are final leave memory.
 *
 * Bounds: past `groupsMax` the group that was longest without a firing resolves early; past `episodesMax` the earliest
 * episodes of the group do. Both are counted in `capped`, and the incident's history says so.
 */
export class IncidentStage {
  readonly #parts: AnnounceParts;
  readonly #groupsMax: number;
  readonly #episodesMax: number;
  #rules: ReadonlyMap<string, Rule> = new Map();
  /** By rule and group key; the one that was longest without a change comes first. */
  readonly #groups = new Map<string, GroupIncidents>();
  readonly #deadlines = new GroupDeadlines();
  /** The watermark at the last call, by rule without window: a firing before it is late. */
  readonly #reached = new Map<string, number>();
  /** Time of the last firing that a bound ended early, by rule: ids of firings up to it need more than their time. */
  readonly #endedEarly = new Map<string, number>();
  readonly #heads = new Heads();

  constructor(rules: readonly Rule[], options: IncidentStageOptions) {
    this.#parts = {
      hash: (text) => options.hash(text),
      render: options.render,
      commandIds: options.commandIds ?? (() => []),
    };
    this.#groupsMax = options.groupsMax ?? 100_000;
    this.#episodesMax = options.episodesMax ?? 1_000;
    this.replaceRules(rules);
  }

  /** Incidents of a rule that is gone resolve at the next `fold`; those of others go on under what the rule says now. */
  replaceRules(rules: readonly Rule[]): void {
    const before = this.#rules;
    this.#rules = new Map([...rules, ...integrityRules].map((rule) => [rule.id, rule]));
    for (const state of this.#groups.values()) {
      const rule = this.#rules.get(state.ruleId);
      const isAnother = rule !== undefined && rule.hash !== before.get(state.ruleId)?.hash;
      if (isAnother) settleAll(state, rule.window !== undefined);
    }
    this.#queueAll();
  }

  /** Groups that hold incidents which are not final: for metrics. */
  get openGroups(): number {
    return this.#groups.size;
  }

  /**
   * After each batch and each tick. A windowed group comes at most once in `groups`. Costs the groups given and the
   * incidents that have become quiet, never the incidents held.
   */
  fold(groups: readonly GroupFirings[], watermarkOf: (ruleId: string) => number): IncidentOutcome {
    const made = { changes: [], stored: [], capped: [], news: [] };
    const pass: Pass = { ...made, watermarkOf: remembering(watermarkOf) };
    const touched = new Set<GroupIncidents>();
    for (const group of groups) this.#apply(group, { touched, pass });
    this.#deadlines.takeDue(touched, (ruleId) =>
      this.#rules.has(ruleId) ? pass.watermarkOf(ruleId) : Number.POSITIVE_INFINITY,
    );
    for (const state of touched) this.#announce(state, pass);
    this.#enforceGroupsMax(touched, pass);
    this.#passOn(pass);
    this.#reach(pass.watermarkOf);
    return { changes: pass.changes, stored: pass.stored, capped: pass.capped };
  }

  /**
   * Takes up where a stored state left off; called once, before the first `fold`. `tailOf` gives a group's speculative
   * firings as restored. `watermarkOf`, where given, tells which firings are late from the first batch on.
   */
  restore(
    stored: readonly StoredIncident[],
    tailOf: (ruleId: string, groupKey: string) => readonly Firing[],
    watermarkOf?: (ruleId: string) => number,
  ): void {
    const live = stored.filter(({ fold }) => fold !== null);
    const groups = Map.groupBy(live, ({ ruleId, groupKey }) => groupName(ruleId, groupKey));
    for (const [name, rows] of groups) {
      const rule = this.#rules.get(rows[0]?.ruleId ?? '');
      const state = restoredGroup({ rows, rule, tailOf });
      this.#groups.set(name, state);
      this.#queue(state);
      this.#heads.follow(state);
    }
    if (watermarkOf !== undefined) this.#reach(watermarkOf);
  }

  /**
   * Does what a person asks for, to an incident as the store has it: also to one that is final and lives there alone.
   * `time` is the wall clock, for its history; what belongs to which incident never depends on it.
   */
  act(asked: ActionOnRow): Result<Acted, Refusal> {
    return 'into' in asked.request.action
      ? this.#actOnTwo(asked)
      : actInGroup(this.#groupOf(asked.row), asked);
  }

  #groupOf({ ruleId, groupKey }: StoredIncident): GroupIncidents | undefined {
    return this.#groups.get(groupName(ruleId, groupKey));
  }

  #actOnTwo(asked: ActionOnRow): Result<Acted, Refusal> {
    const { row, into } = asked;
    const head = into === undefined ? undefined : (this.#groupOf(into) ?? this.#groupFor(into));
    const rule = this.#rules.get(row.ruleId);
    const dedupMs = rule === undefined ? 0 : dedupOf(rule);
    const acted = actInGroups({ part: this.#groupOf(row), head, dedupMs }, asked);
    if (acted.ok && acted.value.head !== null && head !== undefined) {
      this.#groups.set(groupName(head.ruleId, head.group.key), head);
      this.#heads.follow(head);
      this.#heads.release(head, [acted.value.head.id]);
      this.#queue(head);
    }
    return acted;
  }

  /** Of an incident that is final, should it have to wait for another's firings. */
  #groupFor({ ruleId, groupKey, incident }: StoredIncident): GroupIncidents {
    const isWindowed = this.#rules.get(ruleId)?.window !== undefined;
    const group = { key: groupKey, values: incident.group };
    return emptyGroup({ ruleId, group, change: isWindowed ? 'appended' : 'unwindowed' });
  }

  #apply(change: GroupFirings, into: { touched: Set<GroupIncidents>; pass: Pass }): void {
    const rule = this.#rules.get(change.ruleId);
    invariant(rule !== undefined, `rule ${change.ruleId} fired and is not known`);
    const name = groupName(change.ruleId, change.group.key);
    const known = this.#groups.get(name);
    const state = known ?? emptyGroup(change);
    const isSecond = change.change !== 'unwindowed' && into.touched.has(state);
    invariant(!isSecond, `rule ${change.ruleId} has the same group twice in one batch`);
    if (known !== undefined) this.#groups.delete(name);
    this.#groups.set(name, state);
    into.touched.add(state);
    applyFirings(state, change, this.#times(rule, into.pass));
  }

  #times(rule: Rule, pass: Pass): FoldTimes {
    return {
      dedupMs: dedupOf(rule),
      watermarkMs: pass.watermarkOf(rule.id),
      lateBeforeMs: this.#reached.get(rule.id) ?? Number.NEGATIVE_INFINITY,
    };
  }

  /** Each round goes one step further from parts to what they are part of; no incident is part of itself. */
  #passOn(pass: Pass): void {
    for (let news = pass.news.splice(0); news.length > 0; news = pass.news.splice(0)) {
      for (const [state, heard] of this.#heads.hearing(news, pass)) {
        this.#announce(state, pass, { heard });
        this.#heads.release(state, heard.keys());
      }
    }
  }

  #announce(state: GroupIncidents, pass: Pass, { endNow, heard }: AnnounceNow = {}): void {
    const rule = this.#rules.get(state.ruleId);
    const times = rule === undefined ? endOfTime : this.#times(rule, pass);
    const reason = rule === undefined ? 'its rule was removed' : endNow;
    const { changes, stored, endedEarly, partNews } = announce(state, {
      ...times,
      rule,
      parts: this.#parts,
      endedEarlyMs: this.#endedEarly.get(state.ruleId) ?? Number.NEGATIVE_INFINITY,
      episodesMax: this.#episodesMax,
      endNow: reason,
      heard,
    });
    for (const change of changes) pass.changes.push(change);
    for (const row of stored) pass.stored.push(row);
    for (const one of partNews) pass.news.push(one);
    if (endedEarly !== null && rule !== undefined) this.#countEarly(state, endedEarly, pass);
    if (state.announced.length > 0) this.#queue(state);
    else this.#forget(state);
  }

  #countEarly(state: GroupIncidents, ended: { count: number; lastMs: number }, pass: Pass): void {
    const before = this.#endedEarly.get(state.ruleId) ?? Number.NEGATIVE_INFINITY;
    this.#endedEarly.set(state.ruleId, Math.max(before, ended.lastMs));
    pass.capped.push({ ruleId: state.ruleId, reason: 'open-incidents', count: ended.count });
  }

  /**
   * Ends the groups that were longest without a firing, as long as there are too many. Not one that this batch
   * touched, or whose firings may yet change: those of them that are too many wait for the next call.
   */
  #enforceGroupsMax(touched: ReadonlySet<GroupIncidents>, pass: Pass): void {
    let excess = this.#groups.size - this.#groupsMax;
    for (const state of this.#groups.values()) {
      if (excess <= 0 || touched.has(state)) break;
      if (!isWhole(state)) continue;
      this.#announce(state, pass, { endNow: `more than ${this.#groupsMax} groups had open incidents` });
      excess -= 1;
    }
    if (this.#deadlines.entries > 2 * this.#groupsMax + touched.size) this.#queueAll();
  }

  #queueAll(): void {
    this.#deadlines.clear();
    for (const state of this.#groups.values()) {
      state.queuedMs = null;
      this.#queue(state);
    }
  }

  #queue(state: GroupIncidents): void {
    const rule = this.#rules.get(state.ruleId);
    this.#deadlines.add(state, deadlineOf(state, rule === undefined ? 0 : dedupOf(rule)));
  }

  #forget(state: GroupIncidents): void {
    state.queuedMs = null;
    this.#groups.delete(groupName(state.ruleId, state.group.key));
  }

  #reach(watermarkOf: (ruleId: string) => number): void {
    for (const [ruleId, rule] of this.#rules) {
      if (rule.window !== undefined) continue;
      const before = this.#reached.get(ruleId) ?? Number.NEGATIVE_INFINITY;
      this.#reached.set(ruleId, Math.max(before, watermarkOf(ruleId)));
    }
  }
}

interface AnnounceNow {
  readonly endNow?: string;
  readonly heard?: ReadonlyMap<string, HeardOfParts>;
}

/** For a group whose rule is gone. */
const endOfTime: FoldTimes = {
  dedupMs: 1,
  watermarkMs: Number.POSITIVE_INFINITY,
  lateBeforeMs: Number.NEGATIVE_INFINITY,
};
