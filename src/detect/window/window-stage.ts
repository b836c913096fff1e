import type { Firing, GroupFirings } from '../../shared/model/firing.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { StoredWindows } from '../../shared/ports/store.ts';
import { connectRules, type Feed } from './connect-rules.ts';
import { beginningOf } from './first-events.ts';
import type { LateMatches, SkippedMatches } from './match-counts.ts';
import { MatchSlab } from './match-slab.ts';
import { medianTailTime } from './median-tail-time.ts';
import { PlaceTable } from './place-table.ts';
import { restoreWindows } from './restore-windows.ts';
import { RuleWindows, type WindowedRule } from './rule-windows.ts';
import { Unwindowed } from './unwindowed.ts';
import { type RuleChange, writeDelta, writeShard } from './window-bytes.ts';

export interface WindowLimits {
  /**
   * Matches held in all tails together. Past it the rule that holds most settles the older half of its tails early,
   * as if its watermark had come that far: what comes for that time afterwards is late.
   */
  readonly maxTailMatches?: number;
  /** Groups of one rule. Past it those whose newest match is oldest leave, a sixteenth at a time. */
  readonly maxKeysPerRule?: number;
}

/** Why a bound did something. A closed set, so that it is safe as a metric label. */
type CapReason = 'tail-full' | 'keys-full';

export interface WindowOutcome {
  /** One for each (rule, group) whose firings changed: nothing is said of groups that only counted on. */
  readonly groups: readonly GroupFirings[];
  /** What must be stored of this batch; null when nothing must. */
  readonly delta: Uint8Array | null;
  /** Matches of windowed rules that came behind the watermark and were not folded. */
  readonly late: readonly LateMatches[];
  /** Matches of each windowed rule that had any, late ones too. */
  readonly matched: readonly { readonly ruleId: string; readonly count: number }[];
  /** What windows could not use, by reason. */
  readonly skipped: readonly SkippedMatches[];
  /** `tail-full` counts matches that settled early, `keys-full` groups that left. */
  readonly capped: readonly { readonly ruleId: string; readonly reason: CapReason; readonly count: number }[];
}

/**
 * The windows of all rules: matches in, firings out, in event time. It reads no clock: the watermark of each rule is
 * an argument. What it holds is bounded by the limits, and by live groups: a group whose window has passed is gone.
 */
