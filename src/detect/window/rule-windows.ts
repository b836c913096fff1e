import type { Firing, GroupFirings } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { WindowSpec } from '../../shared/model/window-spec.ts';
import { groupOfKey } from '../group-key.ts';
import { AcceptedMatches } from './accepted-matches.ts';
import { AppendedEvents } from './appended-events.ts';
import { ByteWriter } from './byte-writer.ts';
import { DueGroups } from './due-groups.ts';
import { evictOldest } from './evict-oldest.ts';
import { GroupDraft } from './group-draft.ts';
import { GroupFold, type Refold } from './group-fold.ts';
import { GroupTable } from './group-table.ts';
import { HeardFirings } from './heard-firings.ts';
import { kindOf } from './kind-of.ts';
import { MatchCounts } from './match-counts.ts';
import { type MatchSlab, nil, type SlabMatch } from './match-slab.ts';
import { RuleFirst } from './rule-first.ts';
import { WaitingMatches } from './waiting-matches.ts';
import { writeAccepted } from './window-bytes.ts';
import type { WindowKind, WindowValues } from './window-kind.ts';

export type WindowedRule = Rule & { readonly window: WindowSpec };

/** What a batch changed in the state of one rule: enough to make the same changes again. */
export interface RuleDelta {
  readonly accepted: readonly Uint8Array[];
  /** Keys of the groups that left at the cap. */
  readonly evicted: readonly string[];
}

type BatchMatch = SlabMatch & { readonly event: LogEvent };

/** An event is a match already, where the kind takes no values. */
const matchOf = (event: LogEvent, values: WindowValues): SlabMatch =>
  values === undefined
    ? event
    : { timeMs: event.timeMs, position: event.position, weight: event.weight, values };

/** The windows of all groups of one rule. */
export class RuleWindows {
  readonly kind: WindowKind<unknown>;
  readonly table: GroupTable;
  readonly groups: GroupFold;
  readonly counts = new MatchCounts();
  readonly heard: HeardFirings;
  /** Times before it are settled: a match there is late. Never goes back. */
  settledMs = Number.NEGATIVE_INFINITY;
  /** When the rule began, for a kind that asks; Infinity before that is known. */
  beganMs = Number.POSITIVE_INFINITY;
  /** What happened up to here the rule did not see: it was not there. */
  notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Greatest time of a firing that was fed to it. */
  lastFedMs = Number.NEGATIVE_INFINITY;
  #rule: WindowedRule;
  readonly #needsNumber: boolean;
  readonly #due: DueGroups;
  #drafts = new Map<number, GroupDraft>();
  #evicted: string[] = [];
  /** True when firings settled, which must not settle again after a restart. */
  #hasSettled = false;
  /** Where the kind asks for it. */
  readonly #first: RuleFirst | undefined;
  // The present batch: the keys of the groups it touched, the events of the matches it appended (by their number in the slab),
  // and the matches that came out of order, which are folded in at its end.
  readonly #keys = new ByteWriter(1_024);
  readonly #waiting: WaitingMatches;
  readonly #appended = new AppendedEvents();
  #disordered = new Map<number, BatchMatch[]>();
  readonly #accepted: AcceptedMatches;
  #written: Uint8Array[] = [];

  constructor(rule: WindowedRule, slab: MatchSlab) {
    this.#rule = rule;
    this.kind = kindOf(rule.window, {
      isWhole: rule.groupBy.length === 0,
      onFull: (reason, count) => this.counts.skip(reason, count),
    });
    this.#needsNumber = this.kind.needsNumber === true;
    this.#accepted = new AcceptedMatches(slab.places);
    this.table = new GroupTable(rule.id, slab, this.kind);
    this.#due = new DueGroups(this.table);
    this.groups = new GroupFold(this.kind, this.table);
    this.heard = new HeardFirings(rule, this.table.keys);
    this.#waiting = new WaitingMatches(this.table, (match, group) => this.#take(match, group));
    this.#first = this.kind.needsRuleFirst === true ? new RuleFirst(this.table, this.groups) : undefined;
  }

