import type { Firing, GroupFirings } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { WindowSpec } from '../../shared/model/window-spec.ts';
import { DueQueue } from './due-queue.ts';
import { GroupDraft } from './group-draft.ts';
import { GroupIndex } from './group-index.ts';
import { GroupWindow, type TimedMatch } from './group-window.ts';
import { kindOf } from './kind-of.ts';
import type { PlaceTable } from './place-table.ts';
import type { WindowKind, WindowMatch } from './window-kind.ts';

export type WindowedRule = Rule & { readonly window: WindowSpec };

/** What a batch changed in the state of one rule: enough to make the same changes again. */
export interface RuleDelta {
  readonly accepted: readonly { readonly key: string; readonly matches: readonly WindowMatch[] }[];
  readonly evicted: readonly string[];
}

/** The windows of all groups of one rule. */
export class RuleWindows {
  readonly kind: WindowKind<unknown>;
  readonly groups: GroupIndex;
  /** Times before it are settled: a match there is late. Never goes back. */
  settledMs = Number.NEGATIVE_INFINITY;
  /** Matches in all tails of the rule. */
  tailMatches = 0;
  #rule: WindowedRule;
  readonly #places: PlaceTable;
  readonly #queue = new DueQueue<GroupWindow>();
  #touched: GroupWindow[] = [];
  #drafts = new Map<GroupWindow, GroupDraft>();
  #late = new Map<string, number>();
  #accepted: { key: string; matches: readonly WindowMatch[] }[] = [];
  #evicted: string[] = [];
  #hasSettled = false;

  constructor(rule: WindowedRule, places: PlaceTable) {
    this.#rule = rule;
    this.#places = places;
    this.kind = kindOf(rule.window);
    this.groups = new GroupIndex(rule.id);
  }

  get rule(): WindowedRule {
    return this.#rule;
  }

  /** Takes the rule's new wording; its hash, and so the meaning of the state, is the same. */
  reword(rule: WindowedRule): void {
    this.#rule = rule;
  }

  /** Takes in a match in order of arrival; what it does is known after `acceptBatch`. */
  fold(match: Match, watermarkMs: number): void {
    const { timeMs, source } = match.event;
    if (timeMs < watermarkMs || timeMs < this.settledMs) {
      this.#late.set(source, (this.#late.get(source) ?? 0) + 1);
      return;
    }
    const group = this.#groupOf(match.group.key);
    if (group.batch === undefined) {
      group.batch = [match];
      this.#touched.push(group);
    } else group.batch.push(match);
  }

