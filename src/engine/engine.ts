import type { Matcher } from '../detect/match/matcher.ts';
import type { RepeatCount, RepeatedEvents } from '../detect/repeated-events.ts';
import { asksFirstEvent, FirstEvents } from '../detect/window/first-events.ts';
import type { SkippedMatches } from '../detect/window/match-counts.ts';
import type { Watermarks } from '../detect/window/watermarks.ts';
import type { WindowOutcome, WindowStage } from '../detect/window/window-stage.ts';
import type { Acted, ActionOnRow } from '../incident/act-in-group.ts';
import type { IncidentOutcome, IncidentStage } from '../incident/incident-stage.ts';
import type { Integrity, IntegrityReport } from '../incident/integrity.ts';
import { isIntegrityRule } from '../incident/integrity-rules.ts';
import type { Firing, GroupFirings } from '../shared/model/firing.ts';
import type { Group } from '../shared/model/group.ts';
import type { Refusal } from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { MetBound } from '../shared/model/telling-bound.ts';
import type { Undelivered } from '../shared/model/undelivered.ts';
import type { RecordGap } from '../shared/ports/record-source.ts';
import type { EventIdWrites, StoredIncident, StoredState } from '../shared/ports/store.ts';
import type { Result } from '../shared/result.ts';

/** A firing that no late event can change any more. */
export interface SettledFiring {
  readonly ruleId: string;
  readonly group: Group;
  readonly firing: Firing;
}

/** What the engine made of everything observed since the last `settle`. */
export interface EngineOutcome {
  readonly changes: readonly IncidentChange[];
  readonly stored: readonly StoredIncident[];
  readonly settled: readonly SettledFiring[];
  readonly fired: number;
  readonly windowDelta: Uint8Array | null;
  readonly watermarks: Readonly<Record<string, number>>;
  readonly late: readonly { ruleId: string; source: string; count: number }[];
  readonly skipped: WindowOutcome['skipped'];
  readonly capped: readonly { ruleId: string; reason: string; count: number }[];
  /** Left out where no event that names itself was read. */
  readonly eventIds?: EventIdWrites;
}

/** Rules, and the matcher that was compiled of them. */
export interface EngineRules {
  readonly rules: readonly Rule[];
  readonly matcher: Matcher;
}

export interface EngineParts extends EngineRules {
  /** Names of all sources: what a rule without `sources` reads. */
  readonly sources: readonly string[];
  readonly watermarks: Watermarks;
  readonly windows: WindowStage;
  readonly incidents: IncidentStage;
  readonly integrity: Integrity;
  readonly repeats: RepeatedEvents;
}

/** What the world around a turn was like: only a service knows it. */
export interface TurnWorld {
  /** The wall clock. */
  readonly nowMs: number;
  readonly gaps: readonly RecordGap[];
  /** Of what is told, that were met since the last turn. */
  readonly bounds: readonly MetBound[];
  /** What did not get to those who are told, since the last turn. */
  readonly undelivered: readonly Undelivered[];
  /** Sources of which records were read. */
  readonly heard: readonly string[];
  /** The log answers. */
  readonly isCurrent: boolean;
}

/**
 * match -> window -> incident, in memory: no clock, no disk, no network. The service, `replay` and `rules test` all
 * run this one engine, so that what a rule's tests say is what production does.
 */