  get rule(): WindowedRule {
    return this.#rule;
  }

  /** Takes the rule's new wording; its hash, and so the meaning of the state, is the same. */
  reword(rule: WindowedRule): void {
    this.#rule = rule;
  }

  /** Takes in a match in order of arrival. One that comes in event-time order is one step, and fires before the next is taken in. */
  fold(match: Match, watermarkMs: number): void {
    const { event } = match;
    const { timeMs } = event;
    this.counts.add();
    if (timeMs < watermarkMs || timeMs < this.settledMs) {
      this.counts.late(event.source, watermarkMs - timeMs);
      return;
    }
    if (this.#waiting.mustWait) this.#waiting.add(match);
    else this.#take(match, this.table.of(match.group.key));
  }

  /** Takes in a firing of a rule that this one names. */
  feed(match: Match): void {
    if (match.event.timeMs > this.lastFedMs) this.lastFedMs = match.event.timeMs;
    this.fold(match, this.settledMs);
  }

  /** Folds in what came out of order, and ends the batch. */
  acceptBatch(): void {
    this.#waiting.takeAll();
    if (this.table.touched === 0) return;
    if (this.#disordered.size > 0) this.#acceptDisordered();
    this.#first?.settle(
      (group) => this.#isUnsaid(group),
      (group, refold) => this.#noteRefold(group, refold),
    );
    if (!this.#accepted.isEmpty)
      this.#written.push(writeAccepted(this.table.touched, this.#keys.written(), this.#accepted));
    this.#keys.clear();
    this.table.endBatch();
    this.#appended.clear();
  }

  /** Settles every group that is due. Costs what is due, whatever the number of groups. */
  settle(watermarkMs: number): void {
    this.settledMs = Math.max(this.settledMs, watermarkMs);
    this.#due.open(this.settledMs);
    for (let group = this.#due.next(); group !== nil; group = this.#due.next()) this.#settleGroup(group);
  }

  /** Settles as if the watermark had come this far, and lets it be so after a restart too: for the cap on tails. */
  settleEarly(floorMs: number): void {
    this.#hasSettled = true;
    this.settle(floorMs);
    this.settleQuiet();
  }

  /** Settles also the groups that nothing is heard of, which would wait for the ends of their tails. */
  settleQuiet(): void {
    for (const group of this.groups.settling.waiting(this.settledMs)) this.#settleGroup(group);
  }

  /** At the cap the groups whose newest match is oldest leave. Returns how many left. */
  evict(maxGroups: number): number {
    const keys = evictOldest(this.table, this.groups.settling, maxGroups);
    this.#evicted.push(...keys);
    return keys.length;
  }

  /** What happened to firings since the last call. */
  takeFirings(): readonly GroupFirings[] {
    if (this.#drafts.size === 0) return [];
    const firings = [...this.#drafts.values()].map((draft) => draft.firings());
    this.#drafts = new Map();
    return firings;
  }

  /** Null when nothing that must survive a restart has changed. */
  takeDelta(): RuleDelta | null {
    if (this.#written.length === 0 && this.#evicted.length === 0 && !this.#hasSettled) return null;
    const delta = { accepted: this.#written, evicted: this.#evicted };
    this.#written = [];
    this.#evicted = [];
    this.#hasSettled = false;
    return delta;
  }

  tail(key: string): readonly Firing[] {
    const group = this.table.keys.find(key);
    return group === -1 ? [] : this.groups.firings(group);
  }

  /** Forgets all groups, so that the slab may use their room again. */
  clear(): void {
    for (const group of this.table.ids()) this.table.remove(group);
  }

  /** The rule began at this time, or earlier than it knew: the one group that is watched from then on begins anew. */
  begin(beganMs: number): void {
    if (this.kind.began === undefined || beganMs >= this.beganMs) return;
    this.beganMs = beganMs;
    const group = this.table.of('[]');
    this.groups.rebase(group, this.kind.began(beganMs));
    this.#schedule(group);
    this.#hasSettled = true;
  }

  /** Ends restoring: settles in silence what was settled before, and finds what is due when. */
  restored(): void {
    const { settling } = this.groups;
    for (const group of this.table.ids())
      if (settling.isDue(group, this.settledMs)) this.#settleGroup(group);
      else this.#schedule(group, settling.deadlineMs);
    this.#drafts = new Map();
    this.heard.take();
    this.#hasSettled = false;
  }

  #take(match: Match, group: number): void {
    const { event } = match;
    this.#first?.see(event.timeMs);
    const isFirst = this.table.touch(group);
    const values = this.kind.valuesOf?.(match);
    if (values === undefined && this.#needsNumber) this.counts.skip('no-number');
    if (this.groups.isNext(group, event)) this.#append(group, match, matchOf(event, values));
    else this.#postpone(group, event, values);
    if (isFirst) this.#noteTouched(group);
  }

  /** While the row is at hand. What follows of the batch makes the group due no earlier, unless it fires or comes out of order. */
  #noteTouched(group: number): void {
    this.table.keys.writeKey(this.#keys, group);
    this.#schedule(group);
  }

  #postpone(group: number, event: LogEvent, values: WindowValues): void {
    const { timeMs, position, weight } = event;
    const match = { timeMs, position, weight, values, event };
    const disordered = this.#disordered.get(group);
    if (disordered === undefined) this.#disordered.set(group, [match]);
    else disordered.push(match);
  }

  #append(group: number, { event, group: known }: Match, match: SlabMatch): void {
    const firing = this.groups.append(group, match);
    const id = this.table.lastOf(group);
    this.#accepted.add(this.table.placeOf(group), match);
    this.#appended.add(id, event);
    if (firing === undefined) return;
    this.#draft(group, known).append({ firing, event, id });
    this.heard.fired(group, firing);
    this.#schedule(group);
  }

  #acceptDisordered(): void {
    for (const [group, matches] of this.#disordered) {
      const refold = this.groups.refold(group, matches, this.#isUnsaid(group));
      for (const { match } of refold.added) this.#accepted.add(this.table.placeOf(group), match);
      this.#noteRefold(group, refold);
      this.#schedule(group);
    }
    this.#disordered = new Map();
  }

  #isUnsaid(group: number): (id: number) => boolean {
    return (id) => this.#drafts.get(group)?.isUnsaid(id) === true;
  }

  #noteRefold(group: number, refold: Refold<BatchMatch>): void {
    if (refold.fired.length === 0 && refold.reworked.length === 0 && !refold.isBehindKnown) return;
    const late = new Map(refold.added.map(({ id, match }) => [id, match.event]));
    this.#draft(group).refold(refold, (id) => late.get(id) ?? this.#appended.of(id));
    this.heard.refolded(group, refold);
    this.#schedule(group);
  }

  #settleGroup(group: number): void {
    const settled: Firing[] = [];
    const absences = this.groups.settling.settle(group, this.settledMs, settled);
    // What settles without a firing may settle again after a restart: nobody hears of it twice.
    if (settled.length > 0) {
      this.#hasSettled = true;
      this.#draft(group).settle(settled, absences);
      this.heard.settled(group, settled);
    }
    if (this.table.isEmpty(group)) this.table.remove(group);
    else this.#schedule(group, this.groups.settling.deadlineMs);
  }

  #schedule(group: number, deadlineMs?: number): void {
    this.#due.put(group, this.groups.settling.dueMs(group, deadlineMs));
  }

  #draft(group: number, known?: Group): GroupDraft {
    let draft = this.#drafts.get(group);
    if (draft === undefined) {
      const key = this.table.keys.keyOf(group);
      const named = known ?? groupOfKey(key, this.#rule.groupBy);
      draft = new GroupDraft(this.#rule.id, named, () => this.tail(key));
      this.#drafts.set(group, draft);
    }
    return draft;
  }
}
