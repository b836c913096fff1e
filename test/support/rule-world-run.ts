import { assembleEngine, compileRules } from '../../src/engine/assemble-engine.ts';
import type { Engine, SettledFiring } from '../../src/engine/engine.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import { type SourceConfig, sourceDefaults } from '../../src/shared/model/source-config.ts';
import type { PartitionProgress } from '../../src/shared/ports/store.ts';
import { shardCount } from '../../src/shared/ports/store.ts';
import { MemoryDisk } from '../fakes/memory-disk.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { inputRules, isOverInputs } from './any-window.ts';
import {
  conditionsOf,
  partitionsOf,
  type RuleShape,
  type RuleShapes,
  type RuleWorld,
  sourceNames,
} from './rule-worlds.ts';
import { emptyBatch } from './stored-batch.ts';
import { windowedRule } from './windowed-rules.ts';

const partitions = Array.from({ length: partitionsOf }, (_, partition) => partition);

const equal = (fact: string, value: unknown): unknown => ({ fact, operator: 'equal', value });

/** The rules without window that others name, for the same sources as they. */
const inputsFor = ({ id, sources, ...shape }: RuleShape): readonly Rule[] => {
  const own = conditionsOf({ id, sources, ...shape }) as { readonly all: readonly unknown[] };
  const conditions = {
    errors: { all: [...own.all, equal('isError', true)] },
    users: { all: [...own.all, { any: [equal('user', 'u'), equal('user', 'v')] }] },
  };
  return inputRules.map((name) => ({
    ...ruleOf({ id: `${id} ${name}`, sources, ...shape }),
    conditions: conditions[name],
    alert: false,
  }));
};

function ruleOf(shape: RuleShape): Rule {
  const { id, groupBy, missingGroup, dedupMs, exceptHost, sources } = shape;
  return windowedRule(undefined, {
    id,
    groupBy,
    missingGroup,
    dedupMs,
    hash: hashOf(shape),
    alert: shape.alert ?? true,
    conditions: conditionsOf(shape),
    exceptions:
      exceptHost === undefined ? [] : [{ conditions: { all: [equal('host', exceptHost)] }, reason: 'known' }],
    ...(sources === undefined ? {} : { sources }),
  });
}

/** As the loader's, of all that says what the rule finds. */
const hashOf = (shape: RuleShape): string => JSON.stringify(shape);

/** The rules as the loader would make them. */
export function rulesOf({ rules, over }: RuleShapes): readonly Rule[] {
  const [first] = rules;
  const heard = first === undefined ? '' : hashOf(first);
  const all = [...rules, ...(over === undefined ? [] : [over])];
  return all.flatMap((shape) => {
    const { spec, id } = shape;
    const own = ruleOf(shape);
    const rule = shape === over ? { ...own, hash: `${own.hash} ${heard}` } : own;
    if (!isOverInputs(spec)) return [{ ...rule, window: spec }];
    const named = (names: readonly string[]): string[] => names.map((name) => `${id} ${name}`);
    const window = {
      ...spec,
      rules: named(spec.rules),
      ...(spec.type === 'ratio' ? { numerator: named(spec.numerator as readonly string[]) } : {}),
    };
    return [...inputsFor(shape), { ...rule, conditions: { all: [] }, exceptions: [], window }];
  });
}

export interface RuleWorldOutcome {
  readonly settled: readonly SettledFiring[];
  readonly incidents: readonly Incident[];
  readonly late: number;
  /** Turns in which a partition was passed by that others of its source had left behind. */
  readonly idle: number;
}

/** How rules change: in the process that runs, there and then it is killed, or while none runs. */
export type Editing = 'running' | 'then killed' | 'stopped';

/** A world by an engine, turn by turn, over kills. The wall clock is the time at which events come, so none is ever late. */
export class RuleWorldRun {
  readonly #world: RuleWorld;
  readonly #editing: Editing;
  #rules: readonly Rule[];
  readonly #disk = new MemoryDisk();
  #store = new MemoryStore(this.#disk);
  #engine: Engine;
  readonly #settled: SettledFiring[] = [];
  readonly #incidents = new Map<string, Incident>();
  readonly #reached = new Map<string, PartitionProgress>();
  readonly #lastMs = new Map<string, number>();
  #late = 0;
  #idle = 0;

  constructor(world: RuleWorld, editing: Editing = 'running') {
    this.#world = world;
    this.#editing = editing;
    this.#rules = rulesOf(world);
    this.#engine = this.#start(world.arrivals[0]?.arrivalMs ?? 0);
  }

  outcome(): RuleWorldOutcome {
    for (const { event, arrivalMs, isCut, isKill, edit } of this.#world.arrivals) {
      this.#engine.observe(event, arrivalMs);
      this.#lastMs.set(`${event.source} ${event.position.partition}`, arrivalMs);
      if (!isCut) continue;
      this.#turn(arrivalMs);
      if (edit !== undefined) this.#edit(edit, arrivalMs);
      if (isKill) this.#engine = this.#start(arrivalMs);
    }
    this.#settle();
    this.#engine.watermarks.finish();
    this.#settle();
    return {
      settled: this.#settled,
      incidents: [...this.#incidents.values()],
      late: this.#late,
      idle: this.#idle,
    };
  }

  #edit(shapes: RuleShapes, nowMs: number): void {
    this.#rules = rulesOf(shapes);
    if (this.#editing === 'stopped') this.#engine = this.#start(nowMs);
    else this.#engine.replaceRules(compileRules({ rules: this.#rules, sources: this.#sources }));
    this.#settle();
    if (this.#editing === 'then killed') this.#engine = this.#start(nowMs);
  }

  get #sources(): readonly SourceConfig[] {
    return sourceNames.map((name) => ({
      ...sourceDefaults,
      name,
      topics: [name],
      latenessMs: this.#world.latenessMs[name] ?? 0,
      idleAfterMs: this.#world.idleAfterMs,
    }));
  }

  #start(nowMs: number): Engine {
    const { engine, faults } = assembleEngine({ rules: this.#rules, sources: this.#sources });
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    this.#store = new MemoryStore(this.#disk);
    engine.restore(this.#store.load());
    for (const source of sourceNames)
      engine.watermarks.assigned({
        source,
        partitions: partitions.map((partition) => ({ topic: source, partition, caughtUp: true })),
        nowMs,
      });
    return engine;
  }

  #turn(nowMs: number): void {
    for (const source of sourceNames)
      for (const partition of partitions) {
        const maxEventMs = this.#engine.watermarks.progress({
          source,
          topic: source,
          partition,
          caughtUp: true,
          nowMs,
        });
        const name = `${source} ${partition}`;
        if (nowMs - (this.#lastMs.get(name) ?? nowMs) >= this.#world.idleAfterMs) this.#idle += 1;
        this.#reached.set(name, { topic: source, partition, nextOffset: 0, maxEventMs });
      }
    this.#settle();
  }

  #settle(): void {
    const { settled, changes, stored, late, windowDelta, watermarks } = this.#engine.settle();
    this.#settled.push(...settled);
    for (const { incident } of changes) this.#incidents.set(incident.id, incident);
    for (const { count } of late) this.#late += count;
    const positions = [...this.#reached.values()];
    this.#store.commit({ ...emptyBatch, positions, watermarks, windowDelta, incidents: stored }, (shard) =>
      this.#engine.snapshot(shard % shardCount),
    );
  }
}