export class WindowStage {
  readonly #maxTailMatches: number;
  readonly #maxKeysPerRule: number;
  readonly #slab = new MatchSlab(new PlaceTable());
  #windowed = new Map<string, RuleWindows>();
  #unwindowed = new Map<string, Unwindowed>();
  /** The rules with a window, each behind those whose firings are its matches. */
  #ordered: readonly RuleWindows[] = [];
  /** By rule with a window: where its firings go. */
  #feeds: ReadonlyMap<RuleWindows, readonly Feed[]> = new Map();
  /** Rules whose stored state no longer counts; said in the next delta. */
  #dropped = new Set<string>();
  /** Greatest time of any match seen, and of any event that the caller told of. */
  #lastMs = Number.NEGATIVE_INFINITY;
  #seenMs = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly Rule[], limits: WindowLimits = {}) {
    this.#maxTailMatches = limits.maxTailMatches ?? 2_000_000;
    this.#maxKeysPerRule = limits.maxKeysPerRule ?? 1_000_000;
    this.replaceRules(rules);
    this.#dropped.clear();
  }

  /** Takes in one match, in order of arrival, with the watermark of its rule at this moment. */
  fold(match: Match, watermarkMs: number): void {
    const windows = this.#windowed.get(match.ruleId);
    if (windows === undefined) {
      this.#unwindowed.get(match.ruleId)?.fold(match);
      return;
    }
    if (match.event.timeMs > this.#lastMs) this.#lastMs = match.event.timeMs;
    windows.fold(match, watermarkMs);
  }

  /**
   * What the matches since the last call and the watermarks now have changed. A watermark of Infinity says that the
   * input has ended: everything settles, and absence is decided up to the last event seen (`lastEventMs` where the
   * caller knows of later events than the matches). `firstEventOf` is when the first event of the rule's sources was,
   * Infinity before it; only rules that are watched from their beginning ask. The outcome's `tail()` holds until the next call.
   */
  take(
    watermarkOf: (ruleId: string) => number,
    lastEventMs = Number.NEGATIVE_INFINITY,
    firstEventOf: (ruleId: string) => number = () => Number.POSITIVE_INFINITY,
  ): WindowOutcome {
    const all = this.#ordered;
    const lastMs = Math.max(this.#lastMs, lastEventMs);
    this.#seenMs = Math.max(this.#seenMs, lastMs);
    for (const windows of all) {
      windows.acceptBatch();
      const watermarkMs = watermarkOf(windows.rule.id);
      if (windows.kind.began !== undefined)
        windows.begin(beginningOf(windows, firstEventOf(windows.rule.id), watermarkMs));
      const endMs = Math.max(lastMs, windows.lastFedMs) + 1;
      windows.settle(watermarkMs === Number.POSITIVE_INFINITY ? endMs : watermarkMs);
      this.#feed(windows);
    }
    const capped = [...this.#capTails(all), ...this.#capKeys(all)];
    const groups = all.flatMap((windows) => windows.takeFirings());
    for (const unwindowed of this.#unwindowed.values()) groups.push(...unwindowed.takeFirings());
    return {
      groups,
      delta: this.#takeDelta(all),
      late: all.flatMap((windows) => windows.counts.takeLate(windows.rule.id)),
      matched: all.flatMap((windows) => {
        const count = windows.counts.takeMatched();
        return count === 0 ? [] : [{ ruleId: windows.rule.id, count }];
      }),
      skipped: all.flatMap((windows) => windows.counts.takeSkipped(windows.rule.id)),
      capped,
    };
  }

  /** The firings of a group that are not settled yet, in order. */
  tail(ruleId: string, groupKey: string): readonly Firing[] {
    return this.#windowed.get(ruleId)?.tail(groupKey) ?? [];
  }

  /** The present text of one shard; between `take` and the next `fold`. */
  snapshot(shard: number): Uint8Array {
    return writeShard([...this.#windowed.values()], shard, this.#lastMs);
  }

  /**
   * Takes up where a stored state left off; once, before the first match. State of rules that changed is dropped. Rules that
   * came while nothing ran saw nothing of what was before: up to `seenMs`, and to where their time has come.
   */
  restore(stored: StoredWindows, seenMs = never, watermarkOf: WatermarkOf = () => never): void {
    const { lastMs, stale, known } = restoreWindows(stored, this.#windowed);
    this.#lastMs = Math.max(this.#lastMs, lastMs);
    this.#seenMs = Math.max(this.#lastMs, seenMs);
    for (const windows of this.#ordered) {
      const watermarkMs = watermarkOf(windows.rule.id);
      if (!known.has(windows) && watermarkMs > never)
        windows.notBeforeMs = Math.max(this.#seenMs, watermarkMs);
    }
    for (const ruleId of stale) this.#dropped.add(ruleId);
  }

  /** From now on these are the rules; a rule whose hash stayed keeps its state. Call it between `take` and `fold`. */
  replaceRules(rules: readonly Rule[], watermarkOf: WatermarkOf = () => never): void {
    const before = this.#windowed;
    this.#windowed = new Map();
    this.#unwindowed = new Map();
    for (const rule of rules) {
      if (!hasWindow(rule)) {
        this.#unwindowed.set(rule.id, new Unwindowed(rule.id));
        continue;
      }
      const kept = before.get(rule.id);
      if (kept?.rule.hash !== rule.hash) {
        const windows = new RuleWindows(rule, this.#slab);
        windows.notBeforeMs = Math.max(this.#seenMs, watermarkOf(rule.id));
        this.#windowed.set(rule.id, windows);
        continue;
      }
      kept.reword(rule);
      this.#windowed.set(rule.id, kept);
    }
    const { ordered, feeds } = connectRules(this.#windowed);
    this.#ordered = ordered;
    this.#feeds = feeds;
    for (const [ruleId, windows] of before) {
      if (this.#windowed.get(ruleId) === windows) continue;
      windows.clear();
      this.#dropped.add(ruleId);
    }
  }

  /**
   * What no late match can take away is a match of the rules that name this one. They come behind it in the order, and
   * their watermark is no later than its own: they have not settled up to the firing yet, so it is never late.
   */
  #feed(windows: RuleWindows): void {
    const feeds = this.#feeds.get(windows);
    if (feeds === undefined) return;
    for (const heard of windows.heard.take())
      for (const { to, matchOf } of feeds) {
        const match = matchOf(heard);
        if (match === null) to.counts.skip('no-group');
        else to.feed(match);
      }
  }

  #capTails(all: readonly RuleWindows[]): WindowOutcome['capped'] {
    const capped: WindowOutcome['capped'][number][] = [];
    let total = tailMatchesOf(all);
    if (total > this.#maxTailMatches) {
      for (const windows of all) windows.settleQuiet();
      total = tailMatchesOf(all);
    }
    while (total > this.#maxTailMatches) {
      const fullest = all.reduce((a, b) => (b.table.tailMatches > a.table.tailMatches ? b : a));
      const before = fullest.table.tailMatches;
      fullest.settleEarly(medianTailTime(fullest.table) + 1);
      const count = before - fullest.table.tailMatches;
      total -= count;
      this.#feed(fullest);
      for (const { to } of this.#feeds.get(fullest) ?? []) to.acceptBatch();
      capped.push({ ruleId: fullest.rule.id, reason: 'tail-full', count });
    }
    return capped;
  }

  #capKeys(all: readonly RuleWindows[]): WindowOutcome['capped'] {
    return all.flatMap((windows) => {
      const count = windows.evict(this.#maxKeysPerRule);
      return count === 0 ? [] : [{ ruleId: windows.rule.id, reason: 'keys-full' as const, count }];
    });
  }

  #takeDelta(all: readonly RuleWindows[]): Uint8Array | null {
    const changes: RuleChange[] = [];
    for (const windows of all) {
      const delta = windows.takeDelta();
      if (delta !== null) changes.push({ windows, delta });
    }
    if (changes.length === 0 && this.#dropped.size === 0) return null;
    const dropped = [...this.#dropped];
    this.#dropped = new Set();
    return writeDelta(changes, dropped, this.#lastMs);
  }
}

type WatermarkOf = (ruleId: string) => number;

const never = Number.NEGATIVE_INFINITY;

const hasWindow = (rule: Rule): rule is WindowedRule => rule.window !== undefined;

const tailMatchesOf = (all: readonly RuleWindows[]): number =>
  all.reduce((sum, { table }) => sum + table.tailMatches, 0);
