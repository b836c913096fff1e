import { assembleEngine } from '../../src/engine/assemble-engine.ts';
import type { Engine, EngineOutcome } from '../../src/engine/engine.ts';
import { sourceDefaults } from '../../src/shared/model/source-config.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { emptyBatch } from '../../test/support/stored-batch.ts';
import { windowedRule } from '../../test/support/windowed-rules.ts';

/** So many of a name in an hour, by an engine with the bounds of a service, on a state file. Lateness: two minutes. */
export class BoundsEngine {
  readonly #engine: Engine;
  readonly #store: SqliteStore;
  #offset: number;
  /** Of all that the bounds did so far, by reason. */
  readonly capped = new Map<string, number>();
  /** Ids of the rules of tocsin's own incidents that opened. */
  readonly opened: string[] = [];
  late = 0;

  constructor(
    store: SqliteStore,
    { gte, firstOffset }: { readonly gte: number; readonly firstOffset: number },
  ) {
    const rule = windowedRule(
      { type: 'event_count', timespanMs: 3_600_000, condition: { gte }, reset: false },
      { conditions: { all: [{ fact: 'name', operator: 'notEqual', value: '' }] } },
    );
    const source = { ...sourceDefaults, topics: ['logs'], name: 'logs', latenessMs: 120_000 };
    this.#engine = assembleEngine({ rules: [rule], sources: [source] }).engine;
    this.#engine.restore(store.load());
    this.#engine.watermarks.assigned({
      source: 'logs',
      partitions: [{ topic: 'logs', partition: 0, caughtUp: false }],
      nowMs: null,
    });
    this.#store = store;
    this.#offset = firstOffset;
  }

  see(name: string, timeMs: number): void {
    const position = { topic: 'logs', partition: 0, offset: this.#offset, index: 0 };
    this.#offset += 1;
    const event = {
      fields: { name },
      timeMs,
      timeOrigin: 'field',
      source: 'logs',
      position,
      weight: 1,
    } as const;
    this.#engine.observe(event, null);
  }

  /** Ends a turn, and commits what windows must not forget. */
  turn(nowMs: number): EngineOutcome {
    this.#engine.watermarks.progress({
      source: 'logs',
      topic: 'logs',
      partition: 0,
      caughtUp: false,
      nowMs: null,
    });
    const outcome = this.#engine.settle({
      nowMs,
      gaps: [],
      bounds: [],
      undelivered: [],
      heard: ['logs'],
      isCurrent: true,
    });
    for (const { reason, count } of outcome.capped)
      this.capped.set(reason, (this.capped.get(reason) ?? 0) + count);
    for (const { count } of outcome.late) this.late += count;
    for (const { kind, incident } of outcome.changes)
      if (kind === 'opened' && incident.tags.includes('tocsin.integrity')) this.opened.push(incident.rule.id);
    this.#store.commit({ ...emptyBatch, windowDelta: outcome.windowDelta }, (shard) =>
      this.#engine.snapshot(shard),
    );
    return outcome;
  }

  /** Whether a further event of that name makes enough with those before it. */
  fires(name: string, timeMs: number): boolean {
    this.see(name, timeMs);
    return this.turn(timeMs).fired > 0;
  }
}
