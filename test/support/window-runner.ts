import { expect } from 'vitest';
import { shardOf } from '../../src/detect/window/key-table.ts';
import { type WindowLimits, type WindowOutcome, WindowStage } from '../../src/detect/window/window-stage.ts';
import type { Firing, GroupFirings } from '../../src/shared/model/firing.ts';
import type { Match } from '../../src/shared/model/match.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import type { StoredWindows, WindowState } from '../../src/shared/ports/store.ts';

export interface RunnerOptions {
  readonly rules: readonly Rule[];
  readonly latenessMs: number;
  readonly limits?: WindowLimits;
}

/**
 * Feeds a window stage as the engine does, with a watermark by the greatest time seen, and stands in for what is on
 * both its sides: a store that keeps what it was given, and a reader that believes what each outcome says of change.
 */
export class WindowRunner {
  readonly #options: RunnerOptions;
  #stage: WindowStage;
  #maxMs = Number.NEGATIVE_INFINITY;
  #firstMs = Number.POSITIVE_INFINITY;
  #sequence = 0;
  readonly #shards = new Map<number, { shard: number; sequence: number; snapshot: WindowState }>();
  readonly #deltas: { sequence: number; delta: WindowState }[] = [];
  /** Final firings by rule and group, in order. */
  readonly settled = new Map<string, Firing[]>();
  /** What the reader believes to be speculative, by rule and group. */
  readonly tails = new Map<string, readonly Firing[]>();
  late = 0;
  capped = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#stage = new WindowStage(options.rules, options.limits);
  }

  get watermarkMs(): number {
    return this.#maxMs - this.#options.latenessMs;
  }

  /** An event that no rule matches. */
  pass(timeMs: number): void {
    this.#maxMs = Math.max(this.#maxMs, timeMs);
    if (timeMs >= this.watermarkMs) this.#firstMs = Math.min(this.#firstMs, timeMs);
  }

  fold(match: Match): void {
    this.pass(match.event.timeMs);
    this.#stage.fold(match, this.watermarkMs);
  }

  /** Ends a batch: stores it, and after that a snapshot of the shards asked for. */
  take(shards: readonly number[] = [], watermarkMs = this.watermarkMs): WindowOutcome {
    const outcome = this.#stage.take(
      () => watermarkMs,
      this.#maxMs,
      () => this.#firstMs,
    );
    for (const group of outcome.groups) this.#read(group);
    this.#sequence += 1;
    if (outcome.delta !== null) this.#deltas.push({ sequence: this.#sequence, delta: outcome.delta });
    for (const shard of shards)
      this.#shards.set(shard, { shard, sequence: this.#sequence, snapshot: this.#stage.snapshot(shard) });
    for (const late of outcome.late) this.late += late.count;
    for (const capped of outcome.capped) this.capped += capped.count;
    return outcome;
  }

  /** The shard of a match's group: a snapshot of it is one that says something. */
  shardOf(match: Match): number {
    return shardOf(match.ruleId, match.group.key);
  }

  stored(): StoredWindows {
    return { shards: [...this.#shards.values()], deltas: [...this.#deltas] };
  }

  /** Forgets all memory and goes on from what is stored. */
  restart(rules: readonly Rule[] = this.#options.rules): void {
    this.#stage = new WindowStage(rules, this.#options.limits);
    this.#stage.restore(this.stored());
    this.#firstMs = Number.POSITIVE_INFINITY;
    for (const [name, tail] of this.tails) {
      const [ruleId = '', key = ''] = name.split('|');
      expect(this.#stage.tail(ruleId, key)).toEqual(tail);
    }
  }

  replaceRules(rules: readonly Rule[]): void {
    this.#stage.replaceRules(rules);
  }

  tail(match: Match): readonly Firing[] {
    return this.#stage.tail(match.ruleId, match.group.key);
  }

  /** The end of the input: the watermark passes everything. */
  finish(): void {
    this.take([], Number.POSITIVE_INFINITY);
    expect([...this.tails.values()].flat()).toEqual([]);
  }

  #read(group: GroupFirings): void {
    const name = `${group.ruleId}|${group.group.key}`;
    const fired = group.fired.map(({ firing }) => firing);
    const before = this.tails.get(name) ?? [];
    const after =
      group.change === 'refolded' ? group.tail() : [...before, ...fired].slice(group.settled.length);
    // Whatever the change is called, the tail is what the outcome says.
    expect(after).toEqual(group.tail());
    this.tails.set(name, after);
    this.settled.set(name, [...(this.settled.get(name) ?? []), ...group.settled]);
    if (group.change === 'settled') expect([fired, group.withdrawn]).toEqual([[], []]);
  }
}