export class Engine {
  readonly #parts: Omit<EngineParts, keyof EngineRules>;
  #matcher: Matcher;
  #sourcesOf: ReadonlyMap<string, readonly string[]>;
  #silentRules: ReadonlySet<string>;
  /** Kept only while a rule asks. */
  #firstEvents: FirstEvents | undefined;
  #endedEarly: IncidentOutcome['capped'] = [];
  #clamped = 0;
  #matches = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#matcher = parts.matcher;
    this.#sourcesOf = sourcesByRule(parts.rules, parts.sources);
    this.#silentRules = silentAmong(parts.rules);
    this.#firstEvents = parts.rules.some(asksFirstEvent) ? new FirstEvents() : undefined;
  }

  /**
   * From now on these are the rules. A rule whose hash stayed keeps its windows and incidents; incidents of one that is
   * gone resolve at the next `settle`. Call it between `settle` and `observe`.
   */
  replaceRules({ rules, matcher }: EngineRules): void {
    this.#matcher = matcher;
    this.#sourcesOf = sourcesByRule(rules, this.#parts.sources);
    this.#silentRules = silentAmong(rules);
    this.#firstEvents = rules.some(asksFirstEvent) ? (this.#firstEvents ?? new FirstEvents()) : undefined;
    this.#parts.windows.replaceRules(rules, (ruleId) => this.watermarkOf(ruleId));
    this.#parts.incidents.replaceRules(rules);
  }

  get watermarks(): Watermarks {
    return this.#parts.watermarks;
  }

  /** Events whose time was ahead of the wall clock and was clamped, matches, and repeated events, since the last call. */
  takeCounts(): { clamped: number; matches: number; repeats: readonly RepeatCount[] } {
    const repeats = this.#parts.repeats.takeCounts();
    const counts = { clamped: this.#clamped, matches: this.#matches, repeats };
    this.#clamped = 0;
    this.#matches = 0;
    return counts;
  }

  /** Some rule asks own facts: then events are prepared before they are observed. */
  get asksFacts(): boolean {
    return this.#matcher.prepare !== undefined;
  }

  /** Asks own facts about events that are to be observed next. Never rejects. */
  async prepare(events: readonly LogEvent[]): Promise<void> {
    await this.#matcher.prepare?.(events);
  }

  /** Takes in one event. `nowMs` is the wall clock, or null where only the data's own time counts (replay). */
  observe(event: LogEvent, nowMs: number | null): void {
    const { topic, partition } = event.position;
    const seen = this.#parts.watermarks.observe({
      source: event.source,
      topic,
      partition,
      timeMs: event.timeMs,
      nowMs,
    });
    if (seen.clamped) this.#clamped += 1;
    const timed = seen.clamped ? { ...event, timeMs: seen.timeMs } : event;
    if (this.#parts.repeats.isRepeat(timed)) return;
    this.#firstEvents?.see(event.source, timed.timeMs, this.#parts.watermarks.watermarkOf(event.source));
    for (const match of this.#matcher.match(timed)) {
      this.#matches += 1;
      this.#parts.windows.fold(match, this.watermarkOf(match.ruleId));
    }
  }

  /** The least watermark of the sources that the rule reads and that have partitions; -Infinity where none has. */
  watermarkOf(ruleId: string): number {
    let least: number | undefined;
    for (const source of this.#sourcesOf.get(ruleId) ?? []) {
      const watermarkMs = this.#parts.watermarks.watermarkOf(source);
      if (watermarkMs !== undefined && (least === undefined || watermarkMs < least)) least = watermarkMs;
    }
    return least ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Settles what the watermarks have passed and folds all new firings into incidents. With its world given, tocsin's own
   * troubles become incidents, too.
   */
  settle(world?: TurnWorld): EngineOutcome {
    const watermarkOf = (ruleId: string): number => this.watermarkOf(ruleId);
    const outcome = this.#parts.windows.take(watermarkOf, this.#parts.watermarks.lastEventMs(), (ruleId) =>
      this.#firstEventOf(ruleId),
    );
    const alerting =
      this.#silentRules.size === 0
        ? outcome.groups
        : outcome.groups.filter((group) => !this.#silentRules.has(group.ruleId));
    const own = world === undefined ? [] : this.#judge(outcome, world);
    const incidents = this.#parts.incidents.fold([...alerting, ...own], (ruleId) =>
      world !== undefined && isIntegrityRule(ruleId) ? world.nowMs : watermarkOf(ruleId),
    );
    this.#endedEarly = incidents.capped;
    const eventIds = this.#parts.repeats.takeWrites();
    return {
      ...(eventIds === undefined ? {} : { eventIds }),
      changes: incidents.changes,
      stored: incidents.stored,
      settled: outcome.groups.flatMap(settledOf),
      fired: outcome.groups.reduce((sum, group) => sum + group.fired.length, 0),
      windowDelta: outcome.delta,
      watermarks: this.#parts.watermarks.state().watermarks,
      late: outcome.late,
      skipped: outcome.skipped,
      capped: [...outcome.capped, ...incidents.capped],
    };
  }

  /**
   * Does what a person asks for, to one incident. Call it between turns; what it gives is to be made durable before
   * anything else is folded or done.
   */
  act(asked: ActionOnRow): Result<Acted, Refusal> {
    return this.#parts.incidents.act(asked);
  }

  #firstEventOf(ruleId: string): number {
    return this.#firstEvents?.of(this.#sourcesOf.get(ruleId) ?? []) ?? Number.POSITIVE_INFINITY;
  }

  /** What ended incidents early is known after they were folded, and so it is judged with the next turn. */
  #judge({ late, matched, capped, skipped }: WindowOutcome, world: TurnWorld): readonly GroupFirings[] {
    return this.#parts.integrity.judge({
      ...world,
      late,
      matched,
      capped: [...capped, ...skipped.flatMap(asCap), ...this.#endedEarly],
    });
  }

  /** The present text of one shard of the window state. */
  snapshot(shard: number): Uint8Array {
    return this.#parts.windows.snapshot(shard);
  }

  /** Takes up where a stored state left off. Called once, before the first event. */
  restore(stored: StoredState): void {
    this.#parts.watermarks.restore({ partitions: stored.positions, watermarks: stored.watermarks });
    this.#parts.windows.restore(stored.windows, this.#parts.watermarks.lastEventMs(), (ruleId) =>
      this.watermarkOf(ruleId),
    );
    this.#parts.repeats.restore(stored.eventIds);
    this.#parts.incidents.restore(
      stored.incidents,
      (ruleId, groupKey) => (this.#silentRules.has(ruleId) ? [] : this.#parts.windows.tail(ruleId, groupKey)),
      (ruleId) => this.watermarkOf(ruleId),
    );
  }
}

const sourcesByRule = (
  rules: readonly Rule[],
  sources: readonly string[],
): ReadonlyMap<string, readonly string[]> => new Map(rules.map((rule) => [rule.id, rule.sources ?? sources]));

const silentAmong = (rules: readonly Rule[]): ReadonlySet<string> =>
  new Set(rules.filter((rule) => !rule.alert).map((rule) => rule.id));

/** A rule without window settles each firing as it comes. */
function settledOf(group: GroupFirings): SettledFiring[] {
  const firings =
    group.change === 'unwindowed' ? group.fired.map((evidence) => evidence.firing) : group.settled;
  return firings.map((firing) => ({ ruleId: group.ruleId, group: group.group, firing }));
}

/** A bound within a group that let go of what changes what fires; of what a match merely lacks the counter tells. */
const asCap = ({ reason, ...skipped }: SkippedMatches): IntegrityReport['capped'] =>
  reason === 'values-full' || reason === 'waiting-full' ? [{ ...skipped, reason }] : [];