  /** Folds the matches since the last call into their groups. */
  acceptBatch(): void {
    for (const group of this.#touched) this.#acceptInto(group);
    this.#touched = [];
  }

  /** Settles as if the watermark had come this far, and lets it be so after a restart too: for the cap on tails. */
  settleEarly(floorMs: number): void {
    this.#hasSettled = true;
    this.settle(floorMs);
  }

  /** Settles every group that is due. Costs what is due, whatever the number of groups. */
  settle(watermarkMs: number): void {
    this.settledMs = Math.max(this.settledMs, watermarkMs);
    while (this.#queue.nextMs <= this.settledMs) {
      const dueMs = this.#queue.nextMs;
      const group = this.#queue.pop() as GroupWindow;
      // An entry that a later, earlier one took the place of.
      if (group.queuedMs !== dueMs) continue;
      group.queuedMs = Number.POSITIVE_INFINITY;
      this.#settleGroup(group);
    }
  }

  /**
   * At the cap the groups whose newest match is oldest leave, a sixteenth of the cap at a time, so that looking for
   * them costs each new group a constant share. Returns how many left.
   */
  evict(maxGroups: number): number {
    if (this.groups.size <= maxGroups) return 0;
    const leaving = this.groups.size - maxGroups + Math.floor(maxGroups / 16);
    const byAge = [...this.groups.values()]
      .map((group) => ({ group, newestMs: group.newestMs(this.kind) }))
      .sort((a, b) => a.newestMs - b.newestMs || (a.group.key < b.group.key ? -1 : 1));
    for (const { group } of byAge.slice(0, leaving)) {
      this.remove(group);
      this.#evicted.push(group.key);
    }
    return leaving;
  }

  /** The time below which half of the matches in tails lie: what settles early at the stage's cap. */
  medianTailMs(): number {
    const times = new Float64Array(this.tailMatches);
    let at = 0;
    for (const { tail } of this.groups.values())
      for (let index = 0; index < tail.size; index += 1, at += 1) times[at] = tail.timeAt(index);
    return times.sort()[at >> 1] ?? Number.NEGATIVE_INFINITY;
  }

  /** What happened since the last call. */
  takeFirings(): GroupFirings[] {
    const firings = [...this.#drafts.values()].map((draft) => draft.firings());
    this.#drafts = new Map();
    return firings;
  }

  takeLate(): readonly { readonly ruleId: string; readonly source: string; readonly count: number }[] {
    if (this.#late.size === 0) return [];
    const late = [...this.#late].map(([source, count]) => ({ ruleId: this.#rule.id, source, count }));
    this.#late = new Map();
    return late;
  }

  /** Null when nothing that must survive a restart has changed. */
  takeDelta(): RuleDelta | null {
    if (this.#accepted.length === 0 && this.#evicted.length === 0 && !this.#hasSettled) return null;
    const delta = { accepted: this.#accepted, evicted: this.#evicted };
    this.#accepted = [];
    this.#evicted = [];
    this.#hasSettled = false;
    return delta;
  }

  tail(key: string): readonly Firing[] {
    return this.groups.get(key)?.firings(this.kind) ?? [];
  }

  /** Puts back the settled state of a group. */
  restoreGroup(key: string, settled: unknown): void {
    this.#groupOf(key).settled = settled === null ? undefined : this.kind.read(settled);
  }

  /** Puts back matches of a group. */
  restoreMatches(key: string, matches: readonly TimedMatch[]): void {
    const group = this.#groupOf(key);
    const before = group.tail.size;
    group.insert(matches);
    this.tailMatches += group.tail.size - before;
  }

  /** Ends restoring: settles what was settled before, in silence, and finds what is due when. */
  restored(): void {
    for (const group of [...this.groups.values()]) this.#settleGroup(group);
    this.#drafts = new Map();
    this.#hasSettled = false;
  }

  remove(group: GroupWindow): void {
    this.groups.remove(group);
    this.tailMatches -= group.tail.size;
    group.queuedMs = Number.NEGATIVE_INFINITY;
  }

  #groupOf(key: string): GroupWindow {
    let group = this.groups.get(key);
    if (group === undefined) {
      group = new GroupWindow(key, this.#places);
      this.groups.add(group);
    }
    return group;
  }

  #acceptInto(group: GroupWindow): void {
    const { batch = [] } = group;
    group.batch = undefined;
    const acceptance = group.accept(
      this.kind,
      batch.map((match) => this.#timed(match)),
    );
    if (acceptance.accepted.length === 0) return;
    this.tailMatches += acceptance.accepted.length;
    this.#accepted.push({ key: group.key, matches: acceptance.accepted });
    this.#schedule(group);
    if (acceptance.fired.length > 0 || acceptance.isRefolded)
      this.#draft(group, batch[0]?.group).accept(acceptance);
  }

  #timed({ event }: Match): TimedMatch {
    const { timeMs, position, weight } = event;
    return { timeMs, position, weight, values: this.kind.valuesOf?.(event.fields), event };
  }

  #settleGroup(group: GroupWindow): void {
    const before = group.tail.size;
    const { settled, fired } = group.settle(this.kind, this.settledMs);
    this.tailMatches -= before - group.tail.size;
    // What settles without a firing may settle again after a restart: nobody hears of it twice.
    if (settled.length > 0) {
      this.#hasSettled = true;
      this.#draft(group).settle(settled, fired);
    }
    if (group.isEmpty) this.remove(group);
    else this.#schedule(group);
  }

  /** Only what is due earlier than its entry gets a new one: the old one finds it settled or not due. */
  #schedule(group: GroupWindow): void {
    const dueMs = group.dueMs(this.kind);
    if (dueMs >= group.queuedMs) return;
    group.queuedMs = dueMs;
    this.#queue.push(dueMs, group);
  }

  #draft(group: GroupWindow, known?: Group): GroupDraft {
    let draft = this.#drafts.get(group);
    if (draft === undefined) {
      const tail = (): readonly Firing[] => group.firings(this.kind);
      draft = new GroupDraft(this.#rule.id, known ?? this.#rebuild(group.key), tail);
      this.#drafts.set(group, draft);
    }
    return draft;
  }

  /** A group's values stand in its key: they need not be kept beside it. */
  #rebuild(key: string): Group {
    const values = JSON.parse(key) as readonly unknown[];
    return {
      key,
      values: Object.fromEntries(this.#rule.groupBy.map((field, at) => [field, values[at] ?? null])),
    };
  }
}
